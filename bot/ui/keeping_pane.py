"""What keeps conversations: an answered question in, a word to the browser out, and back.

The browser keeps them itself, or the store does (``BOT_CONVERSATIONS``); ``keeping.js`` is the
other side. Words to it are JSON texts: ``put`` a conversation, ``entries`` of the list, which is
``current`` and the ``answer`` to show of it, and what is ``told``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Final
from uuid import uuid4

import gradio as gr

from bot.conversations.conversation import Exchange
from bot.conversations.conversation_store import ConversationStore, owner_of
from bot.conversations.fields import Fields
from bot.conversations.keeping import (
    TITLE_CHARACTERS,
    Conversation,
    is_id,
    kept,
    restored,
    title_of,
)
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.errors import BotError, KeptError
from bot.escaping import clip
from bot.rendering import answer_html
from bot.ui.messages import said, shown
from index.errors import LibraryError

Exchanges = tuple[Exchange, ...]
Ids = tuple[str, ...]
_APART: Final = (
    "This conversation went on in another tab: what was asked here is kept as one of its own."
)
LONGEST_WISH = 5_000_000
"""Characters that a browser sends at once."""


class Keeping:
    """Keeps conversations in the browser, or in ``store``."""

    def __init__(self, desk: Desk, mode: str, store: ConversationStore) -> None:
        """``mode`` is ``settings.conversations``; the articles check what is opened again."""
        self._desk = desk
        self._mode = mode
        self._store = store

    def greet(self, visitor: Visitor) -> str:
        """Return the first word to the browser: where conversations are kept, and whose."""
        return _word(mode=self._mode, user=visitor.user)

    def keep(
        self, visitor: Visitor, secret: str, name: str, exchanges: Exchanges, known: Ids
    ) -> tuple[str, str, Ids]:
        """Keep the conversation: (word to the browser, its id, made if it has none, known).

        ``known`` are the answers that this tab has kept or opened. A kept conversation that has
        others went on in another tab, and is not written over.
        """
        if self._mode == "off" or not exchanges:
            return "", name, known
        name = name or uuid4().hex
        known = tuple(dict.fromkeys((*known, *(exchange.id for exchange in exchanges))))
        form = kept(Conversation(name, title_of(exchanges), exchanges))
        if self._mode == "browser":
            return _word(put=form, known=known, apart=_APART), name, known
        try:
            stored = self._store.put(owner_of(visitor.user, secret), form, known)
        except KeptError as error:
            return _word(told=_told(error)), name, known
        told = "The oldest conversation was dropped to make room." if stored.dropped else ""
        return (
            _word(current=stored.id, told=told if stored.id == name else _APART),
            stored.id,
            known,
        )

    def tend(self, visitor: Visitor, secret: str, wish: str) -> str:
        """Rename or delete a conversation of the store, if asked to: (word: the list)."""
        try:
            owner = owner_of(visitor.user, secret)
            fields = Fields(_parsed(wish))
            act, name = fields.text("act", 10), str(fields.raw.get("id", ""))
            if act == "rename" and fields.text("title", 1_000).strip():
                self._store.rename(owner, name, clip(fields.text("title", 1_000), TITLE_CHARACTERS))
            elif act == "delete":
                self._store.remove(owner, name)
            return _word(entries=[asdict(entry) for entry in self._store.entries(owner)])
        except KeptError as error:
            return _word(told=_told(error))

    def open(self, visitor: Visitor, secret: str, wish: str) -> tuple[Any, ...]:
        """Open what the browser wishes: a kept form, the id of one, or of an answer; or a new one.

        Returns (conversation, exchanges, its id, the answers known, word to the browser); an empty
        wish changes nothing.
        """
        if not wish:
            return *(gr.skip() for _ in range(4)), ""
        try:
            fields = Fields(_parsed(wish))
            answer = str(fields.raw.get("answer", ""))
            if fields.raw.get("new"):
                return [], (), "", (), _word(current="")
            raw = fields.raw.get("conversation") or self._stored(visitor, secret, fields, answer)
            article_of = partial(self._desk.article, visitor)
            conversation = restored(raw, article_of)
            exchanges = tuple(_drawn(each, article_of) for each in conversation.exchanges)
        except (BotError, LibraryError) as error:
            return *(gr.skip() for _ in range(4)), _word(told=_told(error))
        return (
            shown(exchanges),
            exchanges,
            conversation.id,
            tuple(exchange.id for exchange in exchanges),
            _word(current=conversation.id, answer=answer if is_id(answer) else ""),
        )

    def _stored(self, visitor: Visitor, secret: str, fields: Fields, answer: str) -> dict[str, Any]:
        if self._mode != "sqlite":
            raise KeptError("is not kept in this browser: it was deleted, or asked in another one")
        owner = owner_of(visitor.user, secret)
        return self._store.get(owner, str(fields.raw.get("id", "")), answer)


def _drawn(exchange: Exchange, article_of: Callable[[str], Any]) -> Exchange:
    if exchange.answer is None:
        return replace(exchange, html=said(exchange.told))
    return replace(exchange, html=answer_html(exchange.answer, article_of, exchange.id))


def _parsed(wish: str) -> object:
    if len(wish) > LONGEST_WISH:
        raise KeptError("is too long to be opened")
    try:
        return json.loads(wish)
    except (ValueError, RecursionError):
        raise KeptError("is damaged: it is no JSON") from None


def _told(error: Exception) -> str:
    return f"This conversation {error}." if isinstance(error, KeptError) else str(error)


def _word(**said_to_it: Any) -> str:
    return json.dumps(said_to_it, ensure_ascii=False)
