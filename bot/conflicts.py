"""Ranked candidates in, those that give another figure than the best out. Pure.

Two articles may differ: a corrected toll, a later count. Then both are shown, the newer first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.candidates import Candidate
from bot.dating import date_agreement
from bot.quantities import quantities_in, same_value
from bot.question import Question

FIGURE_KINDS: Final = frozenset({"money", "percent", "number"})
_LEAST_SHARE: Final = 0.6
"""How sure a rival must be, as a share of the best candidate's confidence."""


def rivals(
    asked: Question, ranked: Sequence[tuple[float, Candidate]], threshold: float
) -> tuple[tuple[float, Candidate], ...]:
    """Return, of ``ranked`` (confidence, candidate), those of other articles that disagree.

    At most one of each article. Its dates must agree with the question as well as the best one's
    do: the figure of another year is no rival.
    """
    if asked.kind not in FIGURE_KINDS or not ranked:
        return ()
    sure, best = ranked[0]
    found: dict[str, tuple[float, Candidate]] = {}
    for confidence, candidate in ranked[1:]:
        article = candidate.hit.passage.article_id
        if (
            confidence >= max(threshold, _LEAST_SHARE * sure)
            and article != best.hit.passage.article_id
            and article not in found
            and _agreement(asked, candidate) >= _agreement(asked, best)
            and disagree(best.answer, candidate.answer)
        ):
            found[article] = (confidence, candidate)
    return tuple(found.values())


def disagree(one: str, other: str) -> bool:
    """Tell whether two answers give different figures of the same unit.

    >>> disagree("12 people", "15 people"), disagree("USD 3 million", "$3,000,000")
    (True, False)
    """
    first, second = quantities_in(one), quantities_in(other)
    pairs = [(a, b) for a in first for b in second if a.unit == b.unit]
    return bool(pairs) and not any(same_value(a, b) for a, b in pairs)


def newest_first(
    candidates: Sequence[tuple[float, Candidate]],
) -> tuple[tuple[float, Candidate], ...]:
    """Return ``candidates`` by their article's date, newest first; without a date: last."""
    return tuple(sorted(candidates, key=lambda pair: pair[1].context.published or "", reverse=True))


def _agreement(asked: Question, candidate: Candidate) -> float:
    return date_agreement(asked.text, candidate.context.published)
