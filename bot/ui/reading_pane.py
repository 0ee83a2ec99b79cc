"""A citation's key in, the article's page with the marks of its answer out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.escaping import text_html
from bot.linking import parse_cite_key
from bot.marking import article_html, spans_in, steps_html
from bot.ui.loading import BackgroundBot

EMPTY: Final = (
    '<p class="empty">Nothing is open. Click a number such as [1] in an answer to read its '
    "sentence where it stands.</p>"
)
_GONE: Final = '<p class="empty">This article is not here any more.</p>'
_MOST_MARKS: Final = 50
"""Marks of one answer that are shown."""


class ReadingPane:
    """Shows articles of the library that ``background`` opens."""

    def __init__(self, background: BackgroundBot) -> None:
        """A link may be followed before the library is open: it waits."""
        self._background = background

    def show(self, key: str, group: Sequence[str] = ()) -> str:
        """Return the article that ``key`` names; ``group`` are all the keys of its answer."""
        place = parse_cite_key(key)
        article = self._background.bot().library.article(place[0]) if place else None
        if place is None or article is None:
            return _GONE
        keys = list(dict.fromkeys(each for each in group[:_MOST_MARKS] if parse_cite_key(each)))
        page = article_html(article, spans_in(article.id, keys), (place[1], place[2]))
        return steps_html(keys, key) + page


def failed(error: Exception) -> str:
    """Return the pane for an error: one line."""
    return f'<p class="empty">{text_html(str(error))}</p>'
