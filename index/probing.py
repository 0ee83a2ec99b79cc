"""A vector store in, whether it is healthy out: some stored vectors must find themselves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from index.embedding import Vectors
from index.errors import StoreError
from index.store import VectorStore

_PROBES: Final = 8


def is_healthy(store: VectorStore, wanted: Collection[str]) -> bool:
    """Tell whether some of the ``wanted`` vectors that are stored find themselves."""
    try:
        stored = sorted(store.ids() & set(wanted))
        step = max(1, len(stored) // _PROBES)
        probes = stored[::step][:_PROBES]
        vectors = store.vectors(probes)
        if set(vectors) != set(probes):
            return False
        return all(_finds_itself(store, vector) for vector in vectors.values())
    except StoreError:
        return False


def _finds_itself(store: VectorStore, vector: Vectors) -> bool:
    found = store.query(vector, 1)
    # Equal texts have equal vectors, so it is the cosine that counts, not the id.
    return bool(found) and bool(np.isclose(found[0][1], 1.0, atol=1e-3))
