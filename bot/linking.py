"""A place in an article in, the link to it out, and back. Pure.

Citations are links whose fragment names the place, ``#cite-<article id>-<start>-<end>``: no state
is needed to open them, so that they work in an exported conversation and after a reload.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

CITE_PREFIX: Final = "cite-"
_DIGITS: Final = 12
"""An offset has fewer: int() would take its time over thousands."""


def cite_key(article_id: str, start: int, end: int) -> str:
    """Return the fragment that names ``article.text[start:end]``, without ``#``.

    >>> cite_key("a b.txt", 3, 9)
    'cite-a%20b.txt-3-9'
    """
    return f"{CITE_PREFIX}{quote(article_id, safe='')}-{start}-{end}"


def parse_cite_key(key: str) -> tuple[str, int, int] | None:
    """Return (article id, start, end) of a fragment, or None if it is none of ours."""
    name, _, end = key.removeprefix("#").removeprefix(CITE_PREFIX).rpartition("-")
    name, _, start = name.rpartition("-")
    if not name or not all(part.isdecimal() and len(part) < _DIGITS for part in (start, end)):
        return None
    return unquote(name), int(start), int(end)
