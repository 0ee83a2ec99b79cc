"""A question in, passages ranked by meaning and by words together out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.article import Passage
from index.catalogue import Catalogue
from index.embedding import Embedder
from index.retrieval import Hit
from index.store import VectorStore


@dataclass(frozen=True, slots=True)
class HybridSettings:
    """How the two rankings are fused.

    Reciprocal rank fusion (Cormack, Clarke & Buettcher 2009): a passage scores the sum of
    weight / (``rrf_k`` + rank) over the rankings that hold it, each ``depth`` long.
    """

    depth: int = 50
    rrf_k: int = 10
    dense_weight: float = 1.0
    words_weight: float = 1.0


DEFAULTS: Final = HybridSettings()


class HybridRetriever:
    """Retrieves by vectors and by words, and fuses both by rank."""

    def __init__(
        self,
        catalogue: Catalogue,
        store: VectorStore,
        embedder: Embedder,
        settings: HybridSettings = DEFAULTS,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._embedder = embedder
        self._settings = settings

    def retrieve(
        self, question: str, k: int, articles: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return at most ``k`` hits, best first; passages of the same text count once."""
        depth = max(self._settings.depth, k)
        vector = self._embedder.embed([question])[0]
        dense = dict(self._store.query(vector, depth, articles))
        words = dict(self._catalogue.search(question, depth, articles))
        scores = fuse(
            [
                (list(dense), self._settings.dense_weight),
                (list(words), self._settings.words_weight),
            ],
            self._settings.rrf_k,
        )
        passages = self._catalogue.passages(scores)
        ranked = _distinct(
            passages[key]
            for key in sorted(scores, key=lambda i: (-scores[i], i))
            if key in passages
        )
        return tuple(
            Hit(passage, scores[passage.id], rank, dense.get(passage.id), words.get(passage.id))
            for rank, passage in enumerate(ranked[:k], start=1)
        )


def fuse(rankings: Sequence[tuple[Sequence[str], float]], rrf_k: int) -> Mapping[str, float]:
    """Return the summed weight / (rrf_k + rank) of every id in ``rankings``, (ids, weight) each.

    >>> fuse([(["a", "b"], 1.0), (["b"], 1.0)], 1)
    {'a': 0.5, 'b': 0.8333333333333333}
    """
    scores: dict[str, float] = {}
    for ids, weight in rankings:
        for rank, key in enumerate(ids, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (rrf_k + rank)
    return scores


def _distinct(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages without those that repeat an earlier one's text."""
    seen: set[str] = set()
    kept: list[Passage] = []
    for passage in passages:
        text = " ".join(passage.text.split())
        if text not in seen:
            seen.add(text)
            kept.append(passage)
    return kept
