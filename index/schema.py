"""The catalogue's tables, and how those of an older version are brought up to date.

Articles and the manifest are the truth; passages, words and vectors are made of them and may be
thrown away: the manifest's format then says that they must be rebuilt.
"""

from __future__ import annotations

import sqlite3
from dataclasses import fields
from typing import Final

from corpus.article import Article

ARTICLE_COLUMNS: Final = tuple(field.name for field in fields(Article))
TOKENIZER: Final = "porter unicode61 remove_diacritics 2"
"""FTS5's: Unicode words, diacritics off, Porter's stems. Figures: see words.py."""

_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS articles (
    {", ".join(f"{name} TEXT" for name in ARTICLE_COLUMNS)},
    added TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS articles_by_text ON articles (sha256);
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    embedded TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id, start);
CREATE INDEX IF NOT EXISTS passages_by_embedded ON passages (embedded);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, text, tokenize="{TOKENIZER}");
CREATE TABLE IF NOT EXISTS vectors (embedded TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def create_tables(connection: sqlite3.Connection) -> None:
    """Create what is missing; tables of an older version lose what can be made anew."""
    articles = _columns(connection, "articles")
    for name in ARTICLE_COLUMNS if articles else ():
        if name not in articles:
            connection.execute(f"ALTER TABLE articles ADD COLUMN {name} TEXT")
    if "embedded" not in (_columns(connection, "passages") or {"embedded"}):
        connection.executescript("DROP TABLE passages; DROP TABLE words;")
    connection.executescript(_SCHEMA)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
