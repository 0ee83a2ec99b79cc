"""Records in, plots out, as SVG to stand inside an HTML page; the only importer of matplotlib."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from evaluation.curves import Bin, Point, calibration, hits_by_k, risk_coverage
from evaluation.records import Record

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES: Final = (4.6, 3.2)
_BLUE: Final = "#2459a8"
_GREY: Final = "#9aa3ad"


def plots(records: Sequence[Record]) -> dict[str, str]:
    """Return each plot's SVG by its title; the same records give the same text.

    A plot of which there is nothing to show is left out.
    """
    drawn: dict[str, str] = {}
    if points := risk_coverage(records):
        drawn["Risk and coverage"] = _svg("risk", lambda axes: _risk(axes, points))
    if bins := calibration(records):
        drawn["Calibration"] = _svg("calibration", lambda axes: _calibration(axes, bins))
    if hits := hits_by_k(records):
        drawn["hit@k"] = _svg("hits", lambda axes: _hits(axes, hits))
    if records:
        drawn["Latency"] = _svg("latency", lambda axes: _latency(axes, records))
    return drawn


def _risk(axes: Axes, points: Sequence[Point]) -> None:
    coverage, risk = zip(*points, strict=True)
    axes.step(coverage, risk, where="pre", color=_BLUE)
    axes.plot(coverage[-1:], risk[-1:], "o", color=_BLUE)
    axes.set(xlabel="coverage: share of questions answered", ylabel="risk: share cited wrongly")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))


def _calibration(axes: Axes, bins: Sequence[Bin]) -> None:
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1)
    most = max(one.count for one in bins)
    sizes = [20 + 180 * one.count / most for one in bins]
    axes.scatter([b.confidence for b in bins], [b.right for b in bins], s=sizes, color=_BLUE)
    axes.set(xlabel="confidence", ylabel="share with a right citation")
    axes.set(xlim=(0, 1.05), ylim=(-0.05, 1.05))


def _hits(axes: Axes, hits: Sequence[float]) -> None:
    axes.plot(range(1, len(hits) + 1), hits, "o-", color=_BLUE)
    axes.set(xlabel="k: passages looked at", ylabel="share with a right passage")
    axes.set(xticks=range(1, len(hits) + 1, max(1, len(hits) // 10)), ylim=(0, 1.05))


def _latency(axes: Axes, records: Sequence[Record]) -> None:
    milliseconds = sorted(1000 * record.seconds for record in records)
    shares = [(number + 1) / len(records) for number in range(len(records))]
    axes.step(milliseconds, shares, where="post", color=_BLUE)
    axes.set(xlabel="milliseconds to the answer", ylabel="share of questions", ylim=(0, 1.05))
    if milliseconds[0] > 0 and milliseconds[-1] > 20 * milliseconds[0]:
        axes.set_xscale("log")


def _svg(name: str, draw: Any) -> str:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # Text stays text; the salt makes ids the same every time and different between plots.
    style = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#e3e6ea",
        "font.size": 9,
        "font.family": ["sans-serif"],
    }
    with matplotlib.rc_context(style):
        figure = Figure(figsize=INCHES, layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.subplots())
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return _inline(written.getvalue())


def _inline(document: str) -> str:
    """Return the ``<svg>`` element alone: no doctype, no namespaces, no metadata with addresses."""
    element = document[document.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", element)
    return re.sub(r"\bxlink:href=", "href=", element).strip()
