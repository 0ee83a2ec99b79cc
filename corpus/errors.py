"""What can go wrong when an article is read, each as one clear line.

LoadError
├── NotFound        there is no such file or folder
├── UnknownFormat   no loader for this suffix or content type
├── EmptyText       nothing to read is in it
├── NotText         binary, NUL bytes or an encoding that is not Unicode
├── TooLarge        more bytes than are read
├── Damaged         broken, encrypted, or not what its name says
├── ListOfUrls      it holds addresses of articles, not articles: they must be fetched
├── Several         it holds several articles where one is expected
├── ForbiddenUrl    the address may not be fetched: scheme, or a private network
└── FetchError      the page could not be fetched: unreachable, too slow, an HTTP error
"""

from __future__ import annotations


class LoadError(Exception):
    """The root of this stage's errors; ``str(error)`` is one line for the user."""


class NotFound(LoadError):
    """There is no such file or folder."""


class UnknownFormat(LoadError):
    """No loader for this suffix or content type."""


class EmptyText(LoadError):
    """Nothing to read is in it."""


class NotText(LoadError):
    """Binary, NUL bytes or an encoding that is not Unicode."""


class TooLarge(LoadError):
    """More bytes than are read."""


class Damaged(LoadError):
    """Broken, encrypted, or not what its name says."""


class ListOfUrls(LoadError):
    """It holds addresses of articles, ``urls``, or of further lists if ``nested``."""

    def __init__(self, label: str, urls: tuple[str, ...], nested: bool = False) -> None:
        super().__init__(
            f"{label}: a list of {len(urls):,} addresses; to fetch them: python -m bot add {label}"
        )
        self.urls = urls
        self.nested = nested


class Several(LoadError):
    """It holds several articles where one is expected."""


class ForbiddenUrl(LoadError):
    """The address may not be fetched."""


class FetchError(LoadError):
    """The page could not be fetched."""
