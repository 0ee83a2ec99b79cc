"""What the articles' events do: listed, searched, chosen to ask, added, removed.

Holds no visitor's state: which articles are chosen comes in and goes out with every event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.errors import BotError
from bot.escaping import text_html
from bot.ui.article_list import list_html, matching, scope
from bot.ui.messages import lines
from bot.ui.uploading import by_name, uploaded, without_folder
from corpus.errors import LoadError
from index.errors import LibraryError

if TYPE_CHECKING:
    from index.library import Outcome

Chosen = tuple[str, ...]
"""Ids of the articles to ask; none: all of them."""


class ArticlesPane:
    """Lists and changes a visitor's articles, which ``desk`` has."""

    def __init__(self, desk: Desk) -> None:
        """The articles may still be loading: the list says how far they are."""
        self._desk = desk

    def listing(
        self, visitor: Visitor, search: str, chosen: Chosen
    ) -> tuple[Any, Chosen, str, str]:
        """Return (list, chosen, whom the next question asks, how many articles there are)."""
        if not self._desk.done(visitor):
            return gr.skip(), chosen, "", text_html(self._desk.status(visitor))
        try:
            entries = self._desk.entries(visitor)
        except (BotError, LibraryError) as error:
            return gr.skip(), chosen, "", text_html(str(error))
        known = {entry.id for entry in entries}
        kept = tuple(each for each in chosen if each in known)
        count = len(entries)
        listed = list_html(matching(entries, search), kept, count)
        told = "1 article" if count == 1 else f"{count} articles"
        return listed, kept, scope(len(kept), count), told

    def pick(
        self, visitor: Visitor, listed: Sequence[str], ticked: Sequence[str], chosen: Chosen
    ) -> tuple[Chosen, str]:
        """Return (chosen, whom it asks) once, of those ``listed``, these are ``ticked``."""
        known = {entry.id for entry in self._desk.entries(visitor)}
        hidden = (each for each in chosen if each not in listed)
        kept = tuple(each for each in dict.fromkeys([*hidden, *ticked]) if each in known)
        return kept, scope(len(kept), len(known))

    def pick_found(
        self, visitor: Visitor, search: str, chosen: Chosen
    ) -> tuple[Any, Chosen, str, str]:
        """Choose every article that the search finds; else as ``listing``."""
        found = matching(self._desk.entries(visitor), search)
        return self.listing(
            visitor, search, tuple(dict.fromkeys([*chosen, *(e.id for e in found)]))
        )

    def pick_none(self, visitor: Visitor, search: str) -> tuple[Any, Chosen, str, str]:
        """Choose no article, which asks all; else as ``listing``."""
        return self.listing(visitor, search, ())

    def add_files(
        self, visitor: Visitor, files: Sequence[str] | None, search: str, chosen: Chosen
    ) -> Iterator[tuple[Any, ...]]:
        """Index uploaded files; yield (lines, new ids, *listing, no files) as each is done."""
        sources = [str(file) for file in files or ()]
        told: list[str] = []
        added: tuple[str, ...] = ()
        for number, source in enumerate(sources, start=1):
            waiting = f"Reading {Path(source).name} ({number} of {len(sources)}) …"
            yield lines([*told, waiting]), (), *[gr.skip()] * 4, gr.skip()
            more, ids = self._add_file(visitor, source)
            told, added = [*told, *more], (*added, *ids)
        yield lines(told), added, *self.listing(visitor, search, chosen), None

    def add_url(
        self, visitor: Visitor, url: str, search: str, chosen: Chosen
    ) -> Iterator[tuple[Any, ...]]:
        """Fetch and index a page; yield (lines, new ids, *listing, emptied box)."""
        if not url.strip():
            yield lines(["Type an address first."]), (), *[gr.skip()] * 4, ""
            return
        address = url.strip() if "://" in url else f"https://{url.strip()}"
        yield lines([f"Fetching {address} …"]), (), *[gr.skip()] * 4, gr.skip()
        told, added = self._add(visitor, address)
        yield lines(told), added, *self.listing(visitor, search, chosen), ""

    def ask_removal(self, chosen: Chosen) -> tuple[Any, str, str]:
        """Return (question visible, its text, lines): removing is confirmed first."""
        if not chosen:
            return gr.Group(visible=False), "", lines(["Tick the articles to remove first."])
        what = "the chosen article" if len(chosen) == 1 else f"the {len(chosen)} chosen articles"
        text = f"Remove {what} from the index? The files themselves stay where they are."
        return gr.Group(visible=True), f"<p>{text_html(text)}</p>", ""

    def remove(self, visitor: Visitor, search: str, chosen: Chosen) -> tuple[Any, ...]:
        """Take the chosen articles out: (question hidden, lines, nothing new, *listing)."""
        try:
            outcomes = self._desk.remove(visitor, chosen)
            told = [_outcome(outcome) for outcome in outcomes]
        except (BotError, LibraryError) as error:
            told = [str(error)]
        return gr.Group(visible=False), lines(told), (), *self.listing(visitor, search, ())

    def _add_file(self, visitor: Visitor, source: str) -> tuple[list[str], tuple[str, ...]]:
        try:
            # Gradio looks at where a path is, not at what: it may be a folder, or gone.
            file = uploaded({"path": source})
        except BotError as error:
            return [str(error)], ()
        return self._add(visitor, str(file))

    def _add(self, visitor: Visitor, source: str) -> tuple[list[str], tuple[str, ...]]:
        """Return a line for each article, and the ids of those that are new."""
        try:
            outcomes = self._desk.add(visitor, [source])
        except (BotError, LibraryError, LoadError) as error:
            return [without_folder(str(error))], ()
        new = (each.article_id for each in outcomes if each.status in ("added", "replaced"))
        return [_outcome(outcome) for outcome in outcomes], tuple(new)


def _outcome(outcome: Outcome) -> str:
    named = by_name(outcome)
    # Of an address, too, the last part says enough in a line.
    name = Path(named.article_id).name
    reason = named.reason.replace(named.article_id, name)
    return f"{outcome.status}: {name}" + (f" ({reason})" if reason else "")
