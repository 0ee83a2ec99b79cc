"""Pieces of an answer in, the same pieces out, each made when it is this answer's turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from typing import Any, Final, TypeVar

Piece = TypeVar("Piece")

_END: Final = object()


def in_turns(pieces: Iterator[Piece], turn: AbstractContextManager[Any]) -> Iterator[Piece]:
    """Yield ``pieces``, holding ``turn`` only while the next one is made.

    So nobody waits for a visitor who reads slowly. ``pieces`` are closed with this iterator.
    """
    with closing(pieces):  # type: ignore[type-var]
        while True:
            with turn:
                piece = next(pieces, _END)
            if piece is _END:
                return
            yield piece  # type: ignore[misc]
