"""Weighed candidates in, their order and that of their passages out. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.candidates import Candidate
from bot.question import Question
from bot.signals import years_missing
from bot.weights import Weighing
from index.retrieval import Hit

_MOST_LISTED: Final = 4
_LISTED_SHARE: Final = 0.6
"""How sure a further sentence of a list must be, as a share of the first one's confidence."""


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

    The guards: a sentence about something else, or of whose passage and date the question's year
    is not known, comes last and is never sure enough to answer, whatever else speaks for it.
    """
    logits = [weighing.ranking.logit(candidate.signals) for candidate in candidates]
    held = [_is_guarded(weighing, asked, candidate) for candidate in candidates]
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


def _is_guarded(weighing: Weighing, asked: Question, candidate: Candidate) -> bool:
    return weighing.is_off_topic(candidate.signals) or years_missing(asked, candidate.context) > 0.5


def _sure(weighing: Weighing, candidate: Candidate, most: float) -> float:
    return min(most, weighing.confidence.probability(candidate.signals))


def _softmax(logits: Sequence[float]) -> list[float]:
    most = max(logits, default=0.0)
    powers = [math.exp(logit - most) for logit in logits]
    return [power / sum(powers) for power in powers]
