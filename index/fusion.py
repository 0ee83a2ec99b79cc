"""Two signals of each passage in, one score out: a weighted sum, each as a share of its best. Pure.

Convex combination of scores (Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval"), chosen over reciprocal rank fusion (Cormack, Clarke & Buettcher 2009) by measurement:
see hybrid.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LEAST_BEST: Final = 0.2
"""A best cosine below this one is no measure of the others: nothing is near the question."""


def fuse(
    cosines: Mapping[str, float],
    bm25: Mapping[str, float],
    dense_weight: float,
    words_weight: float,
) -> dict[str, float]:
    """Return a score for every id of either, 0 to the weights' sum; higher is nearer.

    A passage that one side lacks gets 0 from it, as does a negative cosine.

    >>> fuse({"a": 0.8, "b": 0.4}, {"b": 3.0}, 0.6, 0.4)
    {'a': 0.6, 'b': 0.7}
    """
    best_cosine = max([*cosines.values(), _LEAST_BEST])
    best_bm25 = max(bm25.values(), default=1.0)
    return {
        key: dense_weight * max(0.0, cosines.get(key, 0.0)) / best_cosine
        + words_weight * bm25.get(key, 0.0) / best_bm25
        for key in dict.fromkeys([*cosines, *bm25])
    }
