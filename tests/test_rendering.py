from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation
from bot.rendering import (
    answer_html,
    article_html,
    cite_key,
    confidence_words,
    parse_cite_key,
    text_html,
)
from index.retrieval import Hit
from tests.fakes import FakeIndex, make_article, whole_passage

EVIL = make_article(
    "<script>alert(1)</script> ![x](http://evil/x.png) [a](javascript:alert(1)) {{x}} ${y} `z`",
    'e"><img src=x onerror=alert(1)>.txt',
    "<b>Title</b> & more",
)


def evil_answer() -> Answer:
    passage = whole_passage(EVIL)
    citation = Citation(1, passage, 0, len(EVIL.text), EVIL.text)
    return Answer(
        "q",
        "<i>searched</i>",
        answered=True,
        text=f"<u>short</u>\n\n{EVIL.text} [1]",
        short="<u>short</u>",
        confidence=0.7,
        citations=(citation,),
        hits=(Hit(passage, 1.0, 1),),
        warnings=("<em>warning</em>",),
    )


@given(st.text(), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_cite_key_comes_back_as_it_went(article_id: str, start: int, end: int) -> None:
    if article_id.strip() and article_id.isprintable():
        assert parse_cite_key(cite_key(article_id, start, end)) == (article_id, start, end)


@pytest.mark.parametrize(
    "key", ["", "cite-", "cite-a", "cite-a-1", "cite-a-x-2", "cite-a-1-" + "9" * 5000]
)
def test_a_foreign_key_is_none(key: str) -> None:
    assert parse_cite_key(key) is None


@given(st.text())
def test_shown_text_is_neither_html_nor_markdown(text: str) -> None:
    shown = text_html(text).replace("<br>", "")

    assert not set("<>*`[]_{}$!") & set(shown)


def test_nothing_of_an_article_acts_in_an_answer() -> None:
    html = answer_html(evil_answer(), FakeIndex(EVIL).article)

    for harmful in ("<script", "<img", "<b>", "<i>", "<u>", "<em>", "](", "{{", "${", "`", "\n\n"):
        assert harmful not in html
    assert html.count('class="cite"') == 2


def test_nothing_of_an_article_acts_in_its_own_page() -> None:
    html = article_html(EVIL, [(0, 10)], (0, 10))

    for harmful in ("<script", "<img", "<b>"):
        assert harmful not in html


def test_the_chosen_mark_holds_the_quoted_text() -> None:
    article = make_article("Title\n\nOne sentence. Two sentences.", title="Title")

    html = article_html(article, [(7, 20), (21, 35)], (7, 20))

    assert '<mark class="hit chosen" tabindex="-1">One sentence.</mark>' in html
    assert '<mark class="hit" tabindex="-1">Two sentences.</mark>' in html
    assert html.count("Title") == 1


def test_offsets_outside_the_article_mark_nothing() -> None:
    assert "<mark" not in article_html(make_article("Short."), [(3, 99), (5, 2)], (0, 400))


def test_a_refusal_offers_the_nearest_passages() -> None:
    hit = Hit(whole_passage(make_article("It rained.")), 1.0, 1)
    answer = Answer("q", "q", answered=False, text="Sorry.", hits=(hit,))

    html = answer_html(answer, FakeIndex().article)

    assert "Sorry&#46;" in html
    assert 'href="#cite-a.txt-0-10"' in html


@pytest.mark.parametrize(("confidence", "words"), [(0.97, "Very"), (0.7, "Fairly"), (0.3, "Not")])
def test_confidence_is_said_in_words(confidence: float, words: str) -> None:
    assert confidence_words(confidence).startswith(words)
