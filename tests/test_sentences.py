from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["It reached USD 255.7 million in 2023.", "He left."],
        ["The U.S. Department said so.", "Nobody listened."],
        ["Dr. J. R. Smith of Acme Inc. did it.", "She agreed."],
        ["It opens at 5 p.m. EST on Monday.", "It closes late."],
        ["“Really?” he said.", "“No.”", "She left."],
        ["“We paid ‘a lot.’ Now we rest,” she said.", "The end."],
        ["It cost Rp. 4.6 trillion.", "Nobody paid."],
    ],
)
def test_news_text_is_cut_where_sentences_end(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_blank_line_ends_a_sentence() -> None:
    assert sentences("A headline\n\nA story begins.") == ["A headline", "A story begins."]


def test_a_paragraph_without_capitals_is_one_sentence_however_long() -> None:
    text = ("it rose again. " * 200_000).strip()

    assert sentence_spans(text) == ((0, len(text)),)


def test_closing_quotes_alone_are_no_sentence() -> None:
    assert sentences("She left.’’\n") == ["She left.’’"]


@given(st.text())
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    spans = sentence_spans(text)

    covered = [position for start, end in spans for position in range(start, end)]
    assert covered == sorted(set(covered))
    assert all(text[i].isspace() for i in set(range(len(text))) - set(covered))
    assert all(text[start:end].strip() == text[start:end] for start, end in spans)
