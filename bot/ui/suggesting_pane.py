"""What has just been answered or added in, questions that may be asked next out: each was tried."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any, Final

import gradio as gr

from bot.conversations.conversation import Exchange, turns_of
from bot.conversations.suggesting import follow_ups, new_questions
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.errors import BotError
from bot.ui.messages import chips, welcome
from bot.ui.session import Tries
from index.errors import LibraryError

EXAMPLES: Final = 4
"""Questions that an empty conversation offers."""
_MOST_NEW: Final = 20
"""New articles that questions are looked for in."""


class Suggesting:
    """Tries questions at ``desk``, out of sight."""

    def __init__(self, desk: Desk) -> None:
        """What is tried counts against nobody's limits."""
        self._desk = desk

    def follow(
        self,
        visitor: Visitor,
        exchanges: tuple[Exchange, ...],
        chosen: tuple[str, ...],
        tries: Tries,
    ) -> Iterator[Any]:
        """Yield nothing new for each question tried, and last the questions for the last answer.

        The browser puts them under that answer, if it is still the last. ``tries`` stops it.
        """
        began = tries.count
        last = exchanges[-1] if exchanges else None
        answer = last.answer if last else None
        if last is None or answer is None or not answer.citations:
            return
        ask = partial(
            self._desk.try_out, visitor, articles=chosen or None, turns=turns_of(exchanges)
        )
        asked = {text for e in exchanges for text in (e.question, e.answer and e.answer.searched)}
        found: list[str] = []
        try:
            article = self._desk.article(visitor, answer.citations[0].passage.article_id)
            if article is None:
                return
            for question in follow_ups(answer, article, ask, asked=[q for q in asked if q]):
                found += [question] if question else []
                yield gr.skip()
                if tries.count != began:
                    return
        except (BotError, LibraryError):
            return  # Nobody asked for them: nothing is said.
        yield f'<div data-for="{escape(last.id)}">{chips("You could ask next", found)}</div>'

    def freshen(self, visitor: Visitor, added: tuple[str, ...]) -> tuple[str, Any]:
        """Return (questions for the ``added`` articles, an empty conversation's examples).

        The examples are those that still hold, after the new ones; every visitor gets them. Where
        nothing was added, nothing is tried.
        """
        return self._renew(visitor, added) if added else ("", gr.skip())

    def recheck(self, visitor: Visitor) -> tuple[str, Any]:
        """Return (no questions, the examples that still hold) once articles were removed."""
        return self._renew(visitor, ())

    def _renew(self, visitor: Visitor, added: tuple[str, ...]) -> tuple[str, Any]:
        ask = partial(self._desk.try_out, visitor)
        try:
            found = [self._desk.article(visitor, each) for each in added[:_MOST_NEW]]
            new = new_questions([article for article in found if article is not None], ask)
            held = [q for q in self._desk.examples(visitor) if q not in new and ask(q).answered]
            examples = (*new, *held)[:EXAMPLES]
            self._desk.offer(visitor, examples)
        except (BotError, LibraryError):
            return "", gr.skip()
        what = "the new article" if len(added) == 1 else "the new articles"
        return chips(f"Ask {what}", new), gr.Chatbot(placeholder=welcome(examples))
