"""A question in, the years and dates it names out, and how well an article's date or text fits.

A soft preference: what a question says of time moves passages up, and never leaves one out. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)
_NAME: Final = "|".join(_MONTHS)
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?P<year>" + _YEAR + r")-(?P<number>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?\b",
        rf"\b(?P<month>{_NAME})\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:,?\s+(?P<year>{_YEAR}))?\b",
        rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_NAME})"
        rf"(?:,?\s+(?P<year>{_YEAR}))?\b",
        rf"\b(?P<month>{_NAME}),?\s+(?:of\s+)?(?P<year>{_YEAR})\b",
        # A month alone needs a word before it: "may" and "march" are verbs too.
        rf"\b(?:in|since|until|by|of|for|from|during|before|after|last|this)\s+(?P<month>{_NAME})\b",
        rf"\b(?P<year>{_YEAR})\b",
    )
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, month or year that a question names; what it does not say is ``None``."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def moments_in(question: str) -> tuple[Moment, ...]:
    """Return what ``question`` says of time, in order, each place in it read once.

    >>> moments_in("the rate decided on 9 May 2023, and in 2021")
    (Moment(year=2023, month=5, day=9), Moment(year=2021, month=None, day=None))
    """
    # With one case of letters, for questions typed in lower case: "in may 2023".
    text = re.sub(r"[a-z]+", lambda word: word.group().capitalize(), question.lower())
    text = re.sub(
        r"\b(In|Since|Until|By|Of|For|From|During|Before|After|Last|This)\b", _lower, text
    )
    found: list[tuple[int, Moment]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            found.append((match.start(), _moment(match)))
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return tuple(dict.fromkeys(moment for _, moment in sorted(found, key=lambda pair: pair[0])))


def fit(moments: Sequence[Moment], published: str | None, text: str) -> float:
    """Return 0 to 1: the share of ``moments`` that the article's date or the passage's text fits.

    ``published`` is an ISO 8601 date. A moment of which only the year fits counts half.
    """
    if not moments:
        return 0.0
    return sum(_fit(moment, published, text) for moment in moments) / len(moments)


def _fit(moment: Moment, published: str | None, text: str) -> float:
    year, month, day = _parts(published)
    year_fits = moment.year is not None and (moment.year == year or _holds(text, moment.year))
    if moment.month is None:
        return float(year_fits)
    by_date = moment.month == month and moment.day in (None, day)
    name = _MONTHS[moment.month - 1]
    day_fits = moment.day is None or _holds(text, moment.day)
    month_fits = by_date or (name in text and day_fits)
    if moment.year is None:
        return float(month_fits)
    return 0.5 * year_fits + 0.5 * (year_fits and month_fits)


def _holds(text: str, number: int) -> bool:
    return re.search(rf"\b{number}\b", text) is not None


def _parts(published: str | None) -> tuple[int | None, int | None, int | None]:
    match = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", published or "")
    if match is None:
        return None, None, None
    year, month, day = (int(part) if part else None for part in match.groups())
    return year, month, day


def _moment(match: re.Match[str]) -> Moment:
    parts = match.groupdict()
    month = parts.get("month")
    number = _MONTHS.index(month) + 1 if month else int(parts.get("number") or 0)
    year, day = parts.get("year"), parts.get("day")
    return Moment(int(year) if year else None, number or None, int(day) if day else None)


def _lower(match: re.Match[str]) -> str:
    return match.group().lower()
