"""Records in, curves out: risk against coverage, calibration, hit@k, latency. Pure.

Risk and calibration judge what ``confidence`` promises: that a citation is right. They cover the
questions that were answered; a run with ``BOT_REFUSAL=0`` answers, and so covers, all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from evaluation.records import Record

BINS: Final = 10
"""Bins of equal width, as in Guo et al. 2017, "On Calibration of Modern Neural Networks"."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers of one stretch of confidence: how many, mean confidence, share that is right."""

    count: int
    confidence: float
    right: float


def risk_coverage(records: Sequence[Record]) -> tuple[Point, ...]:
    """Return (coverage, risk) for each confidence at which one might stop answering.

    Coverage is the share of all questions answered with at least that confidence, risk the share
    of these without a right citation (any answer to an unanswerable question). Answers of equal
    confidence come in together (El-Yaniv & Wiener 2010; Geifman & El-Yaniv 2017).
    """
    answered = sorted(_answered(records), key=lambda record: -record.reply.confidence)
    points = []
    count = wrong = 0
    for _, group in groupby(answered, key=lambda record: record.reply.confidence):
        for record in group:
            count += 1
            wrong += not record.cites_right
        points.append((count / len(records), wrong / count))
    return tuple(points)


def area_under_risk(points: Sequence[Point]) -> float | None:
    """Return the mean risk over the coverage reached: 0 is best; None without an answer.

    Each stretch of coverage counts with the risk at its end.
    """
    if not points:
        return None
    starts = [0.0, *(coverage for coverage, _ in points)]
    area = sum(risk * (end - start) for start, (end, risk) in zip(starts, points, strict=False))
    return area / points[-1][0]


def calibration(records: Sequence[Record]) -> tuple[Bin, ...]:
    """Return the bins of confidence that hold an answer, lowest first."""
    bins: list[list[Record]] = [[] for _ in range(BINS)]
    for record in _answered(records):
        bins[min(BINS - 1, int(record.reply.confidence * BINS))].append(record)
    return tuple(
        Bin(
            count=len(held),
            confidence=sum(record.reply.confidence for record in held) / len(held),
            right=sum(record.cites_right for record in held) / len(held),
        )
        for held in bins
        if held
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error, 0 to 1 (0 is best); None without an answer."""
    count = sum(one.count for one in bins)
    if not count:
        return None
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / count


def hits_by_k(records: Sequence[Record]) -> tuple[float, ...]:
    """Return hit@1, hit@2, ... over the answerable questions, as far as passages were retrieved."""
    ranks = [record.rank for record in records if record.gold.answerable]
    deepest = max((len(record.reply.hits) for record in records), default=0)
    if not ranks:
        return ()
    return tuple(
        sum(rank is not None and rank <= k for rank in ranks) / len(ranks)
        for k in range(1, deepest + 1)
    )


def _answered(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if record.reply.answered]
