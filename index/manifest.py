"""How an index was built, stored with it and compared with how this program would build it."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from typing import Final

from corpus.splitting import SplitSettings
from index.catalogue import Catalogue
from index.embedding import Embedder
from index.errors import WrongEmbedder, WrongSettings

FORMAT: Final = "2"
"""The version of the index's layout; another one is rebuilt by ``python -m bot rebuild``."""
_REBUILDING: Final = "unfinished"
_WAY_OUT: Final = "Rebuild it (articles are kept): python -m bot rebuild"


def identity(catalogue: Catalogue) -> str:
    """Return the index's own 16 hex digits, drawn once: they name its collection on a server."""
    if "id" not in catalogue.manifest():
        catalogue.set_manifest({"id": secrets.token_hex(8)})
    return catalogue.manifest()["id"]


def remember(catalogue: Catalogue, embedder: Embedder, split: SplitSettings) -> None:
    """Store how the index is built, unless it is stored."""
    if catalogue.manifest().get("format") != FORMAT:
        catalogue.set_manifest(
            {
                "format": FORMAT,
                "embedder": embedder.name,
                "dimension": str(embedder.dimension),
                "split": _split_key(split),
            }
        )


def begin_rebuilding(catalogue: Catalogue) -> None:
    """Store that passages and vectors are not to be used until ``remember`` says otherwise."""
    catalogue.set_manifest({"format": _REBUILDING})


def check_settings(catalogue: Catalogue, split: SplitSettings) -> None:
    """Raise WrongSettings if the index was built by another version or with another split."""
    stored = catalogue.manifest()
    if "format" not in stored:
        return
    if stored["format"] == _REBUILDING:
        raise WrongSettings(f"rebuilding the index was interrupted. {_WAY_OUT}")
    for key, mine in (("format", FORMAT), ("split", _split_key(split))):
        if stored[key] != mine:
            raise WrongSettings(
                f"the index was built with {key} {stored[key]}; this program would use {mine}. "
                f"{_WAY_OUT}"
            )


def check_embedder(catalogue: Catalogue, embedder: Embedder) -> None:
    """Raise WrongEmbedder if the index was built with another embedder."""
    stored = catalogue.manifest()
    if "embedder" in stored and stored["embedder"] != embedder.name:
        raise WrongEmbedder(
            f"the index was built with the embedder {stored['embedder']}; this is {embedder.name} "
            f"(BOT_EMBEDDER). Set it back, or rebuild the index. {_WAY_OUT}"
        )


def _split_key(settings: SplitSettings) -> str:
    return json.dumps(asdict(settings), sort_keys=True)
