"""Start and end logits in, the best answer spans out. Pure arithmetic on arrays."""

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
    opens = np.array([not _inside_word(text, first) for first, _ in offsets])
    closes = np.array([not _inside_word(text, last) for _, last in offsets])
    scores = np.where(opens, start, -np.inf)[:, None] + np.where(closes, end, -np.inf)[None, :]
    square = np.ones(scores.shape, dtype=bool)
    scores = np.where(np.triu(square) & ~np.triu(square, MAX_SPAN), scores, -np.inf)
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


def _inside_word(text: str, place: int) -> bool:
    """Tell whether ``place`` parts two letters or digits."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
