"""A visitor's conversation in, the file that the browser saves out."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from bot.conversations.conversation import Exchange
from bot.conversations.exporting import conversation_json, conversation_markdown
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor

_NAME: Final = "articles-{at:%Y-%m-%d-%H%M}"


class Saving:
    """Makes files of conversations over the articles that ``desk`` has."""

    def __init__(self, desk: Desk) -> None:
        """The articles say what their citations are."""
        self._desk = desk

    def markdown(
        self, visitor: Visitor, exchanges: tuple[Exchange, ...], page: str
    ) -> dict[str, str]:
        """Return name, type and text of the Markdown file; its links lead to ``page``."""
        article_of = partial(self._desk.article, visitor)
        text = conversation_markdown(exchanges, article_of, page)
        return _file("md", "text/markdown", text)

    def json(self, visitor: Visitor, exchanges: tuple[Exchange, ...], page: str) -> dict[str, str]:
        """Return name, type and text of the JSON file; its links lead to ``page``."""
        article_of = partial(self._desk.article, visitor)
        return _file("json", "application/json", conversation_json(exchanges, article_of, page))


def _file(suffix: str, kind: str, text: str) -> dict[str, str]:
    name = f"{_NAME.format(at=datetime.now())}.{suffix}"
    return {"name": name, "type": f"{kind};charset=utf-8", "text": text}
