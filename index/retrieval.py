"""A question in, ranked hits out: what every retriever gives, whatever is behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from corpus.article import Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. ``score``: higher is nearer; ``rank`` counts from 1.

    ``cosine`` (-1 to 1) and ``bm25`` (0 or more, higher is nearer) are the two signals behind the
    score; ``None`` means that this one did not find the passage.
    """

    passage: Passage
    score: float
    rank: int
    cosine: float | None = None
    bm25: float | None = None

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"a hit's rank counts from 1; found {self.rank}")


class Retriever(Protocol):
    """Finds the passages nearest to a question."""

    def retrieve(
        self, question: str, k: int, articles: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return at most ``k`` hits, best first, ranks 1, 2, ...; deterministic.

        ``articles`` restricts the search to these article ids (``None``: all of them).
        """
        ...
