"""Two texts and a figure of each in, whether both figures count the same out. Pure rules."""

from __future__ import annotations

import re
from typing import Final

from bot.language.quantities import Quantity
from bot.language.synonyms import likeness
from bot.language.words import stem

_WORD: Final = re.compile(r"[^\W\d_]+")
_TIMES: Final = frozenset({"year", "month", "week", "day", "hour", "minut"})
_COUNTED: Final = re.compile(r"(?:-|\s)([a-z]+s|people|(?<=-)[a-z]+)\b")
_AROUND: Final = 3


def role(claim: str, said: Quantity, source: str, quantity: Quantity) -> int:
    """Return how many of the words next to both numbers agree: what they count and how."""
    left, right = _neighbours(claim, said.start, said.end)
    before, behind = _neighbours(source, quantity.start, quantity.end)
    return (
        sum(likeness(word, before) > 0 for word in left)
        + sum(likeness(word, behind) > 0 for word in right)
        + int(bool(left and before and left[-1] == before[-1]))
        + int(bool(right and behind and right[0] == behind[0]))
    )


def stand_alike(one: str, first: Quantity, other: str, second: Quantity) -> bool:
    """Tell whether the words behind two figures may name the same ("12 people", "300 cows": no)."""
    _, behind = _neighbours(one, first.start, first.end)
    _, following = _neighbours(other, second.start, second.end)
    if first.unit or not behind or not following:
        return True
    return likeness(behind[0], following) > 0 or likeness(following[0], behind) > 0


def may_count_the_same(one: str, first: Quantity, other: str, second: Quantity) -> bool:
    """Tell whether two bare figures may count the same: not "seven years" and "seven members"."""
    ours, theirs = _counted(one, first), _counted(other, second)
    timed = {ours, theirs} & _TIMES
    return not timed or None in (ours, theirs) or ours == theirs


def _neighbours(text: str, start: int, end: int) -> tuple[list[str], list[str]]:
    """Return the stems next to ``text[start:end]``, within its clause."""
    left = re.split(r"[,;:()]\s", text[:start])[-1]
    right = re.split(r"[,;:()](?:\s|$)|[.!?](?:\s|$)", text[end:])[0]
    return (
        [stem(word) for word in _WORD.findall(left)[-_AROUND:]],
        [stem(word) for word in _WORD.findall(right)[:_AROUND]],
    )


def _counted(text: str, quantity: Quantity) -> str | None:
    found = _COUNTED.match(text, quantity.end)
    return stem(found.group(1)) if found else None
