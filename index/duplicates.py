"""Passages in, those that say nothing new told apart. Pure.

Wire stories repeat each other with another figure, name or "not": only a passage whose every
telling word the other has too is a near-duplicate, however much else they share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

SHARED: Final = 0.8
"""Least Jaccard similarity of two near-duplicates' shingles (Broder 1997)."""
_SHINGLE: Final = 3
"""Words in a shingle."""
_WORD: Final = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")
_NEGATIONS: Final = frozenset("no not never nor none without neither cannot".split())


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared of a text: runs of three words, and the words that carry its facts."""

    shingles: frozenset[tuple[str, ...]]
    telling: frozenset[str]


def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of ``text``: telling are figures, capitalised words, negations."""
    words = _WORD.findall(text)
    folded = [word.casefold() for word in words]
    last = max(1, len(folded) - _SHINGLE + 1)
    return Fingerprint(
        frozenset(tuple(folded[first : first + _SHINGLE]) for first in range(last)),
        frozenset(
            word
            for word in words
            if any(c.isdigit() for c in word) or word[0].isupper() or word.casefold() in _NEGATIONS
        ),
    )


def says_nothing_new(later: Fingerprint, kept: Fingerprint) -> bool:
    """Tell whether ``later`` nearly repeats ``kept`` and has no telling word of its own."""
    if not later.telling <= kept.telling:
        return False
    shared = len(later.shingles & kept.shingles)
    return shared >= SHARED * (len(later.shingles) + len(kept.shingles) - shared)
