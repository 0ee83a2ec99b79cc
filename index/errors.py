"""What can go wrong with an index, each as one clear line.

LibraryError
├── Locked          another process owns the index; names it and the ways out
├── WrongEmbedder   the index was built with another embedder; names both
├── WrongSettings   the index was built with other settings or by another version
├── WeightsMismatch the embedder's weights are not the official ones
├── FolderError     the index's folder or a lock in it cannot be made or written
├── CatalogueError  the catalogue is damaged, cannot be opened, or its disk is full
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


class FolderError(LibraryError):
    """The index's folder cannot be used."""


class CatalogueError(LibraryError):
    """The catalogue cannot be used; what it holds stays as it is."""


class StoreError(LibraryError):
    """Chroma cannot be used."""
