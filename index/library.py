"""A folder in, an open index out: articles go in and come out, questions find passages.

The one place that writes an index. The catalogue is the truth; Chroma holds the vectors of its
passages. On opening, the difference between the two is mended: passages without a vector get one,
vectors without a passage are removed, and some stored vectors are searched for; if they do not find
themselves, the vectors are stored anew. No text is embedded twice: the catalogue keeps vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from types import MappingProxyType, TracebackType
from typing import Final, Literal, Self

import numpy as np

from corpus.article import Article, Passage
from corpus.splitting import SplitSettings, split
from index.catalogue import ArticleEntry as ArticleEntry
from index.catalogue import Catalogue
from index.embedding import Embedder, embedded_key, embedded_text
from index.hybrid import DEFAULTS, HybridRetriever, HybridSettings
from index.locking import WriteLock, usable
from index.manifest import begin_rebuilding, check_embedder, check_settings, identity, remember
from index.opening import OpenStore, lock_index, store_opener
from index.probing import is_healthy
from index.retrieval import ArticleFilter, Hit

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what) while something long goes on."""
Status = Literal["added", "unchanged", "replaced", "renamed", "removed", "refused"]

_CATALOGUE: Final = "catalogue.sqlite3"
_BATCH: Final = 64
"""Passages embedded at once; a kill between two batches loses no vector."""
_NO_FORMER: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article, and why."""

    article_id: str
    status: Status
    reason: str = ""


class Library:
    """An open index. A Retriever; safe to call from many threads. Make one with ``open``."""

    def __init__(
        self,
        catalogue: Catalogue,
        open_store: OpenStore,
        load_embedder: Callable[[], Embedder],
        split_settings: SplitSettings,
        lock: WriteLock,
        hybrid: HybridSettings = DEFAULTS,
    ) -> None:
        self._catalogue = catalogue
        self._open_store = open_store
        self._store = open_store(False)
        self._load_embedder = load_embedder
        self._embedder: Embedder | None = None
        self._split = split_settings
        self._hybrid = hybrid
        self._lock = lock
        self._loading = RLock()

    @classmethod
    def open(
        cls,
        folder: Path,
        load_embedder: Callable[[], Embedder],
        *,
        split: SplitSettings | None = None,
        chroma_url: str | None = None,
        progress: Progress | None = None,
        rebuild: bool = False,
        hybrid: HybridSettings = DEFAULTS,
    ) -> Library:
        """Open or create the index in ``folder``, mended; raises LibraryError.

        The embedder is loaded when it is first needed. With ``chroma_url`` the vectors are on that
        server and several processes may have the index open. ``rebuild`` splits every stored
        article anew, and embeds what these settings and this embedder change.
        """
        lock = lock_index(folder, chroma_url)
        with ExitStack() as undo:
            undo.callback(lock.release)
            with lock.writing():
                catalogue = Catalogue(folder / _CATALOGUE)
                undo.callback(catalogue.close)
                opener = store_opener(folder, chroma_url, identity(catalogue))
                settings = split or SplitSettings()
                library = cls(catalogue, opener, load_embedder, settings, lock, hybrid)
                if rebuild:
                    library._rebuild(progress)
                check_settings(catalogue, settings)
                library.mend(progress)
            undo.pop_all()
        return library

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; nothing is left to be written."""
        with self._lock.writing():
            self._store.close()
            self._catalogue.close()
        self._lock.release()

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded; WrongEmbedder if the index was built with another one."""
        if self._embedder is None:
            with self._loading:
                if self._embedder is None:
                    embedder = self._load_embedder()
                    check_embedder(self._catalogue, embedder)
                    self._embedder = embedder
        return self._embedder

    def entries(self) -> tuple[ArticleEntry, ...]:
        """Return the list of articles, by id."""
        return self._catalogue.entries()

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None if there is none of that id."""
        return self._catalogue.article(article_id)

    def select(self, wanted: ArticleFilter) -> frozenset[str]:
        """Return the ids of the articles that ``wanted`` lets through, for ``retrieve``."""
        return self._catalogue.select(wanted)

    def word_idf(self, words: Collection[str]) -> Mapping[str, float]:
        """Return each word's inverse document frequency over the passages, above 0."""
        return self._catalogue.word_idf(words)

    def retrieve(
        self, question: str, k: int, articles: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return at most ``k`` hits for ``question``, best first (see Retriever)."""
        return self.retriever(self._hybrid).retrieve(question, k, articles)

    def retriever(self, settings: HybridSettings) -> HybridRetriever:
        """Return a retriever over this index that ranks by ``settings``."""
        return HybridRetriever(self._catalogue, self._store, self.embedder, settings)

    def add(self, article: Article, progress: Progress | None = None) -> Outcome:
        """Store and index ``article``; the same text twice is stored once."""
        return self.add_many([article], progress)[0]

    def add_many(
        self, articles: Sequence[Article], progress: Progress | None = None, most: int = 0
    ) -> tuple[Outcome, ...]:
        """Store and index ``articles``; a text that is there under another id is not stored again.

        New articles beyond ``most`` in the index are refused; 0: none are. What is done stays
        done, whenever this is interrupted.
        """

        def add(article: Article) -> Outcome | None:
            if self.article(article.id) is not None:
                return None
            twins = self.ids_of_text(article)
            if twins:
                return Outcome(article.id, "unchanged", f"the same text as {twins[0]}")
            if most and self._catalogue.count() >= most:
                full = f"there are {most} articles, the most allowed (BOT_MAX_ARTICLES)"
                return Outcome(article.id, "refused", full)
            return None

        return self._write(articles, progress, add, _NO_FORMER)

    def put_many(
        self,
        articles: Sequence[Article],
        progress: Progress | None = None,
        instead_of: Mapping[str, str] = _NO_FORMER,
    ) -> tuple[Outcome, ...]:
        """Store and index ``articles``, whatever else has the same text.

        ``instead_of`` names, by an article's id, the article it was: that one goes as it comes.
        """
        return self._write(articles, progress, lambda article: None, instead_of)

    def remove(self, ids: Collection[str]) -> tuple[Outcome, ...]:
        """Take articles out, in the order given; an unknown id is refused."""
        outcomes = []
        with self._lock.writing():
            for article_id in ids:
                old = self._catalogue.passage_ids(article_id)
                if self._catalogue.remove(article_id):
                    self._store.remove(old)
                    outcomes.append(Outcome(article_id, "removed"))
                else:
                    outcomes.append(Outcome(article_id, "refused", "no article of this id"))
            self._catalogue.drop_vectors()
        return tuple(outcomes)

    def mend(self, progress: Progress | None = None) -> int:
        """Make the vectors those of the catalogue's passages; return how many were added."""
        with self._lock.writing():
            wanted = self._catalogue.passage_ids()
            if not is_healthy(self._store, wanted):
                self._store.close()
                self._store = self._open_store(True)
            stored = self._store.ids()
            self._store.remove(stored - wanted)
            self._store_vectors(wanted - stored, progress)
            self._catalogue.drop_vectors()
            return len(wanted - stored)

    def ids_of_text(self, article: Article) -> tuple[str, ...]:
        """Return the ids of the stored articles with the text of ``article``, in order."""
        return self._catalogue.ids_of_text(article.sha256)

    def with_free_id(self, article: Article) -> Article:
        """Return ``article`` under another id if another place's article has taken its own."""
        former = self._catalogue.article(article.id)
        # The same text from another place: the article moved.
        if former is None or _same_place(former, article) or former.sha256 == article.sha256:
            return article
        place = article.path or article.url or ""
        return replace(article, id=f"{article.id}#{hashlib.sha256(place.encode()).hexdigest()[:6]}")

    def _write(
        self,
        articles: Sequence[Article],
        progress: Progress | None,
        decide: Callable[[Article], Outcome | None],
        instead_of: Mapping[str, str],
    ) -> tuple[Outcome, ...]:
        """Put the articles that ``decide`` has no other outcome for, some passages at a time.

        It is asked with the lock held, under the id that the article will have.
        """
        outcomes: list[Outcome] = []
        remaining = list(articles)
        gone = False
        while remaining:
            # The lock is let go between batches: other processes want their turn.
            with self._lock.writing():
                new: set[str] = set()
                old: set[str] = set()
                while remaining and len(new) < _BATCH:
                    if progress:
                        progress(len(outcomes), len(articles), remaining[0].title)
                    article = self.with_free_id(remaining.pop(0))
                    outcome = decide(article) or self._put(article, instead_of, new, old)
                    outcomes.append(outcome)
                # The catalogue first: if the process dies here, opening adds what is missing.
                self._store_vectors(new - self._store.vectors(sorted(new)).keys(), None)
                self._store.remove(old - new)
                gone = gone or not old <= new
        if gone:  # Looks at every vector there is: not for new articles alone.
            with self._lock.writing():
                self._catalogue.drop_vectors()
        if articles and progress:
            progress(len(articles), len(articles), "indexed")
        return tuple(outcomes)

    def _put(
        self, article: Article, instead_of: Mapping[str, str], new: set[str], old: set[str]
    ) -> Outcome:
        """Store the article; note in ``new`` and ``old`` the ids of passages that come and go."""
        former = self._catalogue.article(article.id)
        if former == article:
            return Outcome(article.id, "unchanged")
        remember(self._catalogue, self.embedder, self._split)
        passages = split(article, self._split, self.embedder.count_tokens)
        name = instead_of.get(article.id)
        names = () if name is None else (name,)
        for gone in (article.id, *names):
            old |= self._catalogue.passage_ids(gone)
        self._catalogue.put(article, passages, names)
        new |= {passage.id for passage in passages}
        if name is not None:
            return Outcome(article.id, "renamed", f"formerly {name}")
        return Outcome(article.id, "added" if former is None else "replaced")

    def _store_vectors(self, ids: Collection[str], progress: Progress | None) -> None:
        """Store the vectors of these passages of the catalogue, which the store lacks."""
        found = self._catalogue.passages(ids)
        passages = sorted(found.values(), key=lambda p: (p.article_id, p.start))
        for first in range(0, len(passages), _BATCH):
            if progress:
                progress(first, len(passages), "embedding passages")
            self._store_batch(passages[first : first + _BATCH])
        if progress and passages:
            progress(len(passages), len(passages), "embedded")

    def _store_batch(self, passages: Sequence[Passage]) -> None:
        keys = [embedded_key(passage) for passage in passages]
        vectors = self._catalogue.vectors(keys)
        texts = {
            key: embedded_text(passage)
            for key, passage in zip(keys, passages, strict=True)
            if key not in vectors
        }
        if texts:
            made = self.embedder.embed(list(texts.values()))
            fresh = dict(zip(texts, made, strict=True))
            self._catalogue.keep_vectors(fresh)
            vectors |= fresh
        self._store.add(passages, np.stack([vectors[key] for key in keys]))

    def _rebuild(self, progress: Progress | None) -> None:
        """Split every article anew and store its vectors anew; the catalogue's texts stay."""
        embedder = self._load_embedder()
        self._embedder = embedder
        if self._catalogue.manifest().get("embedder") != embedder.name:
            self._catalogue.drop_vectors(all_of_them=True)
        begin_rebuilding(self._catalogue)
        self._store.close()
        self._store = self._open_store(True)
        for entry in self._catalogue.entries():
            article = self._catalogue.article(entry.id)
            if article is not None:
                passages = split(article, self._split, embedder.count_tokens)
                self._catalogue.put_passages(article.id, passages)
        remember(self._catalogue, embedder, self._split)
        self.mend(progress)


def read_entries(folder: Path) -> tuple[ArticleEntry, ...]:
    """Return the list of articles of the index in ``folder``, even while another process has it.

    CatalogueError or FolderError if it cannot be read.
    """
    path = folder / _CATALOGUE
    with usable(folder):
        if not path.exists():
            return ()
    catalogue = Catalogue(path, read_only=True)
    try:
        return catalogue.entries()
    finally:
        catalogue.close()


def _same_place(one: Article, other: Article) -> bool:
    """Tell whether both were read from the same file, or else from the same address."""
    if one.path or other.path:
        return one.path == other.path
    return one.url == other.url
