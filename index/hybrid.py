"""A question in, passages ranked by meaning and by words together out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from corpus.article import Article, Passage
from index.catalogue import Catalogue
from index.dates import fit, moments_in
from index.duplicates import Fingerprint, fingerprint, says_nothing_new
from index.embedding import Embedder, Vectors
from index.fusion import fuse
from index.joining import are_near, join
from index.retrieval import Hit
from index.spreading import spread
from index.store import VectorStore


@dataclass(frozen=True, slots=True)
class HybridSettings:
    """How the two rankings are fused.

    ``depth`` passages of each side are candidates; a side of weight 0 is not asked. What fits the
    years and dates that a question names gains up to ``date_bonus``.

    Chosen by python -m evaluation.retrieval's measures over SQuAD 2.0's validation part (2,910
    questions written with the passage in view, which favours words) and Natural Questions' gold
    passages (2,655 searchers' questions, which favours meaning); hit@1 / hit@5 / hit@10 / MRR:

                               SQuAD open                 NQ gold passages
        dense only             .664 .884 .935 .758        .895 .991 .994 .938
        BM25 only              .818 .949 .968 .875        .785 .936 .958 .849
        fused by rank, k=60    .765 .956 .981 .847        .849 .975 .988 .905
        fused by rank, k=10    .767 .968 .985 .852        .852 .983 .996 .910
        by score, dense .5     .833 .968 .983 .891        .883 .979 .990 .927
        by score, dense .6     .825 .967 .984 .887        .890 .985 .994 .934
        by score, dense .7     .809 .963 .984 .876        .901 .990 .996 .941

    .6 is best by the sum of both MRRs, here and among 11,000 more passages. The bonus changes
    neither set by .001, and moves wire stories (74 questions, 16 of them dated) from hit@1 .743 to
    .770. Measured 2026-11-25.
    """

    depth: int = 50
    dense_weight: float = 0.6
    words_weight: float = 0.4
    date_bonus: float = 0.1


DEFAULTS: Final = HybridSettings()
_MOST_JOINED: Final = 2
"""Passages in a joined one: the reader's window holds little more."""


class HybridRetriever:
    """Retrieves by vectors and by words, and fuses both by score."""

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
        """Return at most ``k`` hits, best first.

        Of near-duplicates the best counts. Passages where one goes on with the other are joined:
        such a hit's passage is longer than any stored one, under an id of its own.
        """
        cosines, bm25 = self._candidates(question, max(self._settings.depth, k), articles)
        scores = fuse(cosines, bm25, self._settings.dense_weight, self._settings.words_weight)
        passages = self._catalogue.passages(scores)
        self._prefer_dates(question, passages, scores)
        ranked = sorted(passages.values(), key=lambda p: (-scores[p.id], p.id))
        return tuple(
            Hit(passage, scores[best.id], rank, cosine=cosines.get(best.id), bm25=bm25.get(best.id))
            for rank, (best, passage) in enumerate(self._gathered(spread(ranked, k), k), start=1)
        )

    def _candidates(
        self, question: str, depth: int, articles: Collection[str] | None
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Return the cosine of every candidate, and BM25 of those that share a word."""
        cosines: dict[str, float] = {}
        bm25: dict[str, float] = {}
        if self._settings.words_weight:
            bm25 = dict(self._catalogue.search(question, depth, articles))
        if self._settings.dense_weight:
            vector = self._embedder.embed([question])[0]
            cosines = dict(self._store.query(vector, depth, articles))
            cosines |= self._cosines(vector, bm25.keys() - cosines.keys())
        return cosines, bm25

    def _cosines(self, vector: Vectors, ids: Collection[str]) -> dict[str, float]:
        kept = self._catalogue.passage_vectors(ids)
        return {key: float(vector @ other) for key, other in kept.items()}

    def _prefer_dates(
        self, question: str, passages: dict[str, Passage], scores: dict[str, float]
    ) -> None:
        """Add to ``scores`` what the passages gain by fitting the question's years and dates."""
        moments = moments_in(question)
        if not moments or not self._settings.date_bonus:
            return
        published = self._catalogue.dates({p.article_id for p in passages.values()})
        for key, passage in passages.items():
            text = f"{passage.title}\n{passage.text}"
            fitting = fit(moments, published.get(passage.article_id), text)
            scores[key] += self._settings.date_bonus * fitting

    def _gathered(self, ranked: Sequence[Passage], k: int) -> list[tuple[Passage, Passage]]:
        """Return (best passage, it or what it was joined to) of the first ``k`` different hits."""
        hits: list[_Gathered] = []
        # An article is checked whole when it is loaded: once a question, not once a pair.
        load = cache(self._catalogue.article)
        for passage in ranked:
            if len(hits) == k:
                break
            mark = fingerprint(passage.text)
            if any(says_nothing_new(mark, hit.mark) for hit in hits):
                continue
            if not any(_joins(hit, passage, load) for hit in hits):
                hits.append(_Gathered(passage, passage, mark))
        return [(hit.best, hit.whole) for hit in hits]


@dataclass(slots=True)
class _Gathered:
    """A hit that may still grow."""

    best: Passage
    whole: Passage
    mark: Fingerprint
    parts: int = 1


def _joins(hit: _Gathered, passage: Passage, load: Callable[[str], Article | None]) -> bool:
    """Join ``passage`` to ``hit`` if one goes on with the other; tell whether it was."""
    if hit.parts == _MOST_JOINED or not are_near(hit.whole, passage):
        return False
    article = load(passage.article_id)
    joined = join(article, hit.whole, passage) if article else None
    if joined is None:
        return False
    hit.whole, hit.parts = joined, hit.parts + 1
    return True
