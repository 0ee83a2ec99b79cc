"""Start and end logits in, answer spans out. Pure arithmetic on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MAX_SPAN: Final = 30
"""Longest answer, in tokens."""


@dataclass(frozen=True, slots=True)
class Span:
    """An answer: ``text[start:end]`` of the text read; ``score``: higher is surer, a logit sum."""

    start: int
    end: int
    score: float


def best_spans(
    start: NDArray[Any],
    end: NDArray[Any],
    offsets: Sequence[tuple[int, int]],
    text: str,
    count: int = 1,
) -> tuple[Span, ...]:
    """Return at most ``count`` spans of ``text`` that do not overlap, best first.

    ``start`` and ``end`` are the logits of the passage's tokens alone, of shape (n,);
    ``offsets`` are those tokens' (start, end) in characters of ``text``. No span begins or ends
    inside a word, none is longer than MAX_SPAN tokens.
    """
    if not len(offsets):
        return ()
    scores = _scores(start, end, offsets, text)
    found: list[Span] = []
    while len(found) < count:
        first, last = divmod(int(np.argmax(scores)), len(offsets))
        score = float(scores[first, last])
        if score == -np.inf:
            break
        found.append(Span(offsets[first][0], offsets[last][1], score))
        # A span that begins no later than this one ends, and ends no earlier than it begins.
        scores[: last + 1, first:] = -np.inf
    return tuple(found)


def spans_by_start(
    start: NDArray[Any], end: NDArray[Any], offsets: Sequence[tuple[int, int]], text: str
) -> tuple[Span, ...]:
    """Return, for each token a span may begin with, the best span that does, best first.

    Arguments as in ``best_spans``. Every sentence of the text has some of them.
    """
    if not len(offsets):
        return ()
    scores = _scores(start, end, offsets, text)
    found = [
        Span(offsets[first][0], offsets[int(last)][1], float(scores[first, int(last)]))
        for first, last in enumerate(np.argmax(scores, axis=1))
        if scores[first, int(last)] > -np.inf
    ]
    return tuple(sorted(found, key=lambda span: (-span.score, span.start, span.end)))


def _scores(
    start: NDArray[Any], end: NDArray[Any], offsets: Sequence[tuple[int, int]], text: str
) -> NDArray[Any]:
    """Return the score of each span, (first token, last token); -inf for those not allowed."""
    opens = np.array([not _inside_word(text, first) for first, _ in offsets])
    closes = np.array([not _inside_word(text, last) for _, last in offsets])
    scores = np.where(opens, start, -np.inf)[:, None] + np.where(closes, end, -np.inf)[None, :]
    square = np.ones(scores.shape, dtype=bool)
    return np.where(np.triu(square) & ~np.triu(square, MAX_SPAN), scores, -np.inf)


def _inside_word(text: str, place: int) -> bool:
    """Tell whether ``place`` parts two letters or digits."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
