"""Records in, means with 95 % bootstrap intervals out, over all and by kind. Pure, seeded.

Every metric is a ratio of sums over the records, so that a resample needs only the sums. Turns of
one dialogue are resampled together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evaluation.records import Record

SEED: Final = 20_240_527
RESAMPLES: Final = 2_000
LEVEL: Final = 0.95
PERCENTILES: Final = {"p50_ms": 50.0, "p95_ms": 95.0}
LOWER_IS_BETTER: Final = frozenset({"answerable_lost", "aurc", "ece", *PERCENTILES})
_CHUNK: Final = 4_000_000
"""Numbers drawn at once while resampling; a piece is used up before the next is drawn."""

Floats = NDArray[np.float64]
Part = tuple[float, float]
"""What one record adds to a metric's numerator and denominator."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of some records; None where nothing defines one (no refusals, say).

    ``interval`` are the bounds of the 95 % bootstrap interval.
    """

    counts: Mapping[str, int]
    values: Mapping[str, float | None]
    intervals: Mapping[str, tuple[float, float] | None]


def summarise(records: Sequence[Record], seed: int = SEED) -> Summary:
    """Return the figures of ``records``, with their intervals."""
    answerable = sum(record.gold.answerable for record in records)
    values = values_of(records)
    samples = resampled(records, seed)
    return Summary(
        counts={
            "n": len(records),
            "n_answerable": answerable,
            "n_unanswerable": len(records) - answerable,
            "n_failed": sum(bool(record.error) for record in records),
        },
        values=values,
        intervals={
            name: None if value is None else interval(samples[name])
            for name, value in values.items()
        },
    )


def values_of(records: Sequence[Record]) -> dict[str, float | None]:
    """Return each metric's value, None where nothing defines it."""
    values = {name: _ratio(parts_of(records, part)) for name, part in METRICS.items()}
    milliseconds = [1000 * record.seconds for record in records]
    for name, percent in PERCENTILES.items():
        values[name] = float(np.percentile(milliseconds, percent)) if milliseconds else None
    return values


def by_kind(records: Sequence[Record], seed: int = SEED) -> dict[str, Summary]:
    """Return the figures of each kind of question, by the kind's name."""
    kinds = sorted({record.gold.kind for record in records})
    return {
        kind: summarise([record for record in records if record.gold.kind == kind], seed)
        for kind in kinds
    }


def parts_of(records: Sequence[Record], part: Callable[[Record], Part]) -> Floats:
    """Return an array of shape ``(len(records), 2)``: numerators and denominators."""
    return np.array([part(record) for record in records], dtype=np.float64).reshape(-1, 2)


def resampled(records: Sequence[Record], seed: int = SEED) -> dict[str, Floats]:
    """Return each metric's values over the bootstrap's resamples; NaN where it is undefined.

    The same records and seed give the same resamples, whatever the metric.
    """
    units = list(dict.fromkeys(record.unit for record in records))
    place = {unit: number for number, unit in enumerate(units)}
    unit_of = np.array([place[record.unit] for record in records], dtype=np.int64)
    parts = {name: parts_of(records, part) for name, part in METRICS.items()}
    milliseconds = np.array([1000 * record.seconds for record in records])
    pieces: dict[str, list[Floats]] = {name: [] for name in (*METRICS, *PERCENTILES)}
    for counts in draws(len(units), seed):
        weights = counts[:, unit_of]
        for name, part in parts.items():
            sums = weights @ part
            pieces[name].append(_divided(sums[:, 0], sums[:, 1]))
        for name, percent in PERCENTILES.items():
            pieces[name].append(_weighted_percentile(milliseconds, weights, percent))
    return {name: np.concatenate(found) if found else np.empty(0) for name, found in pieces.items()}


def draws(units: int, seed: int = SEED) -> Iterator[Floats]:
    """Yield how often each unit is drawn in each resample: arrays of shape ``(resamples, units)``.

    Together they hold RESAMPLES rows; none where there is no unit.
    """
    if not units:
        return
    generator = np.random.default_rng(seed)
    step = max(1, _CHUNK // units)
    even = np.full(units, 1.0 / units)
    for first in range(0, RESAMPLES, step):
        rows = min(step, RESAMPLES - first)
        yield generator.multinomial(units, even, size=rows).astype(np.float64)


def interval(samples: Floats) -> tuple[float, float] | None:
    """Return the bounds between which the middle 95 % of ``samples`` lie (percentile bootstrap)."""
    known = samples[~np.isnan(samples)]
    if not len(known):
        return None
    tail = 50 * (1 - LEVEL)
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)


def _ratio(parts: Floats) -> float | None:
    top, bottom = parts.sum(axis=0)
    return float(top / bottom) if bottom else None


def _divided(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)


def _weighted_percentile(values: Floats, weights: Floats, percent: float) -> Floats:
    """Return each row's percentile: the least value that so many percent do not exceed."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    wanted = reached[:, -1:] * percent / 100
    chosen = (reached >= np.maximum(wanted, 1e-9)).argmax(axis=1)
    found: Floats = values[order][chosen]
    return found


def _over_all(value: Callable[[Record], float]) -> Callable[[Record], Part]:
    return lambda record: (float(value(record)), 1.0)


def _over_answerable(value: Callable[[Record], float]) -> Callable[[Record], Part]:
    return lambda record: (float(value(record)), 1.0) if record.gold.answerable else (0.0, 0.0)


def _hit_at(k: int) -> Callable[[Record], float]:
    return lambda record: record.rank is not None and record.rank <= k


def _citation_precision(record: Record) -> Part:
    """The share of an answer's citations that are right; an answer without any, or a failure: 0."""
    if record.refused:
        return 0.0, 0.0
    cited = record.reply.citations
    return sum(one.right for one in cited) / max(1, len(cited)), 1.0


def _quote_verbatim(record: Record) -> Part:
    cited = record.reply.citations
    return float(sum(one.verbatim for one in cited)), float(len(cited))


def _refusal_recall(record: Record) -> Part:
    return (0.0, 0.0) if record.gold.answerable else (float(record.refused), 1.0)


def _refusal_precision(record: Record) -> Part:
    return (float(not record.gold.answerable), 1.0) if record.refused else (0.0, 0.0)


def _judged(record: Record) -> Part:
    return (0.0, 0.0) if record.judged is None else (record.judged, 1.0)


METRICS: Final[Mapping[str, Callable[[Record], Part]]] = {
    "hit@1": _over_answerable(_hit_at(1)),
    "hit@5": _over_answerable(_hit_at(5)),
    "mrr": _over_answerable(lambda record: 1 / record.rank if record.rank else 0.0),
    "em": _over_all(lambda record: record.em),
    "f1": _over_all(lambda record: record.f1),
    "answer_in_text": _over_answerable(lambda record: record.answer_in_text),
    "citation_precision": _citation_precision,
    "citation_recall": _over_answerable(lambda record: record.cites_right),
    "quote_verbatim": _quote_verbatim,
    "refusal_recall": _refusal_recall,
    "refusal_precision": _refusal_precision,
    # A failed question gave no answer either: it is lost, too.
    "answerable_lost": _over_answerable(lambda record: not record.reply.answered),
    "judged": _judged,
}
"""What each record adds to each metric, in the order of the table."""
