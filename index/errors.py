"""What can go wrong with an index, each as one clear line.

LibraryError
├── Locked          another process owns the index; names it and the ways out
├── WrongEmbedder   the index was built with another embedder; names both
├── WrongSettings   the index was built with other settings or by another version
├── WeightsMismatch the embedder's weights are not the official ones
└── StoreError      Chroma (embedded or server) cannot be used
"""

from __future__ import annotations


class LibraryError(Exception):
    """The root of this stage's errors; ``str(error)`` is one line for the user."""


class Locked(LibraryError):
    """Another process owns the index."""


class WrongEmbedder(LibraryError):
    """The index was built with another embedder."""


class WrongSettings(LibraryError):
    """The index was built with other settings or by another version."""


class WeightsMismatch(LibraryError):
    """The embedder's weights are not what they should be."""


class StoreError(LibraryError):
    """Chroma cannot be used."""
