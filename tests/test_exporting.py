from __future__ import annotations

import json

import pytest

from bot.answer import Answer, Citation
from bot.conversations.conversation import LONGEST, Exchange, extended, turns_of
from bot.conversations.exporting import conversation_json, conversation_markdown
from bot.linking import parse_cite_key
from tests.fakes import FakeIndex, make_article, whole_passage

PAGE = "http://127.0.0.1:7860/"
ARTICLE = make_article(
    "The *bridge* cost USD 7 million. It opened in May.", "b r-1.txt", "A [bridge]", "2024-05-09"
)
INDEX = FakeIndex(ARTICLE)
QUOTE = "The *bridge* cost USD 7 million."


def exchange() -> Exchange:
    citation = Citation(1, whole_passage(ARTICLE), 0, len(QUOTE), QUOTE)
    answer = Answer(
        "How much?",
        "How much did the bridge cost?",
        answered=True,
        text=f"USD 7 million\n\n{QUOTE} [1]",
        short="USD 7 million",
        confidence=0.9,
        citations=(citation,),
        answerer="reader",
        warnings=("mind this",),
    )
    return Exchange("How much?", "", answer)


def test_every_citation_of_the_json_still_resolves() -> None:
    told = json.loads(conversation_json([exchange()], INDEX.article, PAGE))

    (citation,) = told["exchanges"][0]["citations"]
    place = parse_cite_key(citation["link"].removeprefix(PAGE))
    assert place is not None
    article = INDEX.article(place[0])
    assert article is not None
    assert article.text[place[1] : place[2]] == citation["quote"] == QUOTE
    assert told["articles"][place[0]]["sha256"] == article.sha256


def test_the_markdown_quotes_with_source_date_and_link() -> None:
    told = conversation_markdown([exchange()], INDEX.article, PAGE)

    assert "## How much?" in told
    assert "*Searched for: How much did the bridge cost?*" in told
    assert f"> [\\[1\\]]({PAGE}#cite-b%20r-1.txt-0-{len(QUOTE)}) The \\*bridge\\* cost" in told
    assert "A \\[bridge\\] · 9 May 2024" in told
    assert "Very sure (90 %)" in told
    assert "*mind this*" in told


def test_a_question_without_answer_is_exported_as_such() -> None:
    stopped = Exchange("Why?", "<p>Stopped.</p>")

    told = json.loads(conversation_json([stopped], INDEX.article, PAGE))

    assert told["exchanges"][0]["answered"] is False
    assert "(no answer)" in conversation_markdown([stopped], INDEX.article, PAGE)


def test_what_was_told_stands_in_place_of_an_answer() -> None:
    stopped = Exchange("Why?", "<p>Stopped.</p>", told="Stopped *here*.")

    told = conversation_markdown([stopped], INDEX.article, PAGE)

    assert told.endswith("## Why?\n\nStopped \\*here\\*.\n")


def test_a_question_of_many_lines_is_one_heading() -> None:
    asked = Exchange("How much?\n\n---\n\tand  why?", "", told="Stopped.")

    told = conversation_markdown([asked], INDEX.article, PAGE)

    assert "## How much? --- and why?\n\nStopped." in told


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("- a", "\\- a"),
        ("    + a", "\\+ a"),
        ("12. May", "12\\. May"),
        ("1) May", "1\\) May"),
        ("255.7 million", "255.7 million"),
        ("USD 7 million\n---\n===", "USD 7 million\n\\---\n\\==="),
        ("~~gone~~", "\\~\\~gone\\~\\~"),
        ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ("see https://a.org or WWW.a.org", "see https\\://a.org or WWW\\.a.org"),
        ("ann@a.org", "ann\\@a.org"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("At 10:30 it was 255.7 - (a third) + 1.", "At 10:30 it was 255.7 - (a third) + 1."),
    ],
)
def test_markdown_acts_on_nothing_that_was_said(text: str, written: str) -> None:
    told = conversation_markdown([Exchange("Why?", "", told=text)], INDEX.article, PAGE)

    assert told.endswith(f"## Why?\n\n{written}\n")


def test_a_long_conversation_forgets_its_beginning() -> None:
    exchanges: tuple[Exchange, ...] = ()
    for number in range(LONGEST + 5):
        exchanges = extended(exchanges, Exchange(str(number), ""))

    assert len(exchanges) == LONGEST
    assert exchanges[0].question == "5"


def test_a_follow_up_refers_to_answers_only() -> None:
    turns = turns_of([exchange(), Exchange("Why?", "<p>Stopped.</p>")])

    assert [turn.question for turn in turns] == ["How much?"]
    assert turns[0].articles == ("b r-1.txt",)
