"""What the page's events do, without a browser: a small library, hashed vectors, a queued answerer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer
from bot.assembling import Bot
from bot.conversations.conversation import About, Exchange
from bot.conversations.feedback import KNOWN
from bot.doors.desk import Desk
from bot.doors.loading import BackgroundBot
from bot.doors.owning import OneCollection
from bot.errors import BotError
from bot.linking import cite_key
from bot.settings import BotSettings
from bot.ui.messages import Pending
from tests.panes import ANN
from tests.panes import desk as desk

RAIN = About("rain.txt", "On rain.txt", "three days", "It rained on the coast for three days.")


@pytest.fixture
def asking(desk: Desk) -> Any:
    from bot.ui.conversing import Conversing

    return Conversing(desk, linked=True)


@pytest.fixture
def articles(desk: Desk) -> Any:
    from bot.ui.articles_pane import ArticlesPane

    return ArticlesPane(desk)


def last(asking: Any, question: str, exchanges: Any = (), chosen: Any = ()) -> tuple[Any, Any]:
    *_, final = asking.respond(ANN, Pending(question), exchanges, chosen)
    return final


def test_an_answer_is_added_to_the_visitors_exchanges(asking: Any) -> None:
    steps = list(asking.respond(ANN, Pending("trade volume?"), (), ()))

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
    _, _, _, _, pending, told, *_ = asking.take("  ", None, (), None)

    assert pending is None
    assert "question is empty" in told


def test_one_question_is_answered_at_a_time(asking: Any) -> None:
    first = Pending("the first")

    _, _, _, _, pending, told, *_ = asking.take("and now?", first, (), None)

    assert pending is first
    assert "One question at a time" in told


def test_asking_again_replaces_the_last_answer_where_it_stands(asking: Any) -> None:
    _, exchanges = last(asking, "trade volume?")
    _, exchanges = last(asking, "and rain?", exchanges)

    messages, pending, *_ = asking.again(None, exchanges)
    steps = list(asking.respond(ANN, pending, exchanges, ()))
    _, replaced = steps[-1]

    assert [m["content"] for m in messages if m["role"] == "user"] == ["trade volume?", "and rain?"]
    assert {len(shown) for shown, _ in steps} == {4}
    assert [each.question for each in replaced] == ["trade volume?", "and rain?"]
    assert replaced[0] == exchanges[0]
    assert replaced[1].id not in {each.id for each in exchanges}


def test_stopping_what_is_asked_again_leaves_the_answer_that_was_there(asking: Any) -> None:
    _, exchanges = last(asking, "trade volume?")
    _, pending, *_ = asking.again(None, exchanges)

    messages, left, *_ = asking.stop(pending, exchanges)

    assert left == exchanges
    assert messages[-1]["content"] == exchanges[0].html


@pytest.mark.parametrize("act", ["again", "search"])
def test_an_error_is_told_after_the_answer_that_was_to_be_replaced(asking: Any, act: str) -> None:
    _, (answered,) = last(asking, "trade volume?")
    exchanges = (replace(answered, question="why? " * 100),)
    asked = (answered.id, "rain?") if act == "search" else ()
    _, pending, *_ = getattr(asking, act)(*asked, None, exchanges)

    *_, (messages, left) = asking.respond(ANN, pending, exchanges, ())

    assert left == exchanges
    assert [m["role"] for m in messages] == ["user", "assistant", "assistant"]
    assert messages[1]["content"] == exchanges[0].html
    assert "at most 200" in messages[2]["content"]


def test_a_second_error_takes_the_first_ones_place(asking: Any) -> None:
    _, exchanges = last(asking, "why? " * 100)
    _, pending, *_ = asking.again(None, exchanges)

    *_, (messages, after) = asking.respond(ANN, pending, exchanges, ())

    assert len(after) == 1
    assert len(messages) == 2


def test_editing_puts_the_last_question_into_the_box(asking: Any) -> None:
    box, about, _, messages, kept, _ = asking.edit(None, (Exchange("one", "1", about=RAIN),))

    assert (box, about, messages, kept) == ("one", RAIN, [], ())


@pytest.mark.parametrize("act", ["again", "edit"])
def test_without_a_question_there_is_nothing_to_repeat(asking: Any, act: str) -> None:
    assert "There is no question" in str(getattr(asking, act)(None, ()))


def test_a_stopped_question_stays_and_says_so(asking: Any) -> None:
    messages, exchanges, pending, *_ = asking.stop(Pending("slow?"), ())

    assert "Stopped" in messages[1]["content"]
    assert (exchanges[0].question, exchanges[0].answer, pending) == ("slow?", None, None)


def test_what_was_searched_is_asked_as_it_is_edited_and_takes_the_answers_place(
    asking: Any,
) -> None:
    _, exchanges = last(asking, "trade volume?")
    _, exchanges = last(asking, "and rain?", exchanges)
    first = exchanges[0]

    _, pending, *_ = asking.search(first.id, "rain on the coast", None, exchanges)
    *_, (messages, searched) = asking.respond(ANN, pending, exchanges, ())

    assert [each.id for each in searched] == [each.id for each in exchanges]
    assert searched[0].answer.question == "trade volume?"
    assert searched[0].answer.searched == "rain on the coast"
    assert "rain on the coast" in messages[1]["content"]
    assert searched[0].answer.citations[0].passage.article_id == "rain.txt"


def test_stopping_a_search_leaves_the_answer_that_was_there(asking: Any) -> None:
    _, exchanges = last(asking, "trade volume?")
    _, pending, *_ = asking.search(exchanges[0].id, "rain", None, exchanges)

    assert asking.stop(pending, exchanges)[1] == exchanges


@pytest.mark.parametrize(("name", "text"), [("unknown", "rain"), ("", "rain"), (None, "  ")])
def test_nothing_is_searched_for_no_answer_or_no_words(
    asking: Any, name: str | None, text: str
) -> None:
    _, exchanges = last(asking, "trade volume?")

    _, pending, told, *_ = asking.search(name or exchanges[0].id, text, None, exchanges)

    assert pending is None or name is not None
    assert "nothing to search" in told or name == ""


def test_a_question_about_a_selection_asks_its_article_alone(asking: Any) -> None:
    taken = asking.take("trade volume?", None, (), RAIN)
    *_, (messages, exchanges) = asking.respond(ANN, taken[4], (), ("trade.txt",))

    assert taken[1] is None
    assert exchanges[0].answer.citations[0].passage.article_id == "rain.txt"
    assert exchanges[0].about == RAIN
    assert "About “three days” in On rain" in messages[0]["content"].replace("&#46;txt", "")


def test_a_selection_is_what_a_question_refers_to() -> None:
    from bot.ui.conversing import _selected

    assert _selected(RAIN, "how long was that?")[0].text == RAIN.context
    assert _selected(RAIN, "What about three days?") == ()
    assert _selected(About("rain.txt", "On rain", "", ""), "why?") == ()


def test_the_list_says_title_date_and_size_and_can_be_searched(articles: Any) -> None:
    box, chosen, scope, status = articles.listing(ANN, "TRADE may", ())

    assert box.count('type="checkbox"') == 1
    assert "On trade.txt" in box
    assert "9 May 2024 · 47 characters" in box
    assert f'href="#{cite_key("trade.txt", 0, 0)}"' in box
    assert (chosen, scope, status) == ((), "<p>Asking all 2 articles.</p>", "2 articles")


def test_a_choice_outlives_a_search_that_hides_it(articles: Any) -> None:
    chosen, scope = articles.pick(ANN, ["rain.txt"], ["rain.txt", "unknown"], ("trade.txt",))

    assert chosen == ("trade.txt", "rain.txt")
    assert "2 of 2" in scope


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Gradio puts what is uploaded: each file in a folder of its own."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    upload = tmp_path / "gradio" / "8d3f"
    upload.mkdir(parents=True)
    return upload


def test_files_are_added_with_a_line_each(articles: Any, uploads: Path) -> None:
    good, bad = uploads / "bridge.txt", uploads / "broken.txt"
    good.write_text("The bridge cost USD 7 million.", encoding="utf-8")
    bad.write_bytes(b"\x00")

    steps = list(articles.add_files(ANN, [str(good), str(bad)], "", ()))

    assert "Reading bridge&#46;txt &#40;1 of 2&#41;" in steps[0][0]
    assert "added&#58; bridge&#46;txt" in steps[1][0]
    assert "refused&#58; broken&#46;txt &#40;" in steps[-1][0]
    assert "8d3f" not in steps[-1][0]
    assert steps[-1][1] == (articles._desk.entries(ANN)[0].id,)
    assert steps[-1][5] == "3 articles"


def test_folders_and_what_nobody_uploaded_are_not_added(
    articles: Any, uploads: Path, tmp_path: Path
) -> None:
    (uploads / "anothers.txt").write_text("The bridge cost USD 7 million.", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("The treasure is under the oak.", encoding="utf-8")
    asked = [uploads, uploads.parent, tmp_path, tmp_path / "secret.txt", uploads / "gone.txt"]

    *_, last = articles.add_files(ANN, [str(each) for each in asked], "", ())

    assert last[0].count("no uploaded file") == len(asked)
    assert (last[1], last[5]) == ((), "2 articles")


def test_removing_is_asked_first_and_forgets_the_choice(articles: Any) -> None:
    assert "Remove the chosen article" in articles.ask_removal(("rain.txt",))[1]

    _, told, _, _, chosen, _scope, status = articles.remove(ANN, "", ("rain.txt",))

    assert "removed&#58; rain&#46;txt" in told
    assert (chosen, status) == ((), "1 article")


def test_nothing_ticked_is_nothing_to_remove(articles: Any) -> None:
    assert "Tick the articles" in articles.ask_removal(())[2]


def test_a_link_opens_its_article_with_all_marks_of_the_answer(desk: Desk) -> None:
    from bot.ui.reading_pane import ReadingPane

    pane = ReadingPane(desk)
    keys = [cite_key("trade.txt", 0, 5), cite_key("trade.txt", 6, 12), cite_key("rain.txt", 0, 2)]

    html = pane.show(ANN, keys[1], [*keys, "nonsense"])

    assert '<mark class="hit chosen" tabindex="-1">volume</mark>' in html
    assert '<mark class="hit" tabindex="-1">Trade</mark>' in html
    assert "Passage 2 of 3" in html


def test_an_article_is_opened_whole_from_the_list(desk: Desk) -> None:
    from bot.ui.reading_pane import ReadingPane

    html = ReadingPane(desk).show(ANN, cite_key("trade.txt", 0, 0))

    assert "<mark" not in html
    assert "All articles" in html
    assert 'data-article="trade.txt"' in html


def test_what_is_selected_is_asked_about_with_its_sentence(desk: Desk) -> None:
    from bot.ui.reading_pane import ReadingPane

    box, about, line, _ = ReadingPane(desk).ask_about(ANN, "rain.txt", "three\n days", "")

    assert box == "What about three days?"
    assert about == RAIN
    assert "three days" in line


def test_a_question_that_is_typed_already_stays(desk: Desk) -> None:
    from bot.ui.reading_pane import ReadingPane

    box, about, *_ = ReadingPane(desk).ask_about(ANN, "rain.txt", "", "how long?")

    assert box != "What about three days?"
    assert about == About("rain.txt", "On rain.txt", "", "")


def test_nothing_is_asked_about_an_article_that_is_gone(desk: Desk) -> None:
    from bot.ui.reading_pane import ReadingPane

    _, about, _, told = ReadingPane(desk).ask_about(ANN, "gone.txt", "x", "")

    assert about is None
    assert "not here any more" in told


@pytest.mark.parametrize("key", ["", "cite-", "cite-gone.txt-0-3", "nonsense"])
def test_a_link_to_nothing_says_so(desk: Desk, key: str) -> None:
    from bot.ui.reading_pane import ReadingPane

    assert "not here any more" in ReadingPane(desk).show(ANN, key)


def test_a_thumb_is_stored_and_a_strangers_is_not(asking: Any, desk: Desk, tmp_path: Path) -> None:
    from bot.ui.judging import Judging

    _, exchanges = last(asking, "trade volume?")
    judging = Judging(desk)

    assert "Noted" in judging.judge(ANN, "good", exchanges[0].id, exchanges)[0]
    assert "not of this conversation" in judging.judge(ANN, "good", exchanges[0].id, ())[0]
    assert len((tmp_path / "index" / KNOWN).read_text(encoding="utf-8").splitlines()) == 1


def test_what_would_be_right_is_asked_after_a_bad_thumb(
    asking: Any, desk: Desk, tmp_path: Path
) -> None:
    from bot.ui.judging import Judging

    _, exchanges = last(asking, "trade volume?")
    judging = Judging(desk)
    _, _, judgement = judging.judge(ANN, "wrong", exchanges[0].id, exchanges)

    judging.correct(ANN, "USD 255.7 million", judgement, exchanges)

    assert '"answers": ["USD 255.7 million"]' in (tmp_path / "index" / KNOWN).read_text(
        encoding="utf-8"
    )


def test_a_bot_that_cannot_load_says_why_to_who_asks() -> None:
    from bot.ui.conversing import Conversing

    def fail(progress: object) -> Bot:
        raise BotError("the index is <locked>")

    messages, _ = last(
        Conversing(Desk(OneCollection(BackgroundBot(fail)), BotSettings()), linked=True),
        "anything?",
    )

    assert "the index is &lt;locked&gt;" in messages[1]["content"]


@pytest.mark.parametrize(
    ("chosen", "all_of_them", "told"),
    [(0, 0, "no articles yet"), (0, 1, "the one article"), (0, 3, "all 3"), (1, 3, "1 of 3")],
)
def test_whom_the_next_question_asks_is_said(chosen: int, all_of_them: int, told: str) -> None:
    from bot.ui.article_list import scope

    assert told in scope(chosen, all_of_them)
