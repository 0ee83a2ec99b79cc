"""A text in, its dates out: day, month, year and weekday as far as they are given. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from corpus.sentences import Span

MONTHS: Final = (
    "january february march april may june july august september october november december".split()
)
WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH: Final = (
    rf"(?P<month>(?:{'|'.join(m.capitalize() for m in MONTHS)})\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_YEAR: Final = r"(?P<year>(?:1[5-9]|20)\d\d)"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
        r"\b(?P<year>(?:1[5-9]|20)\d\d)-(?P<monthno>\d\d)-(?P<day>\d\d)\b",
        rf"(?<![\w.,$€£¥-]){_YEAR}s?\b(?![.,]\d|\s*(?:percent|%|people|km|metres|meters))",
        rf"\b(?P<weekday>{'|'.join(d.capitalize() for d in WEEKDAYS)})s?\b",
        # "May" alone is a month only where a month can stand: "may" opens sentences too.
        rf"(?:(?<=[Ii]n )|(?<=[Ss]ince )|(?<=[Uu]ntil )|(?<=[Bb]y )|(?<=of )|(?<=[Ll]ast )"
        rf"|(?<=[Nn]ext )|(?<=early )|(?<=late )|(?<=[Ff]rom )|(?<=to )|(?<=and )){_MONTH}",
    )
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as far as it is given; ``weekday`` counts from 1, Monday."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    written: str = ""

    @property
    def parts(self) -> dict[str, int]:
        """The parts that are given, by name."""
        named = {
            "year": self.year,
            "month": self.month,
            "day": self.day,
            "weekday": self.weekday,
        }
        return {name: value for name, value in named.items() if value is not None}


@lru_cache(maxsize=4_096)
def moment_spans(text: str) -> tuple[tuple[Span, Moment], ...]:
    """Return the dates of ``text`` with their places, in order; none overlaps another."""
    found: list[tuple[Span, Moment]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < last and first < end for (first, last), _ in found):
                found.append(((start, end), _moment(match)))
    return tuple(sorted(found, key=lambda pair: pair[0]))


def moments_in(text: str) -> tuple[Moment, ...]:
    """Return the dates of ``text``, in order.

    >>> [(m.day, m.month, m.year) for m in moments_in("on 9 May 2022")]
    [(9, 5, 2022)]
    """
    return tuple(moment for _, moment in moment_spans(text))


def published_moment(published: str | None) -> Moment | None:
    """Return the moment of an ISO 8601 date or date-time, None if there is none."""
    day = published_day(published)
    if day is None:
        return None
    return Moment(day.year, day.month, day.day, day.isoweekday(), day.isoformat())


def published_day(published: str | None) -> date | None:
    """Return the day of an ISO 8601 date or date-time, None if there is none."""
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def agrees(said: Moment, source: Moment, around: Collection[Moment]) -> bool:
    """Tell whether ``said`` may stand for ``source``.

    A part that ``source`` leaves out ("27 April") may come from a moment ``around`` it (the
    article's date); a part that both give must be equal, and one must be given by ``source``.
    """
    given = source.parts
    shared = [name for name in said.parts if name in given]
    if not shared or any(said.parts[name] != given[name] for name in shared):
        return False
    return all(
        name in given or any(other.parts.get(name) == value for other in around)
        for name, value in said.parts.items()
    )


def within(said: Moment, others: Iterable[Moment]) -> bool:
    """Tell whether one of ``others`` gives every part of ``said``."""
    return any(
        all(other.parts.get(name) == value for name, value in said.parts.items())
        for other in others
    )


def _moment(match: re.Match[str]) -> Moment:
    found = match.groupdict()
    month = _MONTHS_BY_START.get((found.get("month") or "")[:3].lower())
    if found.get("monthno"):
        month = int(found["monthno"])
    weekday = (found.get("weekday") or "").lower()
    return Moment(
        year=int(found["year"]) if found.get("year") else None,
        month=month,
        day=int(found["day"]) if found.get("day") else None,
        weekday=WEEKDAYS.index(weekday) + 1 if weekday else None,
        written=match.group(),
    )


_MONTHS_BY_START: Final = {name[:3]: number for number, name in enumerate(MONTHS, start=1)}
