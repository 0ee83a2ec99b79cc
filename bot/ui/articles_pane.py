"""What the articles' events do: listed, searched, chosen to ask, added, removed.

Holds no visitor's state: which articles are chosen comes in and goes out with every event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from bot.adding import add_sources
from bot.errors import BotError
from bot.escaping import text_html
from bot.settings import BotSettings
from bot.ui.loading import BackgroundBot
from bot.ui.messages import lines
from bot.wording import date_words, size_words
from corpus.errors import LoadError
from index.errors import LibraryError

if TYPE_CHECKING:
    from index.library import ArticleEntry, Outcome

Chosen = tuple[str, ...]
"""Ids of the articles to ask; none: all of them."""

_LISTED: Final = 100
"""Articles that the list shows at once."""


class ArticlesPane:
    """Lists and changes the library that ``background`` opens."""

    def __init__(self, background: BackgroundBot, settings: BotSettings) -> None:
        """``settings`` limit what is added."""
        self._background = background
        self._settings = settings

    def listing(self, search: str, chosen: Chosen) -> tuple[Any, Chosen, str, str]:
        """Return (list, chosen, whom the next question asks, how many articles there are)."""
        bot = self._background.bot_or_none()
        if bot is None:
            return gr.skip(), chosen, "", text_html(self._background.status())
        entries = bot.library.entries()
        known = {entry.id for entry in entries}
        kept = tuple(each for each in chosen if each in known)
        found = matching(entries, search)
        listed = found[:_LISTED]
        box = gr.CheckboxGroup(
            choices=[(label(entry), entry.id) for entry in listed],
            value=[entry.id for entry in listed if entry.id in kept],
            label=_heading(len(listed), len(found), len(entries)),
        )
        count = len(entries)
        told = "1 article" if count == 1 else f"{count} articles"
        return box, kept, scope(len(kept), len(entries)), told

    def pick(self, ticked: list[str], search: str, chosen: Chosen) -> tuple[Chosen, str]:
        """Return (chosen, whom it asks) once the visible ones that are ``ticked`` changed."""
        entries = self._background.bot().library.entries()
        visible = {entry.id for entry in matching(entries, search)[:_LISTED]}
        kept = (*(each for each in chosen if each not in visible), *ticked)
        return kept, scope(len(kept), len(entries))

    def pick_found(self, search: str, chosen: Chosen) -> tuple[Any, Chosen, str, str]:
        """Choose every article that the search finds; else as ``listing``."""
        found = matching(self._background.bot().library.entries(), search)
        return self.listing(search, tuple(dict.fromkeys([*chosen, *(e.id for e in found)])))

    def pick_none(self, search: str) -> tuple[Any, Chosen, str, str]:
        """Choose no article, which asks all; else as ``listing``."""
        return self.listing(search, ())

    def add_files(
        self, files: Sequence[str] | None, search: str, chosen: Chosen
    ) -> Iterator[tuple[Any, ...]]:
        """Index uploaded files; yield (lines, *listing, no files), one line more for each file."""
        sources = [str(file) for file in files or ()]
        told: list[str] = []
        for number, source in enumerate(sources, start=1):
            waiting = f"Reading {Path(source).name} ({number} of {len(sources)}) …"
            yield lines([*told, waiting]), *[gr.skip()] * 4, gr.skip()
            told += self._add(source)
        yield lines(told), *self.listing(search, chosen), None

    def add_url(self, url: str, search: str, chosen: Chosen) -> Iterator[tuple[Any, ...]]:
        """Fetch and index a page; yield (lines, *listing, emptied box)."""
        if not url.strip():
            yield lines(["Type an address first."]), *[gr.skip()] * 4, ""
            return
        address = url.strip() if "://" in url else f"https://{url.strip()}"
        yield lines([f"Fetching {address} …"]), *[gr.skip()] * 4, gr.skip()
        yield lines(self._add(address)), *self.listing(search, chosen), ""

    def ask_removal(self, chosen: Chosen) -> tuple[Any, str, str]:
        """Return (question visible, its text, lines): removing is confirmed first."""
        if not chosen:
            return gr.Group(visible=False), "", lines(["Tick the articles to remove first."])
        what = "the chosen article" if len(chosen) == 1 else f"the {len(chosen)} chosen articles"
        text = f"Remove {what} from the index? The files themselves stay where they are."
        return gr.Group(visible=True), f"<p>{text_html(text)}</p>", ""

    def remove(self, search: str, chosen: Chosen) -> tuple[Any, ...]:
        """Take the chosen articles out of the index: (question hidden, lines, *listing)."""
        try:
            outcomes = self._background.bot().library.remove(chosen)
            told = [_outcome(outcome) for outcome in outcomes]
        except (BotError, LibraryError) as error:
            told = [str(error)]
        return gr.Group(visible=False), lines(told), *self.listing(search, ())

    def _add(self, source: str) -> list[str]:
        try:
            outcomes = add_sources(self._background.bot().library, [source], self._settings)
        except (BotError, LibraryError, LoadError) as error:
            return [str(error)]
        return [_outcome(outcome) for outcome in outcomes]


def matching(entries: Sequence[ArticleEntry], search: str) -> list[ArticleEntry]:
    """Return the entries that hold every word of ``search`` in title, source, date or id."""
    words = search.casefold().split()
    return [entry for entry in entries if all(word in _said_of(entry) for word in words)]


def label(entry: ArticleEntry) -> str:
    """Return an article's line in the list: title, source, date, size."""
    known = (entry.source, date_words(entry.published), size_words(entry.characters))
    return " · ".join([entry.title, *(part for part in known if part)])


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


def _said_of(entry: ArticleEntry) -> str:
    published = f"{entry.published or ''} {date_words(entry.published)}"
    return f"{entry.title} {entry.source or ''} {published} {entry.id}".casefold()


def _heading(listed: int, found: int, all_of_them: int) -> str:
    if listed < found:
        return f"The first {listed} of {found} found: search for fewer"
    if found < all_of_them:
        return f"{found} of {all_of_them} found"
    return "Tick those to ask (none: all of them)"


def _outcome(outcome: Outcome) -> str:
    # An upload lies in a folder with a random name, which tells the user nothing.
    name = Path(outcome.article_id).name
    reason = outcome.reason.replace(outcome.article_id, name)
    return f"{outcome.status}: {name}" + (f" ({reason})" if reason else "")
