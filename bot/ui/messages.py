"""Exchanges in, the messages that Gradio's conversation shows out. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from bot.conversations.conversation import About, Exchange
from bot.escaping import clip, text_html

Message = dict[str, Any]

_SHOWN: Final = 400
"""Characters of a question that the conversation shows."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that is being answered.

    ``about`` is the stretch of an article that it is about; ``searched`` what to search as it
    stands, "" to work that out; ``replaces`` the id of the exchange whose answer it takes the place
    of, "" for a new one; ``id`` becomes the exchange's.
    """

    question: str
    about: About | None = None
    searched: str = ""
    replaces: str = ""
    id: str = field(default_factory=lambda: uuid4().hex, compare=False)


def shown(
    exchanges: Sequence[Exchange], pending: Pending | None = None, partial: str | None = None
) -> list[Message]:
    """Return the conversation; ``pending`` is being answered, ``partial`` is there of it."""
    messages: list[Message] = []
    waiting = said(partial) if partial is not None else None
    for exchange in exchanges:
        replaced = pending is not None and exchange.id == pending.replaces
        html = waiting if replaced and waiting is not None else exchange.html
        messages += [_asked(exchange.question, exchange.about), _message(html)]
    if pending is not None and not pending.replaces:
        messages.append(_asked(pending.question, pending.about))
        messages += [_message(waiting)] if waiting is not None else []
    return messages


def line(text: str) -> Message:
    """Return a message that says one line, and is not kept."""
    return _message(said(text))


def said(text: str) -> str:
    """Return one line (or what is there of a reply) as a message's HTML."""
    return f"<p>{text_html(text)}</p>"


def notice(text: str) -> str:
    """Return the line under the question box that screen readers speak."""
    return f'<p role="status">{text_html(text)}</p>'


def lines(texts: Sequence[str]) -> str:
    """Return one paragraph for each line, spoken by screen readers as they come."""
    return f'<div role="status">{"".join(f"<p>{text_html(text)}</p>" for text in texts)}</div>'


def about_line(about: About | None) -> str:
    """Return the line above the question box: what the next question is about, and the way out."""
    if about is None:
        return ""
    out = '<a class="act" href="#do-unabout">Ask about everything</a>'
    return f'<p role="status"><span>{text_html(about.words())}</span> {out}</p>'


def chips(label: str, questions: Sequence[str]) -> str:
    """Return questions that are asked by a click, under their label; "" without any."""
    listed = "".join(
        f'<li><a class="act" href="#do-ask-{number}">{text_html(question)}</a></li>'
        for number, question in enumerate(questions)
    )
    return f'<p class="about">{label}</p><ul class="examples">{listed}</ul>' if listed else ""


def welcome(examples: Sequence[str]) -> str:
    """Return what an empty conversation shows: what this is, and questions that are answered."""
    return (
        '<div class="welcome"><p class="lead">What would you like to know?</p>'
        "<p>Every answer quotes the sentence it rests on. Its number opens the article there.</p>"
        f"{chips('For example', [clip(example) for example in examples])}</div>"
    )


def _asked(question: str, about: About | None) -> Message:
    text = question if len(question) <= _SHOWN else question[:_SHOWN] + "…"
    line = f'<span class="about">{text_html(about.words())}</span><br>' if about else ""
    return {"role": "user", "content": line + text_html(text)}


def _message(content: str) -> Message:
    return {"role": "assistant", "content": content}
