"""Text in, stems out: the form in which question and sentence are compared word by word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from bot.language.question import content_words


def stems(words: Iterable[str]) -> frozenset[str]:
    """Return the Snowball (English) stems of ``words``."""
    return frozenset(stem(word) for word in words)


@lru_cache(maxsize=2_000)
def stems_of(text: str) -> frozenset[str]:
    """Return the stems of ``text``'s content words; remembered: a passage's sentences share it."""
    return stems(content_words(text))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the Snowball (English) stem of ``word``, in lower case."""
    stemmed: str = _stemmer().stemWord(word.lower())
    return stemmed


def weighted_overlap(wanted: Mapping[str, float], found: Collection[str]) -> float:
    """Return which share, 0 to 1, of the ``wanted`` stems' weight is among ``found``.

    1.0 when nothing is wanted: then nothing is missing.
    """
    total = sum(wanted.values())
    if total <= 0.0:
        return 1.0
    return sum(weight for word, weight in wanted.items() if word in found) / total


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
