"""Texts in, vectors out, each embedded once: a bounded cache before an Embedder."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from index.embedding import Embedder, Vectors


class CachedVectors:
    """Remembers the vectors of the last ``size`` texts; safe to call from many threads."""

    def __init__(self, embedder: Embedder, size: int = 20_000) -> None:
        self._embedder = embedder
        self._size = size
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape ``(len(texts), dimension)``; unknown ones in one batch."""
        if not texts:
            return np.zeros((0, self._embedder.dimension), dtype=np.float32)
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, self._embedder.embed(missing), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return np.stack([found[text] for text in texts])


class CachedEmbedder(CachedVectors):
    """An Embedder that remembers: several collections begin with the same articles."""

    def __init__(self, embedder: Embedder, size: int = 20_000) -> None:
        super().__init__(embedder, size)
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self.count_tokens = embedder.count_tokens
