"""A stem in, the stems that mean the same or the opposite out, by a list of news words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.language.words import stem

WORDS: Final = Path(__file__).with_name("synonyms.txt")
_LEAST_PREFIX: Final = 4
"""Letters of a stem that is taken for the beginning of another ("reduc", "reduct")."""


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """For each stem, those of its groups (itself left out), and those of the groups' opposites."""

    same: dict[str, frozenset[str]]
    opposite: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """Return the word groups of ``synonyms.txt``."""
    same: dict[str, set[str]] = {}
    opposite: dict[str, set[str]] = {}
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        sides = [{stem(word) for word in side.split()} for side in line.split("|")]
        for number, side in enumerate(sides):
            others = {word for other in sides[:number] + sides[number + 1 :] for word in other}
            for word in side:
                same.setdefault(word, set()).update(side - {word})
                opposite.setdefault(word, set()).update(others)
    return Thesaurus(
        {word: frozenset(found) for word, found in same.items()},
        {word: frozenset(found) for word, found in opposite.items() if found},
    )


def likeness(wanted: str, found: Collection[str]) -> float:
    """Return how well the stem ``wanted`` is in ``found``: 1 itself, 0.9 in other words, or 0."""
    if wanted in found:
        return 1.0
    if any(_akin(wanted, other) for other in found):
        return 0.95
    return 0.9 if not thesaurus().same.get(wanted, frozenset()).isdisjoint(found) else 0.0


def opposed(said: Collection[str], source: Collection[str]) -> tuple[str, str] | None:
    """Return (a stem of ``said``, its opposite in ``source``) if one stands against the other.

    Only where ``source`` holds nothing that means the same, and ``said`` nothing of the opposite.
    """
    words = thesaurus()
    for word in sorted(said):
        against = words.opposite.get(word, frozenset())
        found = sorted(against & set(source))
        if found and not likeness(word, source) and against.isdisjoint(said):
            return word, found[0]
    return None


def _akin(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _LEAST_PREFIX and longer.startswith(shorter)
