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
    score; ``None`` means that there is no vector, or that words did not find the passage.
    """

    passage: Passage
    score: float
    rank: int
    cosine: float | None = None
    bm25: float | None = None

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"a hit's rank counts from 1; found {self.rank}")


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles may answer; what is ``None`` lets every article through.

    ``ids`` are article ids. ``source`` is part of the source's name, in any case of letters.
    ``since`` and ``until``, both inclusive, are ISO 8601 dates or their beginnings (``2023``,
    ``2023-05``); an article without a date is then left out.
    """

    ids: frozenset[str] | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None

    def lets_through(self, article_id: str, source: str | None, published: str | None) -> bool:
        """Tell whether an article with this id, source and date may answer.

        >>> ArticleFilter(until="2023").lets_through("a.txt", None, "2023-05-09")
        True
        """
        if self.ids is not None and article_id not in self.ids:
            return False
        if self.source is not None and self.source.casefold() not in (source or "").casefold():
            return False
        if (self.since is not None or self.until is not None) and not published:
            return False
        if self.since is not None and (published or "") < self.since:
            return False
        return self.until is None or (published or "")[: len(self.until)] <= self.until


class Retriever(Protocol):
    """Finds the passages nearest to a question."""

    def retrieve(
        self, question: str, k: int, articles: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return at most ``k`` hits, best first, ranks 1, 2, ...; deterministic.

        ``articles`` restricts the search to these article ids (``None``: all of them); an index
        says which ids an ArticleFilter lets through (``Library.select``).
        """
        ...
