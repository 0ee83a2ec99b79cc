"""Paths, URLs or a text in, one outcome each out: what ``add`` does, through every door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.settings import BotSettings
from corpus.article import Article

if TYPE_CHECKING:
    from index.library import Library, Outcome, Progress

_ID_CHARACTERS: Final = 60
_HASH_DIGITS: Final = 8


def add_sources(
    library: Library,
    sources: Sequence[str],
    settings: BotSettings,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Load and index each of ``sources``; one that cannot be read is refused, the rest go on.

    A folder stands for every article in it, in the order of their names; a feed, a sitemap or a
    list of addresses for the pages it names. New articles beyond ``settings.max_articles`` are
    refused.
    """
    from corpus.fetching import FetchSettings
    from corpus.sources import load_source
    from index.library import Outcome

    fetch = FetchSettings(
        max_bytes=settings.max_upload_bytes,
        timeout_seconds=settings.fetch_timeout_seconds,
        max_redirects=settings.max_redirects,
        allow_private=settings.allow_private_urls,
    )
    found = [each for source in sources for each in load_source(source, fetch, settings.max_pages)]
    refused = [
        Outcome(each.id, "refused", each.reason) for each in found if not isinstance(each, Article)
    ]
    articles = [each for each in found if isinstance(each, Article)]
    return (*_add_articles(library, articles, settings, progress), *refused)


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
    return _add_articles(library, [named], settings, None)[0]


def _add_articles(
    library: Library,
    articles: Sequence[Article],
    settings: BotSettings,
    progress: Progress | None,
) -> tuple[Outcome, ...]:
    from index.library import Outcome

    kept = _within(library, articles, settings.max_articles)
    full = [Outcome(each.id, "refused", _full(settings)) for each in articles if each not in kept]
    return (*library.add_many(kept, progress), *full)


def _within(library: Library, articles: Sequence[Article], most: int) -> list[Article]:
    """Return those of ``articles`` that make no more than ``most`` with what is there; 0: all."""
    known = {entry.id for entry in library.entries()} if most else set()
    kept = []
    for article in articles:
        if not most or article.id in known or len(known) < most:
            known.add(article.id)
            kept.append(article)
    return kept


def _full(settings: BotSettings) -> str:
    return f"there are {settings.max_articles} articles, the most allowed (BOT_MAX_ARTICLES)"
