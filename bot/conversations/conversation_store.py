"""An owner and a kept conversation in, that owner's conversations out: a SQLite file.

An owner is a name signed in with, or the secret that a browser made for itself; of the secret only
a digest is stored, so that the file opens nobody's conversations. Every query names the owner:
nobody reads or changes another's.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from bot.errors import KeptError

FILE: Final = "conversations.sqlite3"
MOST: Final = 200
"""Conversations kept for one owner; the one that was changed longest ago goes first."""
LEAST_SECRET: Final = 32
"""Characters of a browser's secret."""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS conversations (
    owner TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL,
    questions INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    owner TEXT NOT NULL, id TEXT NOT NULL, conversation TEXT NOT NULL, PRIMARY KEY (owner, id)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a conversation: the id it has now, and how many old ones made room for it."""

    id: str
    dropped: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: ``changed`` is an ISO 8601 date and time, ``questions`` how many."""

    id: str
    title: str
    changed: str
    questions: int


def owner_of(user: str, secret: str) -> str:
    """Return who owns what a visitor keeps; KeptError if it is nobody.

    ``user`` is the name signed in with, "" without sign-in; ``secret`` the browser's own.
    """
    if user:
        return f"user:{user}"
    if not LEAST_SECRET <= len(secret) <= 200:
        raise KeptError("cannot be kept: this browser gave no key of its own")
    return f"browser:{hashlib.sha256(secret.encode()).hexdigest()}"


class ConversationStore:
    """The file in ``folder``; safe to call from many threads and processes."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the index's; file and folder are made when the first conversation comes."""
        self._path = folder / FILE

    def put(self, owner: str, conversation: dict[str, Any], known: Collection[str]) -> Stored:
        """Store a kept form whole.

        A conversation that is there already keeps its title. If it has answers that are not
        ``known``, it went on in another tab: then this one gets an id of its own, and both stay.
        """
        with self._open() as file:
            # Python begins a transaction at the first change: another tab's would come in between.
            file.execute("BEGIN IMMEDIATE")
            query = "SELECT id FROM answers WHERE owner = ? AND conversation = ?"
            there = file.execute(query, (owner, conversation["id"])).fetchall()
            if not {name for (name,) in there} <= set(known):
                conversation = {**conversation, "id": uuid4().hex}
            name, exchanges = conversation["id"], conversation["exchanges"]
            row = (
                *(owner, name, conversation["title"], conversation["changed"], len(exchanges)),
                json.dumps(conversation, ensure_ascii=False),
            )
            file.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "changed = excluded.changed, questions = excluded.questions, body = excluded.body",
                row,
            )
            file.execute("DELETE FROM answers WHERE owner = ? AND conversation = ?", (owner, name))
            answers = [(owner, exchange["id"], name) for exchange in exchanges]
            file.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", answers)
            return Stored(name, _drop_oldest(file, owner))

    def entries(self, owner: str) -> tuple[Entry, ...]:
        """Return the owner's conversations, the one changed last first."""
        with self._open() as file:
            rows = file.execute(
                "SELECT id, title, changed, questions FROM conversations WHERE owner = ? "
                "ORDER BY changed DESC, id",
                (owner,),
            )
            return tuple(Entry(*row) for row in rows)

    def get(self, owner: str, name: str = "", answer: str = "") -> dict[str, Any]:
        """Return the conversation of that name, or with that answer; KeptError if none is."""
        with self._open() as file:
            if answer:
                query = "SELECT conversation FROM answers WHERE owner = ? AND id = ?"
                found = file.execute(query, (owner, answer)).fetchone()
                name = found[0] if found else ""
            query = "SELECT body, title FROM conversations WHERE owner = ? AND id = ?"
            row = file.execute(query, (owner, name)).fetchone()
        if row is None:
            raise KeptError("is not here (any more), or it is somebody else’s")
        body: dict[str, Any] = json.loads(row[0])
        return {**body, "title": row[1]}

    def rename(self, owner: str, name: str, title: str) -> None:
        """Give a conversation another title; nothing happens if the owner has none of that name."""
        with self._open() as file:
            values = (title, owner, name)
            file.execute("UPDATE conversations SET title = ? WHERE owner = ? AND id = ?", values)

    def remove(self, owner: str, name: str) -> None:
        """Delete a conversation, if the owner has it."""
        with self._open() as file:
            _delete(file, owner, name)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for one transaction, to one thread."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(self._path, timeout=30)
        try:
            # What is deleted is overwritten: it was somebody's.
            file.executescript(f"PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; {_SCHEMA}")
            with file:
                yield file
        except sqlite3.Error as exc:
            raise KeptError(f"cannot be kept: {self._path}: {exc}") from exc
        finally:
            file.close()


def _drop_oldest(file: sqlite3.Connection, owner: str) -> int:
    rows = file.execute(
        "SELECT id FROM conversations WHERE owner = ? ORDER BY changed DESC, id LIMIT -1 OFFSET ?",
        (owner, MOST),
    ).fetchall()
    for (name,) in rows:
        _delete(file, owner, name)
    return len(rows)


def _delete(file: sqlite3.Connection, owner: str, name: str) -> None:
    file.execute("DELETE FROM answers WHERE owner = ? AND conversation = ?", (owner, name))
    file.execute("DELETE FROM conversations WHERE owner = ? AND id = ?", (owner, name))
