"""Paths and URLs in, one outcome each out: what ``add`` does, from the command line or the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import BotSettings
from corpus.article import Article
from corpus.errors import LoadError

if TYPE_CHECKING:
    from index.library import Library, Outcome, Progress


def is_url(source: str) -> bool:
    """Tell whether ``source`` is an address to fetch, not a path."""
    return "://" in source


def add_sources(
    library: Library,
    sources: Sequence[str],
    settings: BotSettings,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Load and index each of ``sources``; one that cannot be read is refused, the rest go on.

    A folder stands for every article in it, in the order of their names.
    """
    from index.library import Outcome

    articles: list[Article] = []
    refused: list[Outcome] = []
    for source in sources:
        try:
            loaders = _loaders(source, settings)
        except LoadError as error:
            refused.append(Outcome(source, "refused", str(error)))
            continue
        for label, load in loaders:
            try:
                articles.append(load())
            except LoadError as error:
                refused.append(Outcome(label, "refused", str(error)))
    return (*library.add_many(articles, progress), *refused)


def _loaders(source: str, settings: BotSettings) -> list[tuple[str, Callable[[], Article]]]:
    """Return what ``source`` stands for: a name and a loader for each article."""
    from corpus.fetching import FetchSettings, load_url
    from corpus.loaders import find_files, load_file

    if is_url(source):
        fetch = FetchSettings(
            max_bytes=settings.max_upload_bytes,
            timeout_seconds=settings.fetch_timeout_seconds,
            max_redirects=settings.max_redirects,
            allow_private=settings.allow_private_urls,
        )
        return [(source, partial(load_url, source, fetch))]
    return [
        (str(path), partial(load_file, path, root, settings.max_upload_bytes))
        for path, root in find_files(Path(source))
    ]
