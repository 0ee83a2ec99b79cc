"""What may be asked next, without a browser: tried out of sight, and by no chat model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.answer import Answer
from bot.doors.desk import Desk
from bot.errors import BotError
from bot.settings import BotSettings
from bot.ui.messages import Pending
from index.retrieval import Hit
from tests.fakes import QueuedAnswerer
from tests.panes import ANN, desk_over
from tests.panes import desk as desk


class CostlyAnswerer(QueuedAnswerer):
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        self.asked.append(question)
        yield from super().stream(question, searched, hits)


class FailingAnswerer(QueuedAnswerer):
    """Answers nothing once it is broken."""

    broken = False

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        if self.broken:
            raise BotError("out of order")
        yield from super().stream(question, searched, hits)


class NamingAnswerer(QueuedAnswerer):
    """Answers from the article that the question names, and from no other."""

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        named = [hit for hit in hits if hit.passage.article_id in question]
        yield from super().stream(question, searched, named)


def answered(desk: Desk, question: str) -> Any:
    from bot.ui.conversing import Conversing

    *_, (_, exchanges) = Conversing(desk, linked=True).respond(ANN, Pending(question), (), ())
    return exchanges


def followed(desk: Desk, exchanges: Any) -> list[Any]:
    from bot.ui.session import Tries
    from bot.ui.suggesting_pane import Suggesting

    return list(Suggesting(desk).follow(ANN, exchanges, (), Tries()))


def test_what_follows_is_named_for_its_answer(desk: Desk) -> None:
    exchanges = answered(desk, "rain on the coast?")

    *tried, html = followed(desk, exchanges)

    assert f'data-for="{exchanges[0].id}"' in html
    assert "What is “On rain&#46;txt” about?" in html
    assert len(tried) >= 1


def test_a_new_question_stops_what_is_tried_for_the_last_one(desk: Desk) -> None:
    from bot.ui.session import Tries
    from bot.ui.suggesting_pane import Suggesting

    tries = Tries()
    trying = Suggesting(desk).follow(ANN, answered(desk, "rain on the coast?"), (), tries)
    next(trying)

    tries.stop()

    assert list(trying) == []


def test_no_chat_model_is_asked_for_suggestions(tmp_path: Path) -> None:
    costly = CostlyAnswerer()
    settings = BotSettings(index=tmp_path / "index")
    with desk_over(settings, costly, QueuedAnswerer()) as desk:
        exchanges = answered(desk, "rain on the coast?")
        followed(desk, exchanges)

    assert costly.asked == ["rain on the coast?"]


def test_after_no_answer_nothing_is_suggested(desk: Desk) -> None:
    assert followed(desk, ()) == []
    assert followed(desk, answered(desk, "why? " * 100)) == []


def test_what_cannot_be_tried_is_left_unsaid(tmp_path: Path) -> None:
    settings = BotSettings(index=tmp_path / "index")
    failing = FailingAnswerer()
    with desk_over(settings, QueuedAnswerer(), failing) as desk:
        failing.broken = True

        assert followed(desk, answered(desk, "rain?")) == []


def test_a_new_article_is_offered_and_shown_to_whoever_comes_next(desk: Desk) -> None:
    from bot.ui.suggesting_pane import Suggesting

    offered, chat = Suggesting(desk).freshen(ANN, ("rain.txt",))

    assert "Ask the new article" in offered
    assert "What is “On rain.txt” about?" in desk.examples(ANN)
    assert "On rain&#46;txt" in chat.placeholder


def test_without_a_new_article_nothing_is_offered(desk: Desk) -> None:
    from bot.ui.suggesting_pane import Suggesting

    offered, _ = Suggesting(desk).freshen(ANN, ("gone.txt",))

    assert offered == ""


def test_where_nothing_was_added_nothing_is_tried(tmp_path: Path) -> None:
    from bot.ui.suggesting_pane import Suggesting

    costly = CostlyAnswerer()
    with desk_over(BotSettings(index=tmp_path / "index"), QueuedAnswerer(), costly) as desk:
        desk.offer(ANN, ("rain on the coast?",))
        costly.asked.clear()

        offered, _ = Suggesting(desk).freshen(ANN, ())

    assert (offered, costly.asked) == ("", [])


def test_once_an_article_is_removed_the_examples_that_it_answered_go(tmp_path: Path) -> None:
    from bot.ui.suggesting_pane import Suggesting

    about_rain, about_trade = "What is “On rain.txt” about?", "What is “On trade.txt” about?"
    settings = BotSettings(index=tmp_path / "index")
    with desk_over(settings, QueuedAnswerer(), NamingAnswerer()) as desk:
        desk.offer(ANN, (about_rain, about_trade))
        desk.remove(ANN, ["rain.txt"])

        offered, chat = Suggesting(desk).recheck(ANN)

        assert (offered, desk.examples(ANN)) == ("", (about_trade,))
    assert "On trade&#46;txt" in chat.placeholder
