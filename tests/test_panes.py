"""What the page's events do, without a browser: a small library, hashed vectors, a queued answerer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer
from bot.assembling import Bot
from bot.chain import Chain
from bot.conversation import Exchange
from bot.errors import BotError
from bot.feedback import KNOWN
from bot.linking import cite_key
from bot.settings import BotSettings
from bot.ui.loading import BackgroundBot
from corpus.splitting import SplitSettings
from index.library import Library
from tests.fakes import HashEmbedder, QueuedAnswerer, make_article

TEXTS = {
    "trade.txt": "Trade volume reached USD 255.7 million in 2023.",
    "rain.txt": "It rained on the coast for three days.",
}


@pytest.fixture
def background(tmp_path: Path) -> Iterator[BackgroundBot]:
    settings = BotSettings(index=tmp_path / "index")
    split = SplitSettings(max_tokens=30, min_tokens=16)
    with Library.open(settings.index, HashEmbedder, split=split) as library:
        library.add_many(
            [make_article(text, name, f"On {name}", "2024-05-09") for name, text in TEXTS.items()]
        )
        chain = Chain(library, QueuedAnswerer(), k=3, max_question_chars=200)
        made = BackgroundBot(lambda progress: Bot(settings, library, chain))
        made.bot()
        yield made


@pytest.fixture
def asking(background: BackgroundBot) -> Any:
    from bot.ui.conversing import Conversing

    return Conversing(background)


@pytest.fixture
def articles(background: BackgroundBot, tmp_path: Path) -> Any:
    from bot.ui.articles_pane import ArticlesPane

    return ArticlesPane(background, BotSettings(index=tmp_path / "index"))


def last(asking: Any, question: str, exchanges: Any = (), chosen: Any = ()) -> tuple[Any, Any]:
    *_, final = asking.respond(question, exchanges, chosen)
    return final


def test_an_answer_is_added_to_the_visitors_exchanges(asking: Any) -> None:
    steps = list(asking.respond("trade volume?", (), ()))

    messages, exchanges = steps[-1]
    assert "It says" in steps[-2][0][-1]["content"]
    assert [message["role"] for message in messages] == ["user", "assistant"]
    assert isinstance(exchanges[0].answer, Answer)
    assert f"#do-good-{exchanges[0].id}" in messages[1]["content"]


def test_only_the_chosen_articles_are_asked(asking: Any) -> None:
    _, exchanges = last(asking, "trade volume?", chosen=("rain.txt",))

    assert exchanges[0].answer.citations[0].passage.article_id == "rain.txt"


def test_an_error_is_one_line_of_the_conversation(asking: Any) -> None:
    messages, exchanges = last(asking, "why? " * 100)

    assert "at most 200" in messages[1]["content"]
    assert exchanges[0].answer is None


def test_an_empty_question_is_not_asked(asking: Any) -> None:
    taken = asking.take("  ", "", ())

    assert taken[2] == ""
    assert "question is empty" in taken[3]


def test_one_question_is_answered_at_a_time(asking: Any) -> None:
    taken = asking.take("and now?", "the first", ())

    assert taken[2] == "the first"
    assert "One question at a time" in taken[3]


def test_asking_again_takes_the_last_question_back(asking: Any) -> None:
    exchanges = (Exchange("one", "1"), Exchange("two", "2"))

    kept, messages, pending, *_ = asking.again("", exchanges)

    assert (kept, pending) == (exchanges[:1], "two")
    assert messages[-1] == {"role": "user", "content": "two"}


def test_editing_puts_the_last_question_into_the_box(asking: Any) -> None:
    box, messages, kept, _ = asking.edit("", (Exchange("one", "1"),))

    assert (box, messages, kept) == ("one", [], ())


@pytest.mark.parametrize("act", ["again", "edit"])
def test_without_a_question_there_is_nothing_to_repeat(asking: Any, act: str) -> None:
    assert "There is no question" in str(getattr(asking, act)("", ()))


def test_a_stopped_question_stays_and_says_so(asking: Any) -> None:
    messages, exchanges, pending, *_ = asking.stop("slow?", ())

    assert "Stopped" in messages[1]["content"]
    assert (exchanges[0].question, exchanges[0].answer, pending) == ("slow?", None, "")


def test_the_list_says_title_date_and_size_and_can_be_searched(articles: Any) -> None:
    box, chosen, scope, status = articles.listing("TRADE may", ())

    assert box.choices == [("On trade.txt · 9 May 2024 · 47 characters", "trade.txt")]
    assert (chosen, scope, status) == ((), "<p>Asking all 2 articles.</p>", "2 articles")


def test_a_choice_outlives_a_search_that_hides_it(articles: Any) -> None:
    chosen, scope = articles.pick(["rain.txt"], "rain", ("trade.txt",))

    assert chosen == ("trade.txt", "rain.txt")
    assert "2 of 2" in scope


def test_files_are_added_with_a_line_each(articles: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "bridge.txt", tmp_path / "broken.txt"
    good.write_text("The bridge cost USD 7 million.", encoding="utf-8")
    bad.write_bytes(b"\x00")

    steps = list(articles.add_files([str(good), str(bad)], "", ()))

    assert "Reading bridge&#46;txt &#40;1 of 2&#41;" in steps[0][0]
    assert "added&#58; bridge&#46;txt" in steps[1][0]
    assert "refused&#58; broken&#46;txt &#40;" in steps[-1][0]
    assert steps[-1][4] == "3 articles"


def test_removing_is_asked_first_and_forgets_the_choice(articles: Any) -> None:
    assert "Remove the chosen article" in articles.ask_removal(("rain.txt",))[1]

    _, told, _, chosen, _scope, status = articles.remove("", ("rain.txt",))

    assert "removed&#58; rain&#46;txt" in told
    assert (chosen, status) == ((), "1 article")


def test_nothing_ticked_is_nothing_to_remove(articles: Any) -> None:
    assert "Tick the articles" in articles.ask_removal(())[2]


def test_a_link_opens_its_article_with_all_marks_of_the_answer(background: BackgroundBot) -> None:
    from bot.ui.reading_pane import ReadingPane

    pane = ReadingPane(background)
    keys = [cite_key("trade.txt", 0, 5), cite_key("trade.txt", 6, 12), cite_key("rain.txt", 0, 2)]

    html = pane.show(keys[1], [*keys, "nonsense"])

    assert '<mark class="hit chosen" tabindex="-1">volume</mark>' in html
    assert '<mark class="hit" tabindex="-1">Trade</mark>' in html
    assert "Passage 2 of 3" in html


@pytest.mark.parametrize("key", ["", "cite-", "cite-gone.txt-0-3", "nonsense"])
def test_a_link_to_nothing_says_so(background: BackgroundBot, key: str) -> None:
    from bot.ui.reading_pane import ReadingPane

    assert "not here any more" in ReadingPane(background).show(key)


def test_a_thumb_is_stored_and_a_strangers_is_not(asking: Any, tmp_path: Path) -> None:
    from bot.feedback import FeedbackStore
    from bot.ui.judging import Judging

    _, exchanges = last(asking, "trade volume?")
    judging = Judging(FeedbackStore(tmp_path))

    assert "Noted" in judging.judge("good", exchanges[0].id, exchanges)[0]
    assert "not of this conversation" in judging.judge("good", exchanges[0].id, ())[0]
    assert len((tmp_path / KNOWN).read_text(encoding="utf-8").splitlines()) == 1


def test_what_would_be_right_is_asked_after_a_bad_thumb(asking: Any, tmp_path: Path) -> None:
    from bot.feedback import FeedbackStore
    from bot.ui.judging import Judging

    _, exchanges = last(asking, "trade volume?")
    judging = Judging(FeedbackStore(tmp_path))
    _, _, judgement = judging.judge("wrong", exchanges[0].id, exchanges)

    judging.correct("USD 255.7 million", judgement, exchanges)

    assert '"answers": ["USD 255.7 million"]' in (tmp_path / KNOWN).read_text(encoding="utf-8")


def test_a_bot_that_cannot_load_says_why_to_who_asks() -> None:
    from bot.ui.conversing import Conversing

    def fail(progress: object) -> Bot:
        raise BotError("the index is <locked>")

    messages, _ = last(Conversing(BackgroundBot(fail)), "anything?")

    assert "the index is &lt;locked&gt;" in messages[1]["content"]


@pytest.mark.parametrize(
    ("chosen", "all_of_them", "told"),
    [(0, 0, "no articles yet"), (0, 1, "the one article"), (0, 3, "all 3"), (1, 3, "1 of 3")],
)
def test_whom_the_next_question_asks_is_said(chosen: int, all_of_them: int, told: str) -> None:
    from bot.ui.articles_pane import scope

    assert told in scope(chosen, all_of_them)
