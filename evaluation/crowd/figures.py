"""What was played in, requests, errors, latencies and answers a second out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from evaluation.crowd.playing import Played, by_door

_HEAD: Final = "door      asked  right  wrong  failed   p50 s   p95 s   max s"


def figures(played: Sequence[Played], seconds: float) -> dict[str, object]:
    """Return the figures by door and in all; ``seconds`` are those of the whole play."""
    doors = {name: _figures_of(part) for name, part in by_door(played).items()}
    return {"seconds": seconds, "answers_per_second": len(played) / seconds, "doors": doors}


def table(played: Sequence[Played], seconds: float) -> str:
    """Return the same as a table for people, with the first answers that were not right."""
    lines = [_HEAD]
    for name, part in by_door(played).items():
        row = _figures_of(part)
        counts = f"{name:8}{row['asked']:7.0f}{row['right']:7.0f}{row['wrong']:7.0f}"
        times = f"{row['p50']:8.2f}{row['p95']:8.2f}{row['max']:8.2f}"
        lines.append(f"{counts}{row['failed']:8.0f}{times}")
    lines.append(f"{len(played) / seconds:.1f} answers a second, {seconds:.0f} s in all")
    lines += [f"{one.door}: {one.said[:300]}" for one in played if one.said][:5]
    return "\n".join(lines)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that ``share`` (0 to 1) of all do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _figures_of(played: Sequence[Played]) -> Mapping[str, float]:
    seconds = [one.seconds for one in played]
    outcomes = [one.outcome for one in played]
    return {
        "asked": len(played),
        "right": outcomes.count("right"),
        "wrong": outcomes.count("wrong"),
        "failed": outcomes.count("failed"),
        "p50": percentile(seconds, 0.5),
        "p95": percentile(seconds, 0.95),
        "max": max(seconds),
    }
