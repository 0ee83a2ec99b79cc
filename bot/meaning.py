"""An embedder in, a judge of likeness in meaning out: loaded at the first use, not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.vectors import CachedVectors
from bot.verifying import Cosines
from index.embedding import Embedder


def cosines_of(load_embedder: Callable[[], Embedder]) -> Cosines:
    """Return a function that gives a claim's cosine, -1 to 1, with each of some texts."""
    vectors = lru_cache(maxsize=1)(lambda: CachedVectors(load_embedder()))

    def cosines(claim: str, texts: Sequence[str]) -> Sequence[float]:
        embedded = vectors().embed([claim, *texts])
        return [float(value) for value in embedded[1:] @ embedded[0]]

    return cosines
