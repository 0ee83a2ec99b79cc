"""An answer in, the objects of OpenAI's chat completions out. Pure.

Beside OpenAI's fields a message has ours: ``citations`` as ``ask --json`` prints them,
``answered``, ``confidence``, ``short``, ``searched`` and ``warnings``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.answer import Answer
from bot.generating import BROKEN_OFF
from bot.json_shapes import CitationJson

# A word with the space before it: together they are the text again.
_PIECE: Final = re.compile(r"\s*\S+|\s+$")
_PIECES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every object of one completion repeats; ``created`` in seconds since 1970."""

    id: str
    created: int
    model: str


def completion(
    answer: Answer, citations: Sequence[CitationJson], envelope: Envelope
) -> dict[str, Any]:
    """Return the whole completion, as it is given without streaming."""
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {
        "index": 0,
        "message": {**message, **_ours(answer, citations)},
        "logprobs": None,
        "finish_reason": _finish(answer),
    }
    return {**_head(envelope, "chat.completion"), "choices": [choice], "usage": _usage(answer)}


def opening_chunk(envelope: Envelope) -> dict[str, Any]:
    """Return a stream's first chunk: whose words follow."""
    return _chunk(envelope, {"role": "assistant", "content": ""}, None)


def answer_chunks(
    answer: Answer, citations: Sequence[CitationJson], envelope: Envelope, *, with_usage: bool
) -> Iterator[dict[str, Any]]:
    """Yield the chunks after the first: the text, some words each, and what belongs to it.

    ``with_usage``: one more, without choices, tells the tokens; the others then say ``null``.
    """
    none = {"usage": None} if with_usage else {}
    words = _PIECE.findall(answer.text)
    for first in range(0, len(words), _PIECES_AT_ONCE):
        piece = "".join(words[first : first + _PIECES_AT_ONCE])
        yield {**_chunk(envelope, {"content": piece}, None), **none}
    yield {**_chunk(envelope, _ours(answer, citations), _finish(answer)), **none}
    if with_usage:
        head = _head(envelope, "chat.completion.chunk")
        yield {**head, "choices": [], "usage": _usage(answer)}


def models(name: str, created: int) -> dict[str, Any]:
    """Return the list of the one model there is."""
    return {"object": "list", "data": [model(name, created)]}


def model(name: str, created: int) -> dict[str, Any]:
    """Return what is told of a model."""
    return {"id": name, "object": "model", "created": created, "owned_by": "article-bot"}


def error(message: str, kind: str, code: str | None, param: str | None = None) -> dict[str, Any]:
    """Return an error; ``kind`` and ``code`` are OpenAI's words where it has some."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _head(envelope: Envelope, kind: str) -> dict[str, Any]:
    known = {"id": envelope.id, "object": kind, "created": envelope.created}
    return {**known, "model": envelope.model}


def _chunk(envelope: Envelope, delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**_head(envelope, "chat.completion.chunk"), "choices": [choice]}


def _ours(answer: Answer, citations: Sequence[CitationJson]) -> dict[str, Any]:
    return {
        "citations": list(citations),
        "answered": answer.answered,
        "confidence": round(answer.confidence, 6),
        "short": answer.short,
        "searched": answer.searched,
        "warnings": list(answer.warnings),
    }


def _finish(answer: Answer) -> str:
    return "length" if answer.text.endswith(BROKEN_OFF) else "stop"


def _usage(answer: Answer) -> dict[str, int]:
    """Return a chat model's tokens; the built-in reader has none to count."""
    read, written = (answer.usage.get(f"{which}_tokens", 0) for which in ("input", "output"))
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
