"""Paths, URLs or a text in, one outcome each out: what ``add`` does, through every door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.settings import BotSettings
from corpus.article import Article

if TYPE_CHECKING:
    from corpus.loaded import Refusal
    from index.library import Library, Outcome, Progress

_ID_CHARACTERS: Final = 60
_HASH_DIGITS: Final = 8
_BATCH: Final = 32
"""Articles that are loaded before they are stored: what was fetched is kept if the rest is not."""


def add_sources(
    library: Library,
    sources: Sequence[str],
    settings: BotSettings,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Load and index each of ``sources``; one that cannot be read is refused, the rest go on.

    A folder stands for every article in it, in the order of their names; a feed, a sitemap or a
    list of addresses for the pages it names. New articles beyond ``settings.max_articles`` are
    refused. What cannot be read comes last. ``progress`` counts what is loaded so far.
    """
    from corpus.fetching import FetchSettings
    from corpus.sources import load_source

    fetch = FetchSettings(
        max_bytes=settings.max_upload_bytes,
        timeout_seconds=settings.fetch_timeout_seconds,
        max_redirects=settings.max_redirects,
        allow_private=settings.allow_private_urls,
    )
    found = (each for source in sources for each in load_source(source, fetch, settings.max_pages))
    return _add_in_batches(library, found, settings.max_articles, progress)


def add_text(library: Library, title: str, text: str, settings: BotSettings) -> Outcome:
    """Index a text that was handed over, under an id made of its title and its content.

    LoadError if there is no text, or more bytes of it than ``settings.max_upload_bytes``.
    """
    from corpus.errors import TooLarge
    from corpus.loaded import Loaded, make_article

    size = len(text.encode("utf-8", "surrogatepass"))
    if size > settings.max_upload_bytes:
        raise TooLarge(
            f"the text has {size:,} bytes; at most {settings.max_upload_bytes:,} are read "
            "(BOT_MAX_UPLOAD_BYTES)"
        )
    label = " ".join(title.split()) or "the text"
    made = make_article(Loaded(text, title=title.strip() or None), article_id="-", label=label)
    words = re.sub(r"[^\w]+", "-", made.title.lower()).strip("-")[:_ID_CHARACTERS].strip("-")
    # Another text of the same title is another article: nobody replaces somebody else's by title.
    named = replace(made, id=f"{words or 'text'}-{made.sha256[:_HASH_DIGITS]}")
    return library.add_many([named], most=settings.max_articles)[0]


def _add_in_batches(
    library: Library, found: Iterable[Article | Refusal], most: int, progress: Progress | None
) -> tuple[Outcome, ...]:
    """Store what is ``found`` while the rest is loaded; return what add_sources does."""
    from index.library import Outcome

    outcomes: list[Outcome] = []
    refused: list[Outcome] = []
    left = iter(found)
    # One batch ahead, so that progress comes to its end once.
    batch, following = list(islice(left, _BATCH)), list(islice(left, _BATCH))
    while batch:
        articles = [each for each in batch if isinstance(each, Article)]
        refused += [
            Outcome(each.id, "refused", each.reason)
            for each in batch
            if not isinstance(each, Article)
        ]
        shown = progress and partial(_show, progress, len(outcomes), len(following))
        outcomes += library.add_many(articles, shown, most)
        batch, following = following, list(islice(left, _BATCH))
    return (*outcomes, *refused)


def _show(progress: Progress, before: int, after: int, done: int, total: int, what: str) -> None:
    """Tell the progress of a batch as that of all that is loaded, ``before`` and ``after`` it."""
    progress(before + done, before + total + after, what)
