"""What can go wrong when an article is read, each as one clear line.

LoadError
├── NotFound        there is no such file or folder
├── UnknownFormat   no loader for this suffix or content type
├── EmptyText       nothing to read is in it
├── NotText         binary, NUL bytes or an encoding that is not Unicode
├── TooLarge        more bytes than are read
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


class ForbiddenUrl(LoadError):
    """The address may not be fetched."""


class FetchError(LoadError):
    """The page could not be fetched."""
