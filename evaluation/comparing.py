"""Two runs' records in, what changed and whether it is significant out. Pure, seeded.

Only questions in both runs are compared, and resampled in pairs (Efron & Tibshirani 1993, ch. 16;
Koehn 2004): the same draw for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from evaluation.aggregating import (
    LOWER_IS_BETTER,
    PERCENTILES,
    SEED,
    Floats,
    interval,
    resampled,
    values_of,
)
from evaluation.errors import RunError
from evaluation.records import Record

SIGNIFICANT: Final = 0.05
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in both runs: the latter less the former, its 95 % interval and two-sided p."""

    name: str
    former: float
    latter: float
    interval: tuple[float, float]
    p: float

    @property
    def difference(self) -> float:
        """How much the latter is higher."""
        return self.latter - self.former

    @property
    def told(self) -> str:
        """``better``, ``worse``, or ``not significant``."""
        if self.p >= SIGNIFICANT or not self.difference:
            return "not significant"
        return "worse" if (self.difference > 0) == (self.name in LOWER_IS_BETTER) else "better"


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose verdict or short answer differs between the runs."""

    former: Record
    latter: Record

    @property
    def told(self) -> str:
        """``fixed``, ``broken``, or ``other`` where neither or both are right."""
        was, now = self.former.verdict == "right", self.latter.verdict == "right"
        return "other" if was == now else "fixed" if now else "broken"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``shared`` questions compared; so many are in one run only."""

    shared: int
    only_former: int
    only_latter: int
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]


def compare(former: Sequence[Record], latter: Sequence[Record], seed: int = SEED) -> Comparison:
    """Return the comparison; RunError if the runs share no question.

    A question is the same if its id, its words and its accepted answers are.
    """
    other = {_key(record): record for record in latter}
    pairs = [(record, other[_key(record)]) for record in former if _key(record) in other]
    if not pairs:
        raise RunError("these runs have no question in common: compare runs of one set")
    return Comparison(
        shared=len(pairs),
        only_former=len(former) - len(pairs),
        only_latter=len(latter) - len(pairs),
        differences=_differences([a for a, _ in pairs], [b for _, b in pairs], seed),
        changes=tuple(Change(a, b) for a, b in pairs if _changed(a, b)),
    )


def comparison_as_json(found: Comparison) -> dict[str, Any]:
    """Return the comparison as ``--compare --json`` prints it."""
    return {
        "n": found.shared,
        "only_a": found.only_former,
        "only_b": found.only_latter,
        "metrics": {
            one.name: {
                "a": round(one.former, _DIGITS),
                "b": round(one.latter, _DIGITS),
                "difference": round(one.difference, _DIGITS),
                "ci": [round(bound, _DIGITS) for bound in one.interval],
                "p": round(one.p, _DIGITS),
                "told": one.told,
            }
            for one in found.differences
        },
        "changed": [
            {
                "id": change.former.gold.id,
                "question": change.former.gold.question,
                "answers": list(change.former.gold.answers),
                "told": change.told,
                "a": _shown(change.former),
                "b": _shown(change.latter),
            }
            for change in found.changes
        ],
    }


def comparison_as_text(found: Comparison) -> str:
    """Return the comparison for the terminal."""
    lines = [
        f"{found.shared} questions in both runs, {found.only_former} only in A, "
        f"{found.only_latter} only in B",
        "",
        f"{'':20}{'A':>9}{'B':>9}{'B - A':>9}  {'95 % interval':20}{'p':>7}",
    ]
    for one in found.differences:
        bounds = f"[{one.interval[0]:.3f}, {one.interval[1]:.3f}]"
        lines.append(
            f"{one.name:20}{one.former:>9.3f}{one.latter:>9.3f}{one.difference:>+9.3f}  "
            f"{bounds:20}{one.p:>7.3f}  {one.told}"
        )
    for word in ("broken", "fixed", "other"):
        changes = [change for change in found.changes if change.told == word]
        lines += ["", f"{word}: {len(changes)}"]
        for change in changes:
            lines += [
                f"  {change.former.gold.id}: {change.former.gold.question}",
                f"    A: {_line(change.former)}",
                f"    B: {_line(change.latter)}",
            ]
    return "\n".join(lines)


def two_sided_p(samples: Floats) -> float:
    """Return how often the resampled difference lies on the other side of 0, twice.

    One is added to both counts, so that p is never 0 (Davison & Hinkley 1997, section 4.2).
    """
    known = samples[~np.isnan(samples)]
    below, above = int((known <= 0).sum()), int((known >= 0).sum())
    return min(1.0, 2 * (min(below, above) + 1) / (len(known) + 1))


def _differences(
    former: Sequence[Record], latter: Sequence[Record], seed: int
) -> tuple[Difference, ...]:
    # The pairs stand in one order in both, so one seed draws the same questions for both.
    before, after = values_of(former), values_of(latter)
    samples_before, samples_after = resampled(former, seed), resampled(latter, seed)
    found = []
    for name, value in before.items():
        other = after[name]
        if value is None or other is None:
            continue
        samples = samples_after[name] - samples_before[name]
        bounds = interval(samples)
        if bounds is not None:
            found.append(Difference(name, value, other, bounds, two_sided_p(samples)))
    return tuple(sorted(found, key=lambda one: one.name in PERCENTILES))


def _key(record: Record) -> tuple[str, str, tuple[str, ...]]:
    return record.gold.id, record.gold.question, record.gold.answers


def _changed(former: Record, latter: Record) -> bool:
    return (former.verdict, former.reply.short) != (latter.verdict, latter.reply.short)


def _shown(record: Record) -> dict[str, Any]:
    return {
        "verdict": record.verdict,
        "short": record.reply.short,
        "f1": round(record.f1, _DIGITS),
        "confidence": round(record.reply.confidence, _DIGITS),
    }


def _line(record: Record) -> str:
    said = " ".join((record.error or record.reply.short or "(no answer)").split())
    clipped = said if len(said) <= 100 else said[:99] + "…"
    return f"{record.verdict}: {clipped}"
