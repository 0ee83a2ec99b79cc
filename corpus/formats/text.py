"""Plain text, Markdown and HTML in, one article out; a text of addresses only is a list of them."""

from __future__ import annotations

import re

from corpus.dateline import read_date
from corpus.errors import ListOfUrls
from corpus.loaded import Loaded, decode

_ADDRESS = re.compile(r"https?://\S+")


def load_text(content: bytes, label: str) -> list[Loaded]:
    """Return a plain text as it is.

    ListOfUrls if each line that is neither blank nor begins with ``#`` is an address.
    """
    document = decode(content, label)
    lines = [line.strip() for line in document.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and all(_ADDRESS.fullmatch(line) for line in lines):
        raise ListOfUrls(label, tuple(dict.fromkeys(lines)))
    return [Loaded(document)]


def load_markdown(content: bytes, label: str) -> list[Loaded]:
    """Return Markdown as it is, but for its front matter, whose known keys are read."""
    document = decode(content, label)
    match = re.match(
        r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", document, re.DOTALL
    )
    keys = _front_matter(match[1]) if match else {}
    body = document[match.end() :] if match else document
    heading = re.search(r"^#\s+(.+?)\s*#*\s*$", body, re.MULTILINE)
    return [
        Loaded(
            body,
            title=keys.get("title") or (heading[1] if heading else None),
            author=keys.get("author"),
            published=read_date(keys.get("date", "")),
            source=keys.get("source"),
            url=keys.get("url"),
            language=keys.get("lang") or keys.get("language"),
        )
    ]


def load_html(content: bytes, label: str) -> list[Loaded]:
    """Return a page's main text, without navigation and the like, and its metadata.

    trafilatura finds nothing in some tiny pages; then all of the body's text is taken.
    """
    from corpus.pages import extract_page

    return [extract_page(decode(content, label))]


def _front_matter(block: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in block.splitlines() if ":" in line and line[:1].strip())
    return {key.strip().lower(): value.strip().strip("\"'") for key, value in pairs}
