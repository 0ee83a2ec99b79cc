"""Anybody's text in, text that neither HTML nor Markdown acts on out. Pure."""

from __future__ import annotations

from html import escape
from typing import Final

_QUOTE_CHARACTERS: Final = 240
# Markdown sees the page's answers before the browser does.
_MARKDOWN: Final = str.maketrans({c: f"&#{ord(c)};" for c in "\\`*_{}[]()#+-.!|~$:<>"})


def text_html(text: str) -> str:
    """Return ``text`` with nothing in it that HTML or Markdown would act on; lines are kept."""
    escaped = escape(text).replace("&", "\x00").translate(_MARKDOWN)
    return escaped.replace("\x00", "&").replace("\n", "<br>")


def clip(text: str, characters: int = _QUOTE_CHARACTERS) -> str:
    """Return ``text`` on one line, cut at a word if it is longer than ``characters``."""
    line = " ".join(text.split())
    if len(line) <= characters:
        return line
    return line[:characters].rsplit(" ", 1)[0] + "…"
