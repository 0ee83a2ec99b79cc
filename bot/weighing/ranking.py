"""Weighed candidates in, their order and that of their passages out. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.language.question import Question, years_in
from bot.language.words import stems_of
from bot.weighing.candidates import Candidate
from bot.weighing.signals import years_missing
from bot.weighing.weights import Weighing
from index.retrieval import Hit

_MOST_LISTED: Final = 4
_LISTED_SHARE: Final = 0.6
"""How sure a further sentence of a list must be, as a share of the first one's confidence."""
_MOST_YEARS_MISSING: Final = 0.5
_ALIKE: Final = 0.5
"""Likeness from which two sentences say the same of two years."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence in its place.

    ``sure``, 0 to 1: how probably it answers the question. ``share``: how probably it is the one
    that does, if one of this question's sentences does, guarded or not; a question's shares sum
    to 1.
    """

    candidate: Candidate
    sure: float
    share: float


def rank(
    weighing: Weighing, asked: Question, candidates: Sequence[Candidate], threshold: float
) -> tuple[Ranked, ...]:
    """Return the candidates, best first by ``weighing.ranking``.

    The guards: a sentence of whose passage and date the question's year is not known, or of another
    year where its article speaks of that year as well, comes last and is never sure enough to
    answer, whatever else speaks for it; nor is any if all together are about something else.
    """
    if not candidates:
        return ()
    logits = [weighing.ranking.logit(candidate.signals) for candidate in candidates]
    off_topic = weighing.is_off_topic([candidate.signals for candidate in candidates])
    elsewhere = _of_another_year(asked, candidates)
    held = [
        off_topic or other or years_missing(asked, candidate.context) > _MOST_YEARS_MISSING
        for other, candidate in zip(elsewhere, candidates, strict=True)
    ]
    shares = _softmax(logits)
    order = sorted(
        range(len(candidates)),
        key=lambda n: (held[n], -logits[n], candidates[n].hit.rank, candidates[n].start),
    )
    return tuple(
        Ranked(
            candidates[n],
            _sure(weighing, candidates[n], threshold / 2 if held[n] else 1.0),
            shares[n],
        )
        for n in order
    )


def reranked(hits: Sequence[Hit], ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
    """Return ``hits`` by how probably they hold the answer: the sum of their sentences' shares."""
    shares = {hit.passage.id: 0.0 for hit in hits}
    for one in ranked:
        shares[one.candidate.hit.passage.id] += one.share
    ordered = sorted(hits, key=lambda hit: (-shares[hit.passage.id], hit.rank))
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1))


def also_listed(ranked: Sequence[Ranked], threshold: float) -> tuple[Ranked, ...]:
    """Return further sentences that a list should hold: about as sure, and another answer."""
    best = ranked[0]
    seen = best.candidate.sentence.lower()
    found: list[Ranked] = []
    for one in ranked[1:]:
        if len(found) + 1 == _MOST_LISTED:
            break
        if one.sure < max(threshold, _LISTED_SHARE * best.sure):
            continue
        if one.candidate.answer.lower() not in seen and one.candidate.span is not None:
            seen += "\n" + one.candidate.sentence.lower()
            found.append(one)
    return tuple(found)


def _of_another_year(asked: Question, candidates: Sequence[Candidate]) -> list[bool]:
    """Tell of each sentence whether it names years, none of them asked, and another the one asked.

    The other must be of the same article, and, in an article of the year asked, much like this one:
    "costs 14 percent, down from 17 in 2022" speaks of its article's own year.
    """
    wanted = set(asked.years)
    named = [years_in(candidate.sentence) for candidate in candidates]
    telling = [c for c, years in zip(candidates, named, strict=True) if years & wanted]

    def is_outdone(candidate: Candidate) -> bool:
        own = (candidate.context.published or "")[:4] in wanted
        article = candidate.hit.passage.article_id
        return any(
            other.hit.passage.article_id == article
            and (not own or _likeness(other.sentence, candidate.sentence) >= _ALIKE)
            for other in telling
        )

    return [
        bool(wanted and years and not years & wanted and is_outdone(candidate))
        for candidate, years in zip(candidates, named, strict=True)
    ]


def _likeness(one: str, other: str) -> float:
    """Return which share of the two sentences' stems, numbers aside, both have (Jaccard)."""
    first, second = ({w for w in stems_of(text) if w.isalpha()} for text in (one, other))
    return len(first & second) / len(first | second) if first | second else 0.0


def _sure(weighing: Weighing, candidate: Candidate, most: float) -> float:
    return min(most, weighing.confidence.probability(candidate.signals))


def _softmax(logits: Sequence[float]) -> list[float]:
    most = max(logits, default=0.0)
    powers = [math.exp(logit - most) for logit in logits]
    return [power / sum(powers) for power in powers]
