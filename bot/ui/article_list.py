"""Article entries in, the list of them out, as HTML: each to be ticked and to be read. Pure.

What the browser ticks comes back as an event of the list (``acts.js``). All is escaped.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from itertools import count
from typing import TYPE_CHECKING, Final

from bot.linking import cite_key
from bot.wording import date_words, size_words

if TYPE_CHECKING:
    from index.library import ArticleEntry

LISTED: Final = 100
"""Articles that the list shows at once."""
_DRAWN: Final = count(1)


def matching(entries: Sequence[ArticleEntry], search: str) -> list[ArticleEntry]:
    """Return the entries that hold every word of ``search`` in title, source, date or id."""
    words = search.casefold().split()
    return [entry for entry in entries if all(word in _said_of(entry) for word in words)]


def list_html(found: Sequence[ArticleEntry], chosen: Collection[str], all_of_them: int) -> str:
    """Return the first of those ``found``, the ``chosen`` ones ticked."""
    listed = found[:LISTED]
    rows = "".join(_row(number, each, each.id in chosen) for number, each in enumerate(listed))
    legend = escape(_heading(len(listed), len(found), all_of_them))
    # The browser draws nothing anew for the same HTML, whatever was ticked since: so none is.
    return f'<fieldset data-drawn="{next(_DRAWN)}"><legend>{legend}</legend>{rows}</fieldset>'


def scope(chosen: int, all_of_them: int) -> str:
    """Return whom the next question asks, as HTML.

    >>> scope(2, 8)
    '<p>Asking 2 of 8 articles.</p>'
    """
    if not all_of_them:
        return "<p>There are no articles yet: add some.</p>"
    if not chosen:
        whom = "the one article" if all_of_them == 1 else f"all {all_of_them} articles"
        return f"<p>Asking {whom}.</p>"
    return f"<p>Asking {chosen} of {all_of_them} articles.</p>"


def _row(number: int, entry: ArticleEntry, ticked: bool) -> str:
    known = (entry.source, date_words(entry.published), size_words(entry.characters))
    about = escape(" · ".join(part for part in known if part))
    title, key = escape(entry.title), escape(cite_key(entry.id, 0, 0))
    return (
        f'<div class="pick"><input type="checkbox" id="pick-{number}" value="{escape(entry.id)}"'
        f'{" checked" if ticked else ""}><label for="pick-{number}">{title} '
        f'<span class="about">{about}</span></label>'
        f'<a class="cite read" href="#{key}" aria-label="Read {title}">Read</a></div>'
    )


def _said_of(entry: ArticleEntry) -> str:
    published = f"{entry.published or ''} {date_words(entry.published)}"
    return f"{entry.title} {entry.source or ''} {published} {entry.id}".casefold()


def _heading(listed: int, found: int, all_of_them: int) -> str:
    if listed < found:
        return f"The first {listed} of {found} found: search for fewer"
    if found < all_of_them:
        return f"{found} of {all_of_them} found"
    return "Tick those to ask (none: all of them)"
