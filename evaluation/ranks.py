"""Ranked hits in, hit@k and mean reciprocal rank out, with their intervals and as a table. Pure."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING, Final

from evaluation.paragraphs import Asked

if TYPE_CHECKING:
    from index.retrieval import Hit

Rank = Callable[[str, int], "Sequence[Hit]"]
"""Returns at most so many hits for a question, best first."""
CUTOFFS: Final = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Figures:
    """``hit_at[k]``: the share of questions with a right passage among the first ``k`` hits.

    ``mrr`` is the mean of 1 / rank of the first right passage, 0 where none is found;
    ``p50_ms`` the median time of one search.
    """

    n: int
    hit_at: Mapping[int, float]
    mrr: float
    p50_ms: float


def measure(rank: Rank, questions: Sequence[Asked], depth: int) -> Figures:
    """Return the figures of ``rank`` over ``questions``, of which there is at least one.

    Reciprocal ranks see ``depth`` hits.
    """
    ranks, seconds = [], []
    for asked in questions:
        started = time.perf_counter()
        hits = rank(asked.question, depth)
        seconds.append(time.perf_counter() - started)
        ranks.append(first_right(asked, hits))
    return figures_of(ranks, 1000 * median(seconds))


def first_right(asked: Asked, hits: Sequence[Hit]) -> int | None:
    """Return the place, from 1, of the first right hit."""
    for place, hit in enumerate(hits, start=1):
        if asked.is_answered_by(hit.passage.article_id, hit.passage.text):
            return place
    return None


def figures_of(ranks: Sequence[int | None], p50_ms: float = 0.0) -> Figures:
    """Return the figures of the places of the first right hits; None: there is none."""
    hit_at = {k: fmean(place is not None and place <= k for place in ranks) for k in CUTOFFS}
    mrr = fmean(1 / place if place else 0.0 for place in ranks)
    return Figures(len(ranks), hit_at, mrr, p50_ms)


def table(figures: Mapping[str, Figures]) -> str:
    """Return a Markdown table, a row a way of ranking; ± is the half of hit@1's 95 % interval."""
    heads = ["", *(f"hit@{k}" for k in CUTOFFS), "MRR", "±", "ms"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, each in figures.items():
        shares = [f"{each.hit_at[k]:.3f}" for k in CUTOFFS]
        half = 1.96 * math.sqrt(each.hit_at[1] * (1 - each.hit_at[1]) / each.n)
        cells = [name, *shares, f"{each.mrr:.3f}", f"{half:.3f}", f"{each.p50_ms:.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
