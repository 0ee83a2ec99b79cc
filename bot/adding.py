"""Paths and URLs in, one outcome each out: what ``add`` does, from the command line or the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.settings import BotSettings
from corpus.article import Article

if TYPE_CHECKING:
    from index.library import Library, Outcome, Progress


def add_sources(
    library: Library,
    sources: Sequence[str],
    settings: BotSettings,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Load and index each of ``sources``; one that cannot be read is refused, the rest go on.

    A folder stands for every article in it, in the order of their names; a feed, a sitemap or a
    list of addresses for the pages it names.
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
    articles = [each for each in found if isinstance(each, Article)]
    refused = [
        Outcome(each.id, "refused", each.reason) for each in found if not isinstance(each, Article)
    ]
    return (*library.add_many(articles, progress), *refused)
