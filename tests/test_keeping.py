"""A conversation that was kept comes back whole, and nothing that is not true comes with it."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Citation
from bot.conversations.conversation import About, Exchange, turns_of
from bot.conversations.keeping import FORMAT, Conversation, kept, restored, title_of
from bot.errors import KeptError
from index.retrieval import Hit
from tests.fakes import FakeIndex, make_article, whole_passage

BRIDGE = make_article("The bridge cost USD 7 million. It opened in May.", "b r-1.txt", "A bridge")
INDEX = FakeIndex(BRIDGE)
QUOTE = "The bridge cost USD 7 million."
ID = "0123456789abcdef" * 2


def answer() -> Answer:
    passage = whole_passage(BRIDGE)
    return Answer(
        "How much?",
        "How much did the bridge cost?",
        answered=True,
        text=f"USD 7 million\n\n{QUOTE} [1]",
        short="USD 7 million",
        confidence=0.9,
        citations=(Citation(1, passage, 0, len(QUOTE), QUOTE),),
        hits=(Hit(passage, 0.5, 1),),
        answerer="reader",
        warnings=("mind this",),
        timings={"answer": 0.25},
    )


def conversation() -> Conversation:
    about = About("b r-1.txt", "A bridge", "in May", "It opened in May.")
    exchanges = (
        Exchange("How much?", "", answer(), about=about),
        Exchange("Why?", "", told="Stopped."),
    )
    return Conversation(ID, "The bridge", exchanges)


def raw() -> Any:
    """What a browser gives back: JSON, through and through."""
    return json.loads(json.dumps(kept(conversation())))


def test_a_conversation_comes_back_as_it_was_kept() -> None:
    before, after = conversation(), restored(raw(), INDEX.article)

    assert (after.id, after.title) == (before.id, before.title)
    for one, other in zip(before.exchanges, after.exchanges, strict=False):
        assert (one.question, one.told, one.about) == (other.question, other.told, other.about)
    first = after.exchanges[0].answer
    assert first is not None
    assert {**_fields(first)} == {**_fields(answer())}


def _fields(one: Answer) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("question", "searched", "answered", "text")},
        **{name: getattr(one, name) for name in ("short", "confidence", "citations", "hits")},
        **{"answerer": one.answerer, "warnings": one.warnings, "seconds": one.timings["answer"]},
    }


def test_follow_ups_go_on_from_what_was_restored() -> None:
    exchanges = restored(raw(), INDEX.article).exchanges

    assert turns_of(exchanges) == turns_of(conversation().exchanges)


def test_no_article_text_is_kept_but_the_quotes() -> None:
    said = json.dumps(kept(conversation()))

    assert said.count("opened in May") == 1  # What was asked about.
    assert "text" not in raw()["exchanges"][0]["passages"][0]


@pytest.mark.parametrize(
    "articles",
    [(), (make_article("The bridge cost USD 9 million. It is closed.", "b r-1.txt", "A bridge"),)],
)
def test_a_citation_that_no_longer_resolves_is_dropped_and_that_is_said(articles: Any) -> None:
    back = restored(raw(), FakeIndex(*articles).article).exchanges[0].answer

    assert back is not None
    assert back.citations == ()
    assert "[1]" not in back.text
    assert back.warnings == (
        "mind this",
        "1 citation(s) removed: the article is gone or was changed",
    )


def test_a_forged_quote_is_not_believed() -> None:
    forged = raw()
    forged["exchanges"][0]["citations"][0]["quote"] = "The bridge cost USD 8 million."

    back = restored(forged, INDEX.article).exchanges[0].answer

    assert back is not None
    assert back.citations == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), FORMAT + 1),
        (("version",), "1"),
        (("id",), "../../etc"),
        (("exchanges",), []),
        (("exchanges",), [1] * 500),
        (("exchanges", 0, "id"), "x"),
        (("exchanges", 0, "at"), "yesterday"),
        (("exchanges", 0, "question"), None),
        (("exchanges", 0, "question"), "x" * 30_000),
        (("exchanges", 0, "confidence"), float("nan")),
        (("exchanges", 0, "confidence"), 7),
        (("exchanges", 0, "confidence"), True),
        (("exchanges", 0, "answered"), "yes"),
        (("exchanges", 0, "warnings"), ["x", 3]),
        (("exchanges", 0, "citations", 0, "start"), -1),
        (("exchanges", 0, "citations", 0, "support"), "sworn"),
        (("exchanges", 0, "citations", 0, "number"), 0),
        (("exchanges", 0, "passages", 0, "rank"), 0),
        (("exchanges", 0, "about"), "b r-1.txt"),
        (("exchanges", 1), "Why?"),
    ],
)
def test_what_is_damaged_is_refused_in_one_line(path: tuple[Any, ...], value: Any) -> None:
    damaged = deepcopy(raw())
    place = damaged
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(KeptError) as refused:
        restored(damaged, INDEX.article)

    assert "\n" not in str(refused.value)


def test_two_citations_of_one_number_are_damage() -> None:
    damaged = raw()
    damaged["exchanges"][0]["citations"] *= 2

    with pytest.raises(KeptError, match="share a number"):
        restored(damaged, INDEX.article)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["id", "title", "exchanges", "version"]), _JSON)
def test_whatever_a_browser_sends_is_restored_or_refused(name: str, value: Any) -> None:
    sent = {**raw(), name: value}

    with suppress(KeptError):
        assert restored(sent, INDEX.article).exchanges


LONG_ARTICLE = make_article("A very long sentence, " * 1_000, "long.txt", "On length")
LONG_PASSAGE = whole_passage(LONG_ARTICLE)
_LENGTHS = st.sampled_from([0, 1, 70, 701, 7_001, 20_001])
_TEXTS = st.builds(lambda word, times: word * times, st.text(min_size=1, max_size=3), _LENGTHS)
_COUNTS = st.sampled_from([0, 1, 101])


@st.composite
def _answers(draw: st.DrawFn) -> Answer:
    cited = range(1, draw(_COUNTS) + 1)
    whole = LONG_ARTICLE.text
    quotes = [whole if number == 1 else whole[:30] for number in cited]
    return Answer(
        **{name: draw(_TEXTS) for name in ("question", "searched", "text", "short", "answerer")},
        answered=True,
        citations=tuple(
            Citation(number, LONG_PASSAGE, 0, len(quote), quote)
            for number, quote in zip(cited, quotes, strict=True)
        ),
        hits=tuple(Hit(LONG_PASSAGE, 0.5, number) for number in cited),
        warnings=(draw(_TEXTS),) * draw(_COUNTS),
    )


_EXCHANGES = st.builds(
    Exchange,
    question=_TEXTS,
    html=st.just(""),
    answer=st.none() | _answers(),
    told=_TEXTS,
    about=st.none() | st.builds(About, _TEXTS, _TEXTS, _TEXTS, _TEXTS),
)


@settings(max_examples=30, deadline=None)
@given(_TEXTS, _EXCHANGES)
def test_whatever_is_kept_can_be_opened_again(title: str, exchange: Exchange) -> None:
    form = json.loads(json.dumps(kept(Conversation(ID, title, (exchange,)))))

    (back,) = restored(form, FakeIndex(LONG_ARTICLE).article).exchanges

    assert (back.id, back.answer is None) == (exchange.id, exchange.answer is None)
    if exchange.answer and back.answer:
        assert len(back.answer.citations) == min(len(exchange.answer.citations), 100)
        assert exchange.answer.short.startswith(back.answer.short)


def test_a_question_refused_as_too_long_does_not_take_its_conversation_along() -> None:
    told = Exchange("why? " * 10_000, "", told="the question has 50,000 characters")

    back = restored(kept(Conversation(ID, "Why", (*conversation().exchanges, told))), INDEX.article)

    assert [len(each.question) for each in back.exchanges] == [9, 4, 20_000]


def test_a_conversation_is_called_by_its_first_question() -> None:
    assert title_of(conversation().exchanges) == "How much?"
    assert len(title_of([Exchange("why " * 100, "")])) <= 81
