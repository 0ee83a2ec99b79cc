"""Texts in, unit vectors out: the Embedder protocol and its sentence-transformers implementation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit-length vectors; cosine similarity is the dot product."""

    @property
    def name(self) -> str:
        """What the manifest stores and compares: model name and a hash of its weights."""
        ...

    @property
    def dimension(self) -> int:
        """The length of each vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The window in tokens, special tokens included; longer text is cut off by the model."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens ``text`` has, without special tokens."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each of length 1."""
        ...
