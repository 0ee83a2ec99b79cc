"""Passages' vectors in, the nearest ones out: the only file that talks to Chroma.

Chroma's disk format is an index, not a store of record: whatever it loses is embedded anew from the
catalogue (library.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import numpy as np

from corpus.article import Passage
from index.embedding import Vectors
from index.errors import StoreError

COLLECTION: Final = "passages"
_PAGE: Final = 5_000
"""Records in one call: below Chroma's 5,461 a batch and SQLite's 32,766 variables."""
_EF_SEARCH: Final = 200


class VectorStore(Protocol):
    """Vectors of passages, by passage id, with cosine distance."""

    def ids(self) -> frozenset[str]:
        """Return the ids of all stored passages."""
        ...

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store the vectors, shape ``(len(passages), d)``; ids that are stored must not recur."""
        ...

    def remove(self, ids: Collection[str]) -> None:
        """Forget these passages; unknown ids are passed over."""
        ...

    def query(
        self, vector: Vectors, k: int, articles: Collection[str] | None = None
    ) -> tuple[tuple[str, float], ...]:
        """Return (passage id, cosine) of the ``k`` nearest, best first."""
        ...

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the stored vectors by id; unknown ids are left out."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class ChromaStore:
    """A VectorStore in an embedded Chroma folder, or on a Chroma server."""

    def __init__(self, client: Any, name: str = COLLECTION, anew: bool = False) -> None:
        """``anew`` throws away what the collection holds."""
        self._client = client
        with _mapped():
            if anew and name in {found.name for found in client.list_collections()}:
                client.delete_collection(name)
            self._collection = client.get_or_create_collection(
                name,
                configuration={"hnsw": {"space": "cosine", "ef_search": _EF_SEARCH}},
                embedding_function=None,
            )
            # An existing collection keeps its own configuration silently: look.
            space = self._collection.configuration["hnsw"]["space"]
        if space != "cosine":
            raise StoreError(
                f"the Chroma collection {name!r} measures {space!r} distance; expected 'cosine'. "
                "Delete it; it is built anew from the catalogue"
            )

    @classmethod
    def embedded(cls, folder: Path) -> ChromaStore:
        """Open or create the store in ``folder``; one process at a time (library.py locks)."""
        import chromadb
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        with _mapped():
            client = chromadb.PersistentClient(
                str(folder), settings=Settings(anonymized_telemetry=False)
            )
        return cls(client)

    @classmethod
    def server(cls, url: str, name: str = COLLECTION, anew: bool = False) -> ChromaStore:
        """Connect to the Chroma server at ``url``; StoreError if it does not answer.

        Each index has a collection ``name`` of its own there.
        """
        import chromadb
        from chromadb.config import Settings

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise StoreError(f"BOT_CHROMA_URL={url}: expected http://HOST:PORT")
        secure = parts.scheme == "https"
        with _mapped(f"{url}: "):
            client = chromadb.HttpClient(
                host=parts.hostname,
                port=parts.port or (443 if secure else 8000),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
            return cls(client, name, anew)

    def ids(self) -> frozenset[str]:
        """Return the ids of all stored passages."""
        found: set[str] = set()
        with _mapped():
            for offset in range(0, max(1, self._collection.count()), _PAGE):
                page = self._collection.get(include=[], limit=_PAGE, offset=offset)
                found.update(page["ids"])
        return frozenset(found)

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store the vectors, with the article's id as the only metadata."""
        with _mapped():
            for first in range(0, len(passages), _PAGE):
                batch = passages[first : first + _PAGE]
                self._collection.add(
                    ids=[passage.id for passage in batch],
                    embeddings=vectors[first : first + _PAGE],
                    metadatas=[{"article": passage.article_id} for passage in batch],
                )

    def remove(self, ids: Collection[str]) -> None:
        """Forget these passages."""
        wanted = sorted(ids)
        with _mapped():
            for first in range(0, len(wanted), _PAGE):
                self._collection.delete(ids=wanted[first : first + _PAGE])

    def query(
        self, vector: Vectors, k: int, articles: Collection[str] | None = None
    ) -> tuple[tuple[str, float], ...]:
        """Return (passage id, cosine) of the ``k`` nearest, best first; ties by id."""
        wanted = None if articles is None else sorted(articles)
        pairs: list[tuple[str, float]] = []
        with _mapped():
            if not self._collection.count():
                return ()
            for where in _conditions(wanted):
                found = self._collection.query(
                    query_embeddings=[vector], n_results=k, where=where, include=["distances"]
                )
                distances = found["distances"][0]
                pairs += [(i, 1.0 - d) for i, d in zip(found["ids"][0], distances, strict=True)]
        return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k])

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the stored vectors by id."""
        found: dict[str, Vectors] = {}
        with _mapped():
            for first in range(0, len(ids), _PAGE):
                batch = list(ids[first : first + _PAGE])
                page = self._collection.get(ids=batch, include=["embeddings"])
                for key, vector in zip(page["ids"], page["embeddings"], strict=True):
                    found[key] = np.asarray(vector, dtype=np.float32)
        return found

    def close(self) -> None:
        """Let go of the files: Chroma shares one system a folder until it is closed."""
        # Chroma leaves a server's connections open, its own and those of its admin client.
        clients = (self._client, getattr(self._client, "_admin_client", None))
        servers = [getattr(client, "_server", None) for client in clients]
        self._client.close()
        for session in (getattr(server, "_session", None) for server in servers):
            if session is not None:
                session.close()


def _conditions(articles: Sequence[str] | None) -> list[dict[str, Any] | None]:
    """Return Chroma's conditions that let these articles through, a page of them each."""
    if articles is None:
        return [None]
    pages = (articles[first : first + _PAGE] for first in range(0, len(articles), _PAGE))
    return [{"article": {"$in": list(page)}} for page in pages]


@contextmanager
def _mapped(where: str = "") -> Iterator[None]:
    """Turn Chroma's errors into ours."""
    import chromadb.errors
    import httpx

    ours = (chromadb.errors.ChromaError, httpx.HTTPError, ValueError, RuntimeError, OSError)
    try:
        yield
    except ours as exc:
        raise StoreError(f"{where}Chroma: {exc}") from exc
