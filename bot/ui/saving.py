"""A visitor's conversation in, the file that the browser saves out."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.conversation import Exchange
from bot.exporting import conversation_json, conversation_markdown
from bot.ui.loading import BackgroundBot

_NAME: Final = "articles-{at:%Y-%m-%d-%H%M}"


class Saving:
    """Makes files of conversations over the library that ``background`` opens."""

    def __init__(self, background: BackgroundBot) -> None:
        """The articles say what their citations are."""
        self._background = background

    def markdown(self, exchanges: tuple[Exchange, ...], page: str) -> dict[str, str]:
        """Return name, type and text of the Markdown file; its links lead to ``page``."""
        article_of = self._background.bot().library.article
        text = conversation_markdown(exchanges, article_of, page)
        return _file("md", "text/markdown", text)

    def json(self, exchanges: tuple[Exchange, ...], page: str) -> dict[str, str]:
        """Return name, type and text of the JSON file; its links lead to ``page``."""
        article_of = self._background.bot().library.article
        return _file("json", "application/json", conversation_json(exchanges, article_of, page))


def _file(suffix: str, kind: str, text: str) -> dict[str, str]:
    name = f"{_NAME.format(at=datetime.now())}.{suffix}"
    return {"name": name, "type": f"{kind};charset=utf-8", "text": text}
