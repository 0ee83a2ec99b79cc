"""A body of OpenAI's chat completions in, what is asked of the articles out. Pure.

What has no meaning here (``temperature``, ``tools``, system messages, ...) is passed over; what
would change the reply's form and cannot be given is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from bot.errors import BotError

_ROLES: Final = frozenset("system developer user assistant tool function".split())


class MalformedError(BotError):
    """The body cannot be read as a question; ``param`` names the field, empty for the whole."""

    def __init__(self, reason: str, param: str = "") -> None:
        super().__init__(reason)
        self.param = param


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A question, the exchanges (question, answer) before it, oldest first, and how to answer.

    ``articles`` are ids to ask; none: all. ``with_usage``: tokens are told at a stream's end.
    """

    question: str
    before: tuple[tuple[str, str], ...] = ()
    articles: tuple[str, ...] = ()
    stream: bool = False
    with_usage: bool = False


def read_chat_request(body: bytes) -> ChatRequest:
    """Return what ``body``, JSON, asks; MalformedError says what is wrong with it."""
    asked = _object(body)
    question, before = _conversation(_messages(asked))
    if asked.get("n") not in (None, 1):
        raise MalformedError(f"n is {asked['n']!r}: one choice is given, no more", "n")
    options = asked.get("stream_options")
    return ChatRequest(
        question,
        before,
        _articles(asked.get("articles")),
        _truth(asked, "stream"),
        isinstance(options, Mapping) and _truth(options, "include_usage"),
    )


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise MalformedError(f"the body is not JSON: {exc}") from exc
    if not isinstance(read, dict):
        raise MalformedError("the body is no JSON object")
    return read


def _truth(asked: Mapping[str, Any], name: str) -> bool:
    value = asked.get(name)
    if value is not None and not isinstance(value, bool):
        raise MalformedError(f"{name} is {value!r}: expected true or false", name)
    return bool(value)


def _messages(asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (role, text) of each message."""
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise MalformedError("messages is no list of messages, or empty", "messages")
    read = []
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        role = message.get("role") if isinstance(message, dict) else None
        if role not in _ROLES:
            told = ", ".join(sorted(_ROLES))
            raise MalformedError(f"{where}.role is {role!r}: expected one of {told}", where)
        read.append((role, _text(message.get("content"), role, f"{where}.content")))
    return read


def _text(content: object, role: str, where: str) -> str:
    if isinstance(content, str):
        return _without_surrogates(content)
    # Only what is asked is read: an assistant's message may hold calls of tools alone.
    if role != "user" and content is None:
        return ""
    if not isinstance(content, list):
        raise MalformedError(f"{where} is neither a text nor a list of parts", where)
    texts = []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            texts.append(part["text"])
        elif role == "user":
            raise MalformedError(f"{where} has a part of type {kind!r}: only text is read", where)
    return _without_surrogates("\n".join(texts))


def _without_surrogates(text: str) -> str:
    """Return ``text`` with lone surrogates, which JSON can write and UTF-8 cannot, as ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _conversation(messages: Sequence[tuple[str, str]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the last question, and each earlier one with what was said to it last."""
    asked = [number for number, (role, _) in enumerate(messages) if role == "user"]
    if not asked:
        raise MalformedError("messages has none of the role user: the question", "messages")
    before = []
    for number, following in pairwise(asked):
        said = [text for role, text in messages[number:following] if role == "assistant"]
        if said and said[-1].strip():
            before.append((messages[number][1], said[-1]))
    return messages[asked[-1]][1], tuple(before)


def _articles(ids: object) -> tuple[str, ...]:
    if ids is None:
        return ()
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise MalformedError("articles is no list of article ids", "articles")
    return tuple(ids)
