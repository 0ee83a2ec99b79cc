"""An article's text in, its sentence spans out: each text is cut once, not at every question."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from corpus.sentences import Span, sentence_spans

_BOOK: Final = 100_000
"""Characters from which on few texts are remembered: what is remembered stays in memory."""


def sentences_of(text: str) -> tuple[Span, ...]:
    """Return the sentence spans of an article's text; remembered for the last of them."""
    return _spans_of_book(text) if len(text) > _BOOK else _spans_of_story(text)


@lru_cache(maxsize=256)
def _spans_of_story(text: str) -> tuple[Span, ...]:
    return sentence_spans(text)


@lru_cache(maxsize=8)
def _spans_of_book(text: str) -> tuple[Span, ...]:
    return sentence_spans(text)
