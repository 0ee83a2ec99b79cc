"""Articles and passages in, the same out, whatever happens: the store of record, in SQLite.

It also answers searches by words (FTS5's BM25) and keeps the vectors that were made, so that no
text is embedded twice. One transaction an article.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, Final

import numpy as np

from corpus.article import Article, Passage
from index.embedding import Vectors, embedded_key
from index.errors import CatalogueError
from index.retrieval import ArticleFilter
from index.schema import ARTICLE_COLUMNS, create_tables
from index.words import TEXT_WEIGHT, TITLE_WEIGHT, content_words, match_any, words_in

_BATCH: Final = 500
"""Ids in one statement: well below SQLite's limit on variables."""
_WAIT_SECONDS: Final = 60.0
"""How long a statement waits for another process's transaction."""


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """One row of the list of articles: what an article says of itself, without its text."""

    id: str
    title: str
    source: str | None
    path: str | None
    url: str | None
    author: str | None
    published: str | None
    sha256: str
    characters: int
    passages: int
    added: str


class Catalogue:
    """The articles of an index; safe to call from many threads and processes.

    Everything raises CatalogueError if SQLite cannot do it: nothing is then changed.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        """Open or create the catalogue at ``path``; ``read_only`` never waits for a writer."""
        self._path = path
        self._lock = RLock()
        address = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        with self._mapped(), ExitStack() as undo:
            self._connection = sqlite3.connect(
                address,
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                timeout=_WAIT_SECONDS,
            )
            undo.callback(self._connection.close)
            self._connection.execute("PRAGMA foreign_keys = ON")
            if not read_only:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = FULL")
                create_tables(self._connection)
            undo.pop_all()

    def close(self) -> None:
        """Close the file; the catalogue cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def put(
        self, article: Article, passages: Sequence[Passage], instead_of: Collection[str] = ()
    ) -> None:
        """Store ``article`` with its passages, in place of any of the same id.

        The articles ``instead_of``, its former names, go in the same transaction.
        """
        with self._transaction():
            for former in (article.id, *instead_of):
                self._delete(former)
            columns = ", ".join((*ARTICLE_COLUMNS, "added"))
            added = datetime.now(UTC).isoformat(timespec="seconds")
            values = (*_row(article), added)
            self._connection.execute(
                f"INSERT INTO articles ({columns}) VALUES ({_marks(values)})", values
            )
            self._insert_passages(passages)

    def put_passages(self, article_id: str, passages: Sequence[Passage]) -> None:
        """Store ``passages`` in place of all of the article; it keeps when it was added."""
        with self._transaction():
            self._delete_passages(article_id)
            self._insert_passages(passages)

    def remove(self, article_id: str) -> bool:
        """Take the article out; False if there is none of that id."""
        with self._transaction():
            return self._delete(article_id)

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None if there is none of that id."""
        rows = self._rows(
            f"SELECT {', '.join(ARTICLE_COLUMNS)} FROM articles WHERE id = ?", (article_id,)
        )
        return _article(rows[0]) if rows else None

    def entries(self) -> tuple[ArticleEntry, ...]:
        """Return the list of articles, by id."""
        rows = self._rows(
            "SELECT id, title, source, path, url, author, published, sha256, length(text), "
            "(SELECT count(*) FROM passages WHERE article_id = articles.id), added "
            "FROM articles ORDER BY id"
        )
        return tuple(ArticleEntry(*row) for row in rows)

    def count(self) -> int:
        """Return the number of articles."""
        return int(self._rows("SELECT count(*) FROM articles")[0][0])

    def select(self, wanted: ArticleFilter) -> frozenset[str]:
        """Return the ids of the articles that ``wanted`` lets through."""
        rows = self._rows("SELECT id, source, published FROM articles")
        return frozenset(row[0] for row in rows if wanted.lets_through(*row))

    def dates(self, ids: Collection[str]) -> dict[str, str | None]:
        """Return when these articles were published, by id; unknown ids are left out."""
        return dict(
            self._rows(
                "SELECT id, published FROM articles WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(ids)),),
            )
        )

    def ids_of_text(self, sha256: str) -> tuple[str, ...]:
        """Return the ids of the articles with this text, in order."""
        rows = self._rows("SELECT id FROM articles WHERE sha256 = ? ORDER BY id", (sha256,))
        return tuple(row[0] for row in rows)

    def passage_ids(self, article_id: str | None = None) -> frozenset[str]:
        """Return the ids of all passages, or of one article's."""
        where = "" if article_id is None else "WHERE article_id = ?"
        values = () if article_id is None else (article_id,)
        return frozenset(row[0] for row in self._rows(f"SELECT id FROM passages {where}", values))

    def passages(self, ids: Collection[str]) -> dict[str, Passage]:
        """Return the passages of these ids, by id; unknown ids are left out."""
        found: dict[str, Passage] = {}
        wanted = sorted(ids)
        for first in range(0, len(wanted), _BATCH):
            batch = wanted[first : first + _BATCH]
            rows = self._rows(
                "SELECT p.id, p.article_id, a.title, p.text, p.start, p.end FROM passages p "
                f"JOIN articles a ON a.id = p.article_id WHERE p.id IN ({_marks(batch)})",
                batch,
            )
            found.update((row[0], Passage(*row)) for row in rows)
        return found

    def search(
        self, query: str, k: int, articles: Collection[str] | None = None
    ) -> tuple[tuple[str, float], ...]:
        """Return (passage id, BM25) of at most ``k`` passages that share a word with ``query``.

        Function words count only where there are no others. Best first; higher is nearer (SQLite's
        ``bm25()`` with its sign turned).
        """
        match = match_any(content_words(query))
        if not match or (articles is not None and not articles):
            return ()
        where, chosen = "", []
        if articles is not None:
            where = "AND p.article_id IN (SELECT value FROM json_each(?))"
            chosen = [json.dumps(sorted(articles))]
        rows = self._rows(
            f"SELECT p.id, -bm25(words, {TITLE_WEIGHT}, {TEXT_WEIGHT}) AS score FROM words "
            f"JOIN passages p ON p.number = words.rowid WHERE words MATCH ? {where} "
            "ORDER BY score DESC, p.id LIMIT ?",
            [match, *chosen, k],
        )
        return tuple((row[0], row[1]) for row in rows)

    def word_idf(self, words: Collection[str]) -> dict[str, float]:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)) for each word: N passages, n of them with it.

        BM25's inverse document frequency (Robertson & Zaragoza 2009, eq. 3.3, in Lucene's form,
        which stays above 0); words are stemmed as in ``search``.
        """
        total = int(self._rows("SELECT count(*) FROM passages")[0][0])
        idf = {}
        for word in words:
            match = match_any(words_in(word), " AND ")
            count = 0
            if match:
                rows = self._rows("SELECT count(*) FROM words WHERE words MATCH ?", (match,))
                count = int(rows[0][0])
            idf[word] = math.log(1 + (total - count + 0.5) / (count + 0.5))
        return idf

    def vectors(self, keys: Collection[str]) -> dict[str, Vectors]:
        """Return the kept vectors, shape ``(d,)``, by the key of their embedded text."""
        rows = self._rows(
            "SELECT embedded, vector FROM vectors "
            "WHERE embedded IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(keys)),),
        )
        return {key: np.frombuffer(blob, dtype="<f4") for key, blob in rows}

    def passage_vectors(self, ids: Collection[str]) -> dict[str, Vectors]:
        """Return the kept vectors, shape ``(d,)``, of these passages, by id."""
        rows = self._rows(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.embedded = p.embedded "
            "WHERE p.id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(ids)),),
        )
        return {key: np.frombuffer(blob, dtype="<f4") for key, blob in rows}

    def keep_vectors(self, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors by the key of their embedded text."""
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        with self._transaction():
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def drop_vectors(self, all_of_them: bool = False) -> None:
        """Forget the vectors that no passage needs, or all of them."""
        unused = "" if all_of_them else "WHERE embedded NOT IN (SELECT embedded FROM passages)"
        with self._transaction():
            self._connection.execute(f"DELETE FROM vectors {unused}")

    def manifest(self) -> dict[str, str]:
        """Return how the index was built, as it was stored."""
        return dict(self._rows("SELECT key, value FROM manifest"))

    def set_manifest(self, values: Mapping[str, str]) -> None:
        """Store how the index is built; keys that ``values`` lacks stay as they are."""
        with self._transaction():
            self._connection.executemany(
                "INSERT OR REPLACE INTO manifest VALUES (?, ?)", values.items()
            )

    def _insert_passages(self, passages: Sequence[Passage]) -> None:
        for passage in passages:
            row = self._connection.execute(
                "INSERT INTO passages (id, article_id, start, end, text, embedded) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(passage.id, passage.article_id, passage.start, passage.end, passage.text),
                    embedded_key(passage),
                ),
            )
            self._connection.execute(
                "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                (row.lastrowid, passage.title, passage.text),
            )

    def _delete_passages(self, article_id: str) -> None:
        self._connection.execute(
            "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE article_id = ?)",
            (article_id,),
        )
        self._connection.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))

    def _delete(self, article_id: str) -> bool:
        self._delete_passages(article_id)
        cursor = self._connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        return cursor.rowcount > 0

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock, self._mapped():
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._mapped():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has SQLite roll back itself: again would hide the true error.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Raise SQLite's errors as CatalogueError."""
        try:
            yield
        except sqlite3.Error as exc:
            raise CatalogueError(
                f"the index's catalogue {self._path} cannot be used: {exc} (BOT_INDEX)"
            ) from exc


def _row(article: Article) -> tuple[object, ...]:
    """Return the article's columns; the only one that is no text is stored as JSON."""
    values = (getattr(article, field.name) for field in fields(article))
    return tuple(json.dumps(value) if isinstance(value, tuple) else value for value in values)


def _article(row: Sequence[Any]) -> Article:
    values = dict(zip(ARTICLE_COLUMNS, row, strict=True))
    values["page_starts"] = tuple(json.loads(values["page_starts"] or "[]"))
    return Article(**values)


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
