"""Question and article in, whether the dates of both agree out. Rules, for English; pure.

An article of May 2023 that says "last year" speaks of 2022: a year need not be written to be
known.
"""

from __future__ import annotations

import re
from typing import Final

from bot.language.moments import moments_in, published_moment
from bot.language.question import years_in

_LAST_YEAR: Final = re.compile(
    r"\b(last year|(a|one) year (ago|earlier|before)|(the )?(previous|preceding) year"
    r"|year[- ]on[- ]year|last (january|february|march|april|may|june|july|august|september"
    r"|october|november|december|spring|summer|autumn|fall|winter))\b",
    re.IGNORECASE,
)
_NEXT_YEAR: Final = re.compile(r"\b(next year|(the )?(coming|following) year)\b", re.IGNORECASE)


def years_known(text: str, published: str | None) -> frozenset[str]:
    """Return the years that ``text``, out of an article of ``published``, names or speaks of.

    >>> sorted(years_known("Exports fell from last year.", "2023-05-09"))
    ['2022', '2023']
    """
    known = set(years_in(text))
    day = published_moment(published)
    if day and day.year:
        known.add(str(day.year))
        if _LAST_YEAR.search(text):
            known.add(str(day.year - 1))
        if _NEXT_YEAR.search(text):
            known.add(str(day.year + 1))
    return frozenset(known)


def months_in(text: str) -> frozenset[int]:
    """Return the months, 1 to 12, that ``text`` names, however carelessly typed.

    >>> sorted(months_in("between 9 may and sept 2023"))
    [5, 9]
    """
    moments = (*moments_in(text), *moments_in(text.title()))
    return frozenset(moment.month for moment in moments if moment.month)


def months_known(text: str, published: str | None) -> frozenset[int]:
    """Return the months that ``text``, out of an article of ``published``, names or is of."""
    day = published_moment(published)
    return months_in(text) | (frozenset({day.month}) if day and day.month else frozenset())


def date_agreement(question: str, published: str | None) -> float:
    """Return how the question's year and months agree with the article's day: -1 to 1.

    1: all that it names are the article's; -1: it names a year, and another one; 0: it names none,
    or the article has no date; half for a year that agrees while the month does not, and minus half
    for a month alone that does not.
    """
    day = published_moment(published)
    years, months = years_in(question), months_in(question)
    if day is None or not (years or months):
        return 0.0
    if years and str(day.year) not in years:
        return -1.0
    if months and day.month not in months:
        return 0.5 if years else -0.5
    return 1.0
