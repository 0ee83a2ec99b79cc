"""A folder in, an open index out: articles go in and come out, questions find passages.

The catalogue is the truth; Chroma holds the vectors of its passages. On opening, the difference
between the two is mended: passages without a vector are embedded, vectors without a passage
removed, and some stored vectors are searched for; if they do not find themselves, the vectors are
rebuilt.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self

import numpy as np

from corpus.article import Article, Passage
from corpus.splitting import SplitSettings, split
from index.catalogue import ArticleEntry as ArticleEntry
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.errors import StoreError, WrongEmbedder, WrongSettings
from index.hybrid import DEFAULTS, HybridRetriever, HybridSettings
from index.locking import lock_folder
from index.retrieval import Hit
from index.store import ChromaStore, VectorStore

if TYPE_CHECKING:
    from filelock import BaseFileLock

FORMAT: Final = "1"
"""The version of the index's layout; another one is rebuilt by ``python -m bot rebuild``."""
Progress = Callable[[int, int, str], None]
"""Called with (done, total, what) while something long goes on."""
Status = Literal["added", "unchanged", "replaced", "removed", "refused"]

_CATALOGUE: Final = "catalogue.sqlite3"
_VECTORS: Final = "vectors"
_PROBES: Final = 8
"""Stored vectors that must find themselves on opening."""
_BATCH: Final = 64
"""Passages embedded between two reports of progress."""


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
        open_store: Callable[[bool], VectorStore],
        load_embedder: Callable[[], Embedder],
        split_settings: SplitSettings,
        hybrid: HybridSettings = DEFAULTS,
        lock: BaseFileLock | None = None,
    ) -> None:
        """``open_store(anew)`` opens the vectors; with True, after throwing away what is there."""
        self._catalogue = catalogue
        self._open_store = open_store
        self._store = open_store(False)
        self._load_embedder = load_embedder
        self._embedder: Embedder | None = None
        self._split = split_settings
        self._hybrid = hybrid
        self._lock = lock
        self._writing = RLock()

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
    ) -> Library:
        """Open or create the index in ``folder``, mended; raises LibraryError.

        The embedder is loaded when it is first needed. ``rebuild`` splits and embeds every stored
        article anew, with these settings and this embedder.
        """
        folder.mkdir(parents=True, exist_ok=True)
        lock = lock_folder(folder)
        try:
            catalogue = Catalogue(folder / _CATALOGUE)
            library = cls(
                catalogue,
                _opener(folder, chroma_url),
                load_embedder,
                split or SplitSettings(),
                lock=lock,
            )
            if rebuild:
                library._rebuild(progress)
            library._check_settings()
            library.mend(progress)
        except BaseException:
            lock.release()
            raise
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
        with self._writing:
            self._store.close()
            self._catalogue.close()
            if self._lock is not None:
                self._lock.release()

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded; WrongEmbedder if the index was built with another one."""
        with self._writing:
            if self._embedder is None:
                embedder = self._load_embedder()
                self._check_embedder(embedder)
                self._embedder = embedder
            return self._embedder

    def entries(self) -> tuple[ArticleEntry, ...]:
        """Return the list of articles, by id."""
        return self._catalogue.entries()

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None if there is none of that id."""
        return self._catalogue.article(article_id)

    def word_idf(self, words: Collection[str]) -> Mapping[str, float]:
        """Return each word's inverse document frequency over the passages, above 0."""
        return self._catalogue.word_idf(words)

    def retrieve(
        self, question: str, k: int, articles: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return at most ``k`` hits for ``question``, best first (see Retriever)."""
        retriever = HybridRetriever(self._catalogue, self._store, self.embedder, self._hybrid)
        return retriever.retrieve(question, k, articles)

    def add(self, article: Article, progress: Progress | None = None) -> Outcome:
        """Store and index ``article``; the same text twice is stored once."""
        return self.add_many([article], progress)[0]

    def add_many(
        self, articles: Sequence[Article], progress: Progress | None = None
    ) -> tuple[Outcome, ...]:
        """Store and index ``articles``, one after the other; what is done stays done."""
        outcomes = []
        with self._writing:
            for number, article in enumerate(articles):
                if progress:
                    progress(number, len(articles), article.title)
                outcomes.append(self._add(article))
            if progress and articles:
                progress(len(articles), len(articles), "indexed")
        return tuple(outcomes)

    def remove(self, ids: Collection[str]) -> tuple[Outcome, ...]:
        """Take articles out, in the order given; an unknown id is refused."""
        outcomes = []
        with self._writing:
            for article_id in ids:
                if self._catalogue.remove(article_id):
                    outcomes.append(Outcome(article_id, "removed"))
                else:
                    outcomes.append(Outcome(article_id, "refused", "no article of this id"))
            self._store.remove(self._store.ids() - self._catalogue.passage_ids())
        return tuple(outcomes)

    def mend(self, progress: Progress | None = None) -> int:
        """Make the vectors those of the catalogue's passages; return how many were embedded."""
        with self._writing:
            wanted = self._catalogue.passage_ids()
            if not self._healthy(wanted):
                self._store.close()
                self._store = self._open_store(True)
            stored = self._store.ids()
            self._store.remove(stored - wanted)
            return self._embed(wanted - stored, progress)

    def _add(self, article: Article) -> Outcome:
        article = self._with_free_id(article)
        former = self._catalogue.article(article.id)
        if former == article:
            return Outcome(article.id, "unchanged")
        twin = self._catalogue.id_of_text(article.sha256)
        if twin is not None and twin != article.id and former is None:
            return Outcome(article.id, "unchanged", f"the same text as {twin}")
        passages = split(article, self._split, self.embedder.count_tokens)
        self._remember_settings()
        old = set() if former is None else self._passage_ids_of(former)
        # The catalogue first: if the process dies here, opening embeds what is missing.
        self._catalogue.put(article, passages)
        new = {passage.id for passage in passages}
        self._embed(new - self._store.vectors(sorted(new)).keys(), None)
        self._store.remove(old - new)
        return Outcome(article.id, "added" if former is None else "replaced")

    def _passage_ids_of(self, article: Article) -> set[str]:
        return {p.id for p in split(article, self._split, self.embedder.count_tokens)}

    def _with_free_id(self, article: Article) -> Article:
        """Return ``article`` under another id if another file has taken its own."""
        former = self._catalogue.article(article.id)
        if former is None or (former.path, former.url) == (article.path, article.url):
            return article
        if former.sha256 == article.sha256:
            # The same text from another place: the article moved.
            return article
        place = article.path or article.url or ""
        return replace(article, id=f"{article.id}#{hashlib.sha256(place.encode()).hexdigest()[:6]}")

    def _embed(self, ids: Collection[str], progress: Progress | None) -> int:
        """Embed and store these passages of the catalogue."""
        found = self._catalogue.passages(ids)
        passages = sorted(found.values(), key=lambda p: (p.article_id, p.start))
        for first in range(0, len(passages), _BATCH):
            if progress:
                progress(first, len(passages), "embedding passages")
            batch = passages[first : first + _BATCH]
            self._store.add(batch, self._vectors_of(batch))
        if progress and passages:
            progress(len(passages), len(passages), "embedded")
        return len(passages)

    def _vectors_of(self, passages: Sequence[Passage]) -> Vectors:
        # The title says what a passage from the middle is about.
        return self.embedder.embed([f"{passage.title}\n{passage.text}" for passage in passages])

    def _healthy(self, wanted: Collection[str]) -> bool:
        """Tell whether some stored vectors find themselves."""
        stored = sorted(self._store.ids() & set(wanted))
        step = max(1, len(stored) // _PROBES)
        probes = stored[::step][:_PROBES]
        try:
            vectors = self._store.vectors(probes)
            if set(vectors) != set(probes):
                return False
            return all(self._finds_itself(vector) for vector in vectors.values())
        except StoreError:
            return False

    def _finds_itself(self, vector: Vectors) -> bool:
        found = self._store.query(vector, 1)
        # Equal texts have equal vectors, so it is the cosine that counts, not the id.
        return bool(found) and bool(np.isclose(found[0][1], 1.0, atol=1e-3))

    def _rebuild(self, progress: Progress | None) -> None:
        """Split and embed every article anew; the catalogue's texts stay."""
        self._catalogue.set_manifest({})
        self._store.close()
        self._store = self._open_store(True)
        for entry in self._catalogue.entries():
            article = self._catalogue.article(entry.id)
            if article is not None:
                passages = split(article, self._split, self.embedder.count_tokens)
                self._catalogue.put(article, passages)
        self._remember_settings()
        self.mend(progress)

    def _remember_settings(self) -> None:
        if not self._catalogue.manifest():
            self._catalogue.set_manifest(
                {
                    "format": FORMAT,
                    "embedder": self.embedder.name,
                    "dimension": str(self.embedder.dimension),
                    "split": _split_key(self._split),
                }
            )

    def _check_settings(self) -> None:
        stored = self._catalogue.manifest()
        if not stored:
            return
        for key, mine in (("format", FORMAT), ("split", _split_key(self._split))):
            if stored[key] != mine:
                raise WrongSettings(
                    f"the index was built with {key} {stored[key]}; this program would use {mine}. "
                    "Rebuild it (articles are kept): python -m bot rebuild"
                )

    def _check_embedder(self, embedder: Embedder) -> None:
        stored = self._catalogue.manifest()
        if stored and stored["embedder"] != embedder.name:
            raise WrongEmbedder(
                f"the index was built with the embedder {stored['embedder']}; this is "
                f"{embedder.name} (BOT_EMBEDDER). Set it back, or rebuild the index (articles are "
                "kept): python -m bot rebuild"
            )


def read_entries(folder: Path) -> tuple[ArticleEntry, ...]:
    """Return the list of articles of the index in ``folder``, even while another process has it."""
    path = folder / _CATALOGUE
    if not path.exists():
        return ()
    catalogue = Catalogue(path, read_only=True)
    try:
        return catalogue.entries()
    finally:
        catalogue.close()


def _opener(folder: Path, chroma_url: str | None) -> Callable[[bool], VectorStore]:
    if chroma_url:
        raise StoreError(
            f"BOT_CHROMA_URL={chroma_url}: a Chroma server is not supported yet; leave it empty"
        )
    pointer = folder / "vectors.txt"

    def open_store(anew: bool) -> VectorStore:
        """Open the folder that ``pointer`` names; anew: another one, and the pointer is moved.

        Chroma keeps a damaged folder's files open, so that a rebuilt index needs a folder of its
        own.
        """
        current = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else _VECTORS
        if anew:
            number = int(current.partition("-")[2] or 1) + 1
            current = f"{_VECTORS}-{number}"
            scratch = pointer.with_suffix(".new")
            scratch.write_text(current + "\n", encoding="utf-8")
            scratch.replace(pointer)
        for stale in folder.glob(f"{_VECTORS}*"):
            if stale.is_dir() and stale.name != current:
                shutil.rmtree(stale, ignore_errors=True)
        return ChromaStore.embedded(folder / current)

    return open_store


def _split_key(settings: SplitSettings) -> str:
    return json.dumps(asdict(settings), sort_keys=True)
