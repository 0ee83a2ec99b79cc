"""A text with citation markers in, their numbers and the text without them out. Pure.

Models write markers in many ways: ``[1]``, ``[1, 3]``, ``[1-3]``, ``[^1]``, ``【1】``,
``[Passage 1]``, ``(source 2)``, ``[1](http://...)``. All are read; only ``[n]`` is written.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

MOST_IN_A_RANGE: Final = 20
"""Numbers that ``[1-99]`` stands for at most: a longer range is no citation."""

_KIND: Final = r"(?:passages?|sources?|articles?|documents?|docs?|refs?)"
_LIST: Final = rf"\d{{1,6}}(?:\s*(?:[,;&–-]|and)\s*(?:{_KIND}\s*)?\d{{1,6}})*"
_MARKER: Final = re.compile(
    rf"[ \u00a0]?(?:[\[【]\^?(?:{_KIND}\s*[#:]?\s*)?(?P<square>{_LIST})"
    rf"(?:†[^\]】\n]{{0,40}})?[\]】](?:\([^)\s]{{0,200}}\))?|\({_KIND}\s*[#:]?\s*(?P<round>{_LIST})\))",
    re.IGNORECASE,
)


def cited_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers that ``text`` cites, in order of first appearance.

    >>> cited_numbers("It grew [2]. It shrank [1, 2].")
    (2, 1)
    """
    found = (number for match in _MARKER.finditer(text) for number in _numbers(match))
    return tuple(dict.fromkeys(found))


def keep_known(text: str, known: Collection[int]) -> tuple[str, int]:
    """Return ``text`` with only the markers whose number is ``known``, and how many were dropped.

    A marker of several numbers becomes one for each.

    >>> keep_known("It grew [1, 7]. It shrank [9].", {1})
    ('It grew [1]. It shrank.', 2)
    """
    dropped = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal dropped
        numbers = _numbers(match)
        kept = [number for number in numbers if number in known]
        dropped += len(numbers) - len(kept)
        space = match.group()[0] if match.group()[0] in " \u00a0" else ""
        return space + "".join(f"[{number}]" for number in kept) if kept else ""

    return _MARKER.sub(mend, text), dropped


def without_markers(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return ``text`` without markers, and where they stood: (offset in the result, number).

    >>> without_markers("It grew [1]. It shrank.[2]")
    ('It grew. It shrank.', ((7, 1), (19, 2)))
    """
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    position = length = 0
    for match in _MARKER.finditer(text):
        pieces.append(text[position : match.start()])
        length += match.start() - position
        places += [(length, number) for number in _numbers(match)]
        position = match.end()
    return "".join([*pieces, text[position:]]), tuple(places)


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    """Return the numbers of one marker; ``1-3`` is 1, 2, 3."""
    found: list[int] = []
    listed = match["square"] or match["round"]
    for part in re.split(r"\s*(?:[,;&]|and)\s*", listed, flags=re.IGNORECASE):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        first, last = ends[0], ends[-1]
        short = len(ends) == 2 and first < last < first + MOST_IN_A_RANGE
        found += range(first, last + 1) if short else ends
    return tuple(found)
