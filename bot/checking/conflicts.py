"""Sentences that give a figure in, those of other articles that give another out. Pure.

Two articles may differ: a corrected toll, a later count. Then both are shown, the newer first,
whoever writes the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.answer import Citation
from bot.language.dating import date_agreement, months_in
from bot.language.quantities import Quantity, precision, quantities_in, same_value
from bot.language.question import years_in
from corpus.article import Passage

_LEAST_SHARE: Final = 0.6
"""How sure a rival must be, as a share of what the best statement is."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that gives a figure: ``article.text[start:end] == sentence``.

    ``figure`` is the part of it that answers, ``published`` its article's date; ``sure``, 0 to 1,
    says how likely it is about what was asked.
    """

    passage: Passage
    start: int
    end: int
    sentence: str
    figure: str
    published: str | None
    sure: float


def rivals(
    searched: str, best: Statement, others: Sequence[Statement], threshold: float
) -> tuple[Statement, ...]:
    """Return, of ``others``, best first, those of other articles that disagree with ``best``.

    At most one of each article. Its dates must agree with the question as well as the best one's
    do, and not name another time: the figure of another year is no rival.
    """
    least = max(threshold, _LEAST_SHARE * best.sure)
    agreement = date_agreement(searched, best.published)
    found: dict[str, Statement] = {}
    for other in others:
        article = other.passage.article_id
        if (
            other.sure >= least
            and article != best.passage.article_id
            and article not in found
            and date_agreement(searched, other.published) >= agreement
            and not _of_other_times(best.sentence, other.sentence)
            and disagree(best.figure, other.figure)
        ):
            found[article] = other
    return tuple(found.values())


def disagree(one: str, other: str) -> bool:
    """Tell whether two answers give different figures of the same unit.

    A rounded figure does not disagree with the exact one.

    >>> disagree("12 people", "15 people"), disagree("USD 256 million", "$255,700,000")
    (True, False)
    """
    first, second = quantities_in(one), quantities_in(other)
    pairs = [(a, b) for a in first for b in second if a.unit == b.unit]
    return bool(pairs) and not any(_agree(a, b) for a, b in pairs)


def newest_first(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return ``statements`` by their article's date, newest first; without a date: last."""
    return tuple(sorted(statements, key=lambda one: one.published or "", reverse=True))


def cite_dated(
    statements: Sequence[Statement], citations: Sequence[Citation] = ()
) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """Return a line for each statement, its date first, and ``citations`` with theirs added."""
    cited = {(c.passage.article_id, c.start, c.end): c for c in citations}
    lines = []
    for one in statements:
        key = (one.passage.article_id, one.start, one.end)
        number = max((citation.number for citation in cited.values()), default=0) + 1
        made = Citation(number, one.passage, one.start, one.end, one.sentence)
        found = cited.setdefault(key, made)
        lines.append(f"{one.published or 'Undated'}: {one.sentence} [{found.number}]")
    return tuple(lines), tuple(cited.values())


def _agree(one: Quantity, other: Quantity) -> bool:
    rounding = max(precision(one), precision(other)) / 2
    close = abs(one.value - other.value) <= rounding * (1 + 1e-9)
    return close or same_value(one, other) or same_value(other, one)


def _of_other_times(one: str, other: str) -> bool:
    """Tell whether both name years, or both months, and none in common."""
    return any(
        bool(mine) and bool(theirs) and mine.isdisjoint(theirs)
        for mine, theirs in (
            (years_in(one), years_in(other)),
            (months_in(one), months_in(other)),
        )
    )
