"""Exchanges in, the messages that Gradio's conversation shows out. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.conversation import Exchange
from bot.escaping import clip, text_html

Message = dict[str, Any]

_SHOWN: Final = 1_000
"""Characters of a question that the conversation shows."""


def shown(
    exchanges: Sequence[Exchange], pending: str = "", partial: str | None = None
) -> list[Message]:
    """Return the conversation; ``pending`` is being answered, ``partial`` is there of it."""
    messages: list[Message] = []
    for exchange in exchanges:
        messages += [_asked(exchange.question), _message(exchange.html)]
    if pending:
        messages.append(_asked(pending))
    if pending and partial is not None:
        messages.append(_message(said(partial)))
    return messages


def said(text: str) -> str:
    """Return one line (or what is there of a reply) as a message's HTML."""
    return f"<p>{text_html(text)}</p>"


def notice(text: str) -> str:
    """Return the line under the question box that screen readers speak."""
    return f'<p role="status">{text_html(text)}</p>'


def lines(texts: Sequence[str]) -> str:
    """Return one paragraph for each line, spoken by screen readers as they come."""
    return f'<div role="status">{"".join(f"<p>{text_html(text)}</p>" for text in texts)}</div>'


def welcome(examples: Sequence[str]) -> str:
    """Return what an empty conversation shows: what this is, and questions that are answered."""
    listed = "".join(
        f'<li><a class="act" href="#do-ask-{number}">{text_html(clip(example))}</a></li>'
        for number, example in enumerate(examples)
    )
    offered = f'<p class="about">For example</p><ul class="examples">{listed}</ul>'
    return (
        '<div class="welcome"><p class="lead">What would you like to know?</p>'
        "<p>Every answer quotes the sentence it rests on. Its number opens the article there.</p>"
        f"{offered if listed else ''}</div>"
    )


def _asked(question: str) -> Message:
    text = question if len(question) <= _SHOWN else question[:_SHOWN] + "…"
    return {"role": "user", "content": text_html(text)}


def _message(content: str) -> Message:
    return {"role": "assistant", "content": content}
