"""A citation's key in, the article's page with its marks out; a selection in, what is asked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import gradio as gr

from bot.conversations.conversation import About
from bot.conversations.selecting import context_of, question_about
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.escaping import clip, text_html
from bot.linking import parse_cite_key
from bot.marking import article_html, spans_in, steps_html
from bot.ui.messages import about_line, notice

EMPTY: Final = (
    '<p class="empty">Nothing is open. Click a number such as [1] in an answer to read its '
    "sentence where it stands, or “Read” in the list of articles.</p>"
)
_GONE: Final = '<p class="empty">This article is not here any more.</p>'
_MOST_MARKS: Final = 50
"""Marks of one answer that are shown."""


class ReadingPane:
    """Shows a visitor's articles, which ``desk`` has."""

    def __init__(self, desk: Desk) -> None:
        """A link may be followed before the articles are there: it waits."""
        self._desk = desk

    def show(self, visitor: Visitor, key: str, group: Sequence[str] = ()) -> str:
        """Return the article that ``key`` names; ``group`` are all the keys of its answer."""
        place = parse_cite_key(key)
        article = self._desk.article(visitor, place[0]) if place else None
        if place is None or article is None:
            return _GONE
        keys = list(dict.fromkeys(each for each in group[:_MOST_MARKS] if parse_cite_key(each)))
        page = article_html(article, spans_in(article.id, keys), (place[1], place[2]))
        return steps_html(keys, key) + page

    def ask_about(
        self, visitor: Visitor, article_id: str, selected: str, question: str
    ) -> tuple[Any, About | None, Any, str]:
        """Make the next question one about an article, or about what is ``selected`` in it.

        Returns (question box, what it is about, its line, notice). A question that is already in
        the box stays there.
        """
        article = self._desk.article(visitor, article_id)
        if article is None:
            return gr.skip(), None, "", notice("This article is not here any more.")
        text = clip(selected)
        about = About(article.id, article.title, text, context_of(article, selected))
        box = gr.skip() if question.strip() else question_about(text)
        return box, about, about_line(about), ""


def failed(error: Exception) -> str:
    """Return the pane for an error: one line."""
    return f'<p class="empty">{text_html(str(error))}</p>'
