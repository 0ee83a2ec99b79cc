"""A path or URL in, every article it stands for out: files, folders, pages, feeds, lists of URLs.

A feed's entry that holds only a summary is fetched from its address; where that fails, the summary
is taken. A sitemap or a list of addresses stands for the pages it names, each fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from corpus.article import Article
from corpus.errors import ListOfUrls, LoadError
from corpus.fetching import FetchSettings, fetch_page, load_url, page_article, url_id
from corpus.formats.feeds import Entry, read_feed
from corpus.loaded import Refusal, make_article
from corpus.loaders import find_files, load_articles

MAX_PAGES: Final = 500
"""Pages that one list of addresses or feed may have fetched."""
_XML: Final = frozenset(
    "application/xml text/xml application/rss+xml application/atom+xml application/rdf+xml".split()
)
_MAX_DEPTH: Final = 2
"""A sitemap of sitemaps is followed, one of sitemaps of sitemaps is not."""


@dataclass(slots=True)
class _Budget:
    """Pages that may still be fetched."""

    left: int = field(default=MAX_PAGES)


def is_url(source: str) -> bool:
    """Tell whether ``source`` is an address to fetch, not a path."""
    return "://" in source


def load_source(
    source: str, settings: FetchSettings, max_pages: int = MAX_PAGES
) -> Iterator[Article | Refusal]:
    """Yield the articles that ``source`` stands for, in order; what cannot be read is a Refusal.

    ``settings.max_bytes`` bounds files too. Past ``max_pages`` fetched pages a Refusal says so.
    """
    budget = _Budget(max_pages)
    if is_url(source):
        yield from _from_url(source, settings, budget, depth=0)
        return
    try:
        files = find_files(Path(source))
    except LoadError as error:
        yield Refusal(source, str(error))
        return
    for path, root in files:
        try:
            yield from load_articles(path, root, settings.max_bytes)
        except ListOfUrls as found:
            yield from _from_list(str(path), found, settings, budget, depth=0)
        except LoadError as error:
            yield Refusal(str(path), str(error), str(path))


def _from_url(
    url: str, settings: FetchSettings, budget: _Budget, depth: int
) -> Iterator[Article | Refusal]:
    budget.left -= 1
    try:
        page = fetch_page(url, settings)
        if page.content_type in _XML:
            yield from _from_feed(read_feed(page.content, url), url, settings, budget)
        else:
            yield page_article(url, page)
    except ListOfUrls as found:
        yield from _from_list(url, found, settings, budget, depth)
    except LoadError as error:
        yield Refusal(url, str(error))


def _from_list(
    label: str, found: ListOfUrls, settings: FetchSettings, budget: _Budget, depth: int
) -> Iterator[Article | Refusal]:
    if depth >= _MAX_DEPTH:
        yield Refusal(label, f"{label}: lists of lists are followed {_MAX_DEPTH} deep, no further")
        return
    for number, url in enumerate(found.urls):
        if budget.left <= 0:
            rest = len(found.urls) - number
            yield Refusal(label, f"{label}: {rest:,} addresses left out (BOT_MAX_PAGES)")
            return
        yield from _from_url(url, settings, budget, depth + 1)


def _from_feed(
    entries: Sequence[Entry], label: str, settings: FetchSettings, budget: _Budget
) -> Iterator[Article | Refusal]:
    for entry in entries:
        url = entry.loaded.url
        if not entry.whole and url and budget.left > 0:
            budget.left -= 1
            try:
                yield load_url(url, settings)
                continue
            except LoadError as error:
                if not entry.loaded.text.strip():
                    yield Refusal(url, str(error))
                    continue
        address = url or f"{label}#{entry.loaded.key}"
        try:
            yield make_article(entry.loaded, article_id=url_id(address), label=address, url=address)
        except LoadError as error:
            yield Refusal(address, str(error))
