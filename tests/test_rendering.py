from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation
from bot.escaping import text_html
from bot.extracting import DISAGREEMENT
from bot.linking import cite_key, parse_cite_key
from bot.marking import article_html, spans_in, steps_html
from bot.rendering import answer_html
from bot.wording import confidence_words, date_words, size_words
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
    assert html.count('class="cite chip"') == 2


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


def test_what_a_chat_model_writes_is_shown_with_its_citations_as_links() -> None:
    passage = whole_passage(make_article("Trade grew by 5 percent."))
    answer = Answer(
        "q",
        "q",
        answered=True,
        text="It grew by <b>5</b> percent [1]. It rained (not found in the articles). [7]",
        short="5 percent",
        confidence=0.7,
        citations=(Citation(1, passage, 0, len(passage.text), passage.text, "supported"),),
        answerer="ollama:qwen3:8b",
    )

    html = answer_html(answer, FakeIndex().article)

    assert 'It grew by &lt;b&gt;5&lt;/b&gt; percent <a class="cite chip"' in html
    assert "not found in the articles" in html
    assert html.count('class="cite chip"') == 2


def test_a_refusal_offers_the_nearest_passages() -> None:
    hit = Hit(whole_passage(make_article("It rained.")), 1.0, 1)
    answer = Answer("q", "q", answered=False, text="Sorry.", hits=(hit,))

    html = answer_html(answer, FakeIndex().article)

    assert "Sorry&#46;" in html
    assert 'href="#cite-a.txt-0-10"' in html


@pytest.mark.parametrize(("confidence", "words"), [(0.97, "Very"), (0.7, "Fairly"), (0.3, "Not")])
def test_confidence_is_said_in_words(confidence: float, words: str) -> None:
    assert confidence_words(confidence).startswith(words)


def quoting(*quotes: str, text: str, short: str, **more: Any) -> Answer:
    citations = tuple(
        Citation(number, whole_passage(article), 0, len(quote), quote)
        for number, (quote, article) in enumerate(
            ((quote, make_article(quote, f"{n}.txt")) for n, quote in enumerate(quotes)), start=1
        )
    )
    return Answer("q", "q", answered=True, text=text, short=short, citations=citations, **more)


def test_a_fact_is_said_before_it_is_quoted() -> None:
    answer = quoting(
        "It cost 7 dollars.", text="7 dollars\n\nIt cost 7 dollars. [1]", short="7 dollars"
    )

    html = answer_html(answer, FakeIndex().article)

    assert '<p class="short"><strong>7 dollars</strong> <a class="cite chip"' in html
    assert html.index("short") < html.index("blockquote")


def test_articles_that_disagree_stand_side_by_side_under_their_dates() -> None:
    answer = quoting(
        "15 died.",
        "12 died.",
        text="15\n\n2024-03-06: 15 died. [1]\n\n2024-03-03: 12 died. [2]",
        short="15",
        warnings=(DISAGREEMENT,),
    )
    index = FakeIndex(
        make_article("15 died.", "0.txt", published="2024-03-06"),
        make_article("12 died.", "1.txt"),
    )

    html = answer_html(answer, index.article)

    assert html.count('<div class="side">') == 2
    assert '<p class="date">6 March 2024</p>' in html
    assert '<p class="date">Undated</p>' in html
    assert html.count(text_html(DISAGREEMENT)) == 1


def test_a_summary_shows_every_sentence_with_its_number() -> None:
    article = make_article("One came. Two went. Three stayed.")
    spans = [(0, 9), (10, 19), (20, 33)]
    citations = tuple(
        Citation(n, whole_passage(article), start, end, article.text[start:end])
        for n, (start, end) in enumerate(spans, start=1)
    )
    text = "A title, in its own sentences:\n\nOne came. [1]\n\nTwo went. [2]\n\nThree stayed. [3]"
    answer = Answer("q", "q", answered=True, text=text, short="One came.", citations=citations)

    html = answer_html(answer, FakeIndex(article).article)

    assert '<p class="lead">A title, in its own sentences&#58;</p>' in html
    assert html.count('<p class="quote">') == html.count("cite chip") == 3
    assert html.count("<blockquote>") == html.count('class="about"') == 1


def test_the_quotes_behind_a_chat_models_words_say_how_they_bear_on_them() -> None:
    passage = whole_passage(make_article("Trade grew by 5 percent."))
    citation = Citation(1, passage, 0, len(passage.text), passage.text, "contradicted")
    answer = Answer(
        "q", "q", answered=True, text="It grew by 7 percent [1].", short="5 percent",
        confidence=0.3, citations=(citation,), answerer="ollama:qwen3:8b",
    )  # fmt: skip

    html = answer_html(answer, FakeIndex().article)

    assert '<span class="support">the article says otherwise</span>' in html
    assert "Borne out by the articles&#58; 30 %" in html


def test_an_answer_can_be_copied_and_judged_by_its_name() -> None:
    answer = quoting("It rained.", text="It rained. [1]", short="It rained.")

    assert 'href="#do-wrong-abc123"' in answer_html(answer, FakeIndex().article, "abc123")
    assert "#do-" not in answer_html(answer, FakeIndex().article)


def test_source_date_and_page_of_a_quote_are_shown() -> None:
    article = replace(
        make_article("One page.\nIt rained.", published="2024-05-09"),
        source="A paper",
        page_starts=(0, 10),
    )
    citation = Citation(1, whole_passage(article), 10, 20, "It rained.")
    answer = Answer("q", "q", answered=True, text="It rained. [1]", citations=(citation,))

    html = answer_html(answer, FakeIndex(article).article)

    assert "A title · A paper · 9 May 2024 · page 2" in html


@pytest.mark.parametrize(
    ("iso", "words"),
    [("2024-05-09", "9 May 2024"), ("2024-05", "2024-05"), ("soon", "soon"), (None, "")],
)
def test_a_date_is_said_as_people_write_it(iso: str | None, words: str) -> None:
    assert date_words(iso) == words


@pytest.mark.parametrize(("characters", "words"), [(1, "1 character"), (2_345, "2,345 characters")])
def test_a_size_is_said_in_words(characters: int, words: str) -> None:
    assert size_words(characters) == words


def test_where_marks_overlap_the_chosen_one_is_seen() -> None:
    html = article_html(make_article("One two three."), [(0, 13)], (4, 7))

    assert '<mark class="hit chosen" tabindex="-1">two</mark>' in html
    assert html.count('<mark class="hit" ') == 2


def test_steps_lead_round_the_marks_of_an_answer() -> None:
    keys = [cite_key("a.txt", 0, 3), cite_key("b.txt", 4, 7), cite_key("a.txt", 8, 9)]

    html = steps_html(keys, keys[0])

    assert "Passage 1 of 3" in html
    assert f'rel="prev" href="#{keys[2]}"' in html
    assert f'rel="next" href="#{keys[1]}"' in html
    assert spans_in("a.txt", keys) == [(0, 3), (8, 9)]


def test_a_single_mark_needs_no_steps() -> None:
    assert "Next" not in steps_html(["cite-a-0-3"], "cite-a-0-3")
