"""Records in, the object of ``evaluate --json`` and the table on the terminal out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from evaluation.aggregating import LOWER_IS_BETTER, Summary, by_kind, summarise
from evaluation.curves import area_under_risk, calibration, calibration_error, risk_coverage
from evaluation.records import Record

_DIGITS: Final = 4
_COLUMNS: Final = ("n", "hit@1", "hit@5", "em", "f1", "answer_in_text", "citation_recall")


def metrics_as_json(records: Sequence[Record]) -> dict[str, Any]:
    """Return the figures over all questions, their intervals under ``ci``, and each ``kind``'s.

    A figure that nothing defines (a precision of no refusals) is null, and so is its interval.
    """
    seconds = sum(record.seconds for record in records)
    return {
        **_figures(summarise(records)),
        "aurc": _rounded(area_under_risk(risk_coverage(records))),
        "ece": _rounded(calibration_error(calibration(records))),
        "seconds_per_1000": round(1000 * seconds / len(records), 1) if records else None,
        "kind": {name: _figures(summary) for name, summary in by_kind(records).items()},
    }


def table(metrics: Mapping[str, Any]) -> str:
    """Return the figures as text: all of them with their intervals, then the kinds in columns."""
    lines = [
        f"{metrics['n']} questions: {metrics['n_answerable']} answerable, "
        f"{metrics['n_unanswerable']} unanswerable, {metrics['n_failed']} failed",
        "",
    ]
    for name in metrics["ci"]:
        lines.append(f"{name:20}{shown(name, metrics[name]):>8}  {interval_shown(metrics, name)}")
    for name in ("aurc", "ece"):
        lines.append(f"{name:20}{shown(name, metrics[name]):>8}")
    lines += [f"seconds per 1,000   {metrics['seconds_per_1000']:>8}", ""]
    lines.append(f"{'kind':20}" + "".join(f"{name:>17}" for name in _COLUMNS))
    for kind, figures in metrics["kind"].items():
        cells = "".join(f"{shown(name, figures[name]):>17}" for name in _COLUMNS)
        lines.append(f"{kind:20}{cells}")
    return "\n".join(lines)


def shown(name: str, value: float | None) -> str:
    """Return a figure as a person reads it; an undefined one is a dash."""
    if value is None:
        return "–"
    if name.startswith("n"):
        return str(value)
    return f"{value:.1f}" if name.endswith("_ms") else f"{value:.3f}"


def interval_shown(metrics: Mapping[str, Any], name: str) -> str:
    """Return the 95 % interval of ``name`` as text, empty where there is none."""
    bounds = metrics["ci"].get(name)
    return f"[{shown(name, bounds[0])}, {shown(name, bounds[1])}]" if bounds else ""


def below_floor(metrics: Mapping[str, Any], floors: Mapping[str, float]) -> tuple[str, ...]:
    """Return a line for each figure that is worse than its floor, or undefined.

    Where lower is better (``answerable_lost``, ``p95_ms``, ...) the floor is the highest value.
    """
    lines = []
    for name, floor in floors.items():
        value = metrics[name]
        if value is None:
            lines.append(f"{name} is undefined on this set; its floor is {floor:g}")
        elif name in LOWER_IS_BETTER and value > floor:
            lines.append(f"{name} is {value:g}, above {floor:g}")
        elif name not in LOWER_IS_BETTER and value < floor:
            lines.append(f"{name} is {value:g}, below {floor:g}")
    return tuple(lines)


def _figures(summary: Summary) -> dict[str, Any]:
    told = {
        name: value
        for name, value in summary.values.items()
        if name != "judged" or value is not None
    }
    return {
        **summary.counts,
        **{name: _rounded(value) for name, value in told.items()},
        "ci": {name: _bounds(summary.intervals[name]) for name in told},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _bounds(bounds: tuple[float, float] | None) -> list[float] | None:
    return None if bounds is None else [round(bound, _DIGITS) for bound in bounds]
