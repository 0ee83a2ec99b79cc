"""A folder in, its vector store's opener and lock out: embedded in the folder, or on a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from index.locking import WriteLock, own_folder, share_folder, usable
from index.store import COLLECTION, ChromaStore, VectorStore

OpenStore = Callable[[bool], VectorStore]
"""Opens the vectors; with True, after throwing away what is there."""
_VECTORS: Final = "vectors"


def lock_index(folder: Path, chroma_url: str | None) -> WriteLock:
    """Return the lock of ``folder``, made if there is none: held alone for an embedded store.

    Locked if another has it; FolderError if it cannot be made or written.
    """
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return share_folder(folder) if chroma_url else own_folder(folder)


def store_opener(folder: Path, chroma_url: str | None, identity: str) -> OpenStore:
    """Return what opens the vectors of the index ``identity``."""
    if chroma_url:
        name = f"{COLLECTION}-{identity}"
        return lambda anew: ChromaStore.server(chroma_url, name, anew)
    return lambda anew: _open_embedded(folder, anew)


def _open_embedded(folder: Path, anew: bool) -> VectorStore:
    """Open the folder that the pointer names; anew: another one, and the pointer is moved.

    Chroma keeps a damaged folder's files open, so that a rebuilt index needs a folder of its own.
    """
    pointer = folder / "vectors.txt"
    current = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else _VECTORS
    if anew:
        number = int(current.partition("-")[2] or 1) + 1
        current = f"{_VECTORS}-{number}"
        scratch = pointer.with_suffix(".new")
        scratch.write_text(current + "\n", encoding="utf-8")
        scratch.replace(pointer)
    for stale in folder.glob(f"{_VECTORS}*"):
        if stale.is_dir() and stale.name != current:
            shutil.rmtree(stale, ignore_errors=True)
    return ChromaStore.embedded(folder / current)
