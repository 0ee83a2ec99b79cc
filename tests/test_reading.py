"""The reader's arithmetic: windows, headers, spans, merging; with logits written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.decoding import MAX_SPAN, Span, best_spans, spans_by_start
from bot.reader.features import header_of, make_windows
from bot.reader.reading import Reading, merged
from tests.fakes import make_article, whole_passage

TEXT = "Oil rose 3 percent"
OFFSETS = [(0, 3), (4, 8), (9, 10), (11, 18)]
PASSAGE = whole_passage(make_article(TEXT))


class LetterTokenizer:
    """Each word is a token whose id is its length; special tokens are 1 and 2."""

    def token_to_id(self, token: str) -> int:
        return {"[CLS]": 1, "[SEP]": 2}[token]

    def encode(self, text: str, add_special_tokens: bool = False) -> LetterTokenizer:
        self.ids = [len(word) for word in text.split()]
        starts = [n for n, c in enumerate(text) if c != " " and (n == 0 or text[n - 1] == " ")]
        self.offsets = [(s, s + n) for s, n in zip(starts, self.ids, strict=True)]
        return self


def test_the_best_span_maximises_start_plus_end() -> None:
    start, end = np.array([0.0, 0, 5, 1]), np.array([0.0, 0, 2, 4])

    assert best_spans(start, end, OFFSETS, TEXT) == (Span(9, 18, 9.0),)


def test_by_start_every_token_has_its_best_end() -> None:
    start, end = np.array([0.0, 0, 5, 1]), np.array([0.0, 0, 2, 4])

    spans = spans_by_start(start, end, OFFSETS, TEXT)

    assert [(TEXT[s.start : s.end], s.score) for s in spans] == [
        ("3 percent", 9.0),
        ("percent", 5.0),
        ("Oil rose 3 percent", 4.0),
        ("rose 3 percent", 4.0),
    ]


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_no_span_is_empty_or_too_long(tokens: int, seed: int) -> None:
    start, end = np.random.default_rng(seed).normal(size=(2, tokens))
    text = "ab " * tokens
    offsets = [(3 * n, 3 * n + 2) for n in range(tokens)]

    spans = spans_by_start(start, end, offsets, text)

    assert len(spans) == tokens
    assert all(0 < span.end - span.start <= 3 * MAX_SPAN for span in spans)


def test_no_span_parts_a_word() -> None:
    # "per" and "cent": two tokens of one word.
    offsets = [(0, 3), (3, 7)]
    spans = spans_by_start(np.array([0.0, 9]), np.array([9.0, 0]), offsets, "percent")

    assert [(span.start, span.end) for span in spans] == [(0, 7)]


def test_nothing_to_read_gives_no_spans() -> None:
    assert spans_by_start(np.zeros(0), np.zeros(0), [], "") == ()


@pytest.mark.parametrize(
    ("published", "header"),
    [
        ("2023-05-10", "Rates cut. Wednesday 10 May 2023"),
        ("2023-05-10T08:00:00", "Rates cut. Wednesday 10 May 2023"),
        (None, "Rates cut"),
        ("last week", "Rates cut"),
    ],
)
def test_a_header_tells_title_and_day(published: str | None, header: str) -> None:
    assert header_of("Rates cut", published) == header


def test_windows_overlap_and_each_carries_question_and_header() -> None:
    windows = make_windows(LetterTokenizer(), "a bb", "ccc " * 10, 12, 2, header="dddd")

    for ids, passage_from, offsets in windows:
        assert ids[:6] == [1, 1, 2, 2, 4, 2]
        assert passage_from == 6
        assert len(ids) <= 12
        assert len(offsets) == len(ids) - 7
    read = [start for _, _, offsets in windows for start, _ in offsets]
    assert sorted(set(read)) == [4 * n for n in range(10)]
    assert len(read) > 10


def test_merged_windows_keep_each_spans_better_score() -> None:
    first = Reading(PASSAGE, (Span(9, 18, 2.0), Span(0, 3, -1.0)), -0.5)
    second = Reading(PASSAGE, (Span(0, 3, 4.0), Span(9, 18, 1.0)), 3.0)

    assert merged([first, second]) == Reading(PASSAGE, (Span(0, 3, 4.0), Span(9, 18, 2.0)), 3.0)


def test_the_spans_of_a_sentence_lie_wholly_inside() -> None:
    reading = Reading(PASSAGE, (Span(4, 18, 5.0), Span(9, 18, 3.0), Span(11, 18, 1.0)), 0.0)

    assert reading.within(9, 18) == (Span(9, 18, 3.0), Span(11, 18, 1.0))
    assert reading.within(5, 8) == ()
