"""Articles and passages in, the same out, whatever happens: the store of record, in SQLite.

It also answers searches by words (FTS5's BM25). One transaction an article.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Final

from corpus.article import Article, Passage

TITLE_WEIGHT: Final = 0.5
TEXT_WEIGHT: Final = 1.0
"""BM25 column weights: a title's words count half as much as the text's."""
_MAX_QUERY_WORDS: Final = 64
_BATCH: Final = 500
"""Ids in one statement: well below SQLite's limit on variables."""
_WORD: Final = re.compile(r"[^\W_]+")

_ARTICLE_COLUMNS: Final = tuple(field.name for field in fields(Article))

_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS articles (
    {", ".join(f"{name} TEXT" for name in _ARTICLE_COLUMNS)},
    added TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id, start);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    title, text, tokenize="porter unicode61 remove_diacritics 2"
);
CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


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
    """The articles of an index; safe to call from many threads."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        """Open or create the catalogue at ``path``; ``read_only`` never waits for a writer."""
        address = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        self._connection = sqlite3.connect(
            address, uri=True, check_same_thread=False, isolation_level=None
        )
        self._lock = RLock()
        self._connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file; the catalogue cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def put(self, article: Article, passages: Sequence[Passage]) -> None:
        """Store ``article`` with its passages, in place of any of the same id."""
        with self._transaction():
            self._delete(article.id)
            columns = ", ".join((*_ARTICLE_COLUMNS, "added"))
            marks = ", ".join("?" * (len(_ARTICLE_COLUMNS) + 1))
            added = datetime.now(UTC).isoformat(timespec="seconds")
            self._connection.execute(
                f"INSERT INTO articles ({columns}) VALUES ({marks})", (*astuple(article), added)
            )
            for passage in passages:
                row = self._connection.execute(
                    "INSERT INTO passages (id, article_id, start, end, text) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (passage.id, article.id, passage.start, passage.end, passage.text),
                )
                self._connection.execute(
                    "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                    (row.lastrowid, article.title, passage.text),
                )

    def remove(self, article_id: str) -> bool:
        """Take the article out; False if there is none of that id."""
        with self._transaction():
            return self._delete(article_id)

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None if there is none of that id."""
        rows = self._rows(
            f"SELECT {', '.join(_ARTICLE_COLUMNS)} FROM articles WHERE id = ?", (article_id,)
        )
        return Article(*rows[0]) if rows else None

    def entries(self) -> tuple[ArticleEntry, ...]:
        """Return the list of articles, by id."""
        rows = self._rows(
            "SELECT id, title, source, path, url, author, published, sha256, length(text), "
            "(SELECT count(*) FROM passages WHERE article_id = articles.id), added "
            "FROM articles ORDER BY id",
            (),
        )
        return tuple(ArticleEntry(*row) for row in rows)

    def id_of_text(self, sha256: str) -> str | None:
        """Return the id of the article with this text, or None."""
        rows = self._rows("SELECT id FROM articles WHERE sha256 = ? ORDER BY id", (sha256,))
        return rows[0][0] if rows else None

    def passage_ids(self) -> frozenset[str]:
        """Return the ids of all passages."""
        return frozenset(row[0] for row in self._rows("SELECT id FROM passages", ()))

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

        Best first; higher is nearer (SQLite's ``bm25()`` with its sign turned).
        """
        match = _match_any(_WORD.findall(query))
        if not match or (articles is not None and not articles):
            return ()
        chosen = sorted(articles) if articles is not None else []
        where = f"AND p.article_id IN ({_marks(chosen)})" if chosen else ""
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
        total = int(self._rows("SELECT count(*) FROM passages", ())[0][0])
        idf = {}
        for word in words:
            match = _match_any(_WORD.findall(word), " AND ")
            count = 0
            if match:
                rows = self._rows("SELECT count(*) FROM words WHERE words MATCH ?", (match,))
                count = int(rows[0][0])
            idf[word] = math.log(1 + (total - count + 0.5) / (count + 0.5))
        return idf

    def manifest(self) -> dict[str, str]:
        """Return how the index was built, as it was stored."""
        return dict(self._rows("SELECT key, value FROM manifest", ()))

    def set_manifest(self, values: Mapping[str, str]) -> None:
        """Store how the index is built, in place of what was stored."""
        with self._transaction():
            self._connection.execute("DELETE FROM manifest")
            self._connection.executemany("INSERT INTO manifest VALUES (?, ?)", values.items())

    def _delete(self, article_id: str) -> bool:
        self._connection.execute(
            "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE article_id = ?)",
            (article_id,),
        )
        cursor = self._connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        return cursor.rowcount > 0

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _match_any(words: Sequence[str], operator: str = " OR ") -> str:
    """Return the FTS5 query for ``words``, each quoted: nothing in them is an operator."""
    kept = list(dict.fromkeys(word.lower() for word in words if word.isprintable()))
    return operator.join(f'"{word}"' for word in kept[:_MAX_QUERY_WORDS])


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
