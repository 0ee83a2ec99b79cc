"""What happens at the doors in, Prometheus' text of it out."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from bot.answer import Answer
from bot.errors import LimitError, QuestionError

if TYPE_CHECKING:
    from prometheus_client.core import Metric

Outcome = Literal["answered", "refused", "failed", "limited", "stopped"]
"""``refused``: the articles do not say it; ``limited``: asked too much, too long or nothing;
``stopped``: the visitor went away before the answer was there."""

_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is at this moment: collections open, articles and passages in them."""

    loading: bool
    collections: int
    articles: int
    passages: int


class Metrics:
    """Counts in a registry of its own; safe to call from many threads."""

    def __init__(self) -> None:
        """Begin at nought."""
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._registry = CollectorRegistry()
        self._questions = Counter(
            "bot_questions",
            "Questions by door and by what came of them.",
            ("door", "outcome"),
            registry=self._registry,
        )
        self._searches = Counter(
            "bot_searches", "Searches for passages by door.", ("door",), registry=self._registry
        )
        self._seconds = Histogram(
            "bot_answer_seconds",
            "Time from a question to its whole answer.",
            ("door",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def asked(self, door: str) -> Asked:
        """Begin to time a question."""
        return Asked(self, door)

    def searched(self, door: str) -> None:
        """Count a search."""
        self._searches.labels(door).inc()

    def count(self, door: str, outcome: Outcome, seconds: float | None) -> None:
        """Count a question; ``seconds`` is the time that its answer took, if there is one."""
        self._questions.labels(door, outcome).inc()
        if seconds is not None:
            self._seconds.labels(door).observe(seconds)

    def text(self, stock: Stock) -> str:
        """Return everything in Prometheus' text format 0.0.4."""
        from prometheus_client import CollectorRegistry, generate_latest

        now = CollectorRegistry()
        now.register(_Gauges(stock))
        return (generate_latest(self._registry) + generate_latest(now)).decode("utf-8")


class Asked:
    """One question's time; counted once, by what ends it."""

    def __init__(self, metrics: Metrics, door: str) -> None:
        self._metrics = metrics
        self._door = door
        self._started = time.perf_counter()
        self._counted = False

    def answered(self, answer: Answer) -> None:
        """The whole answer is there."""
        outcome: Outcome = "answered" if answer.answered else "refused"
        self._count(outcome, time.perf_counter() - self._started)

    def failed(self, error: BaseException) -> None:
        """There will be no answer; says nothing once it was there."""
        self._count(_outcome_of(error), None)

    def _count(self, outcome: Outcome, seconds: float | None) -> None:
        if not self._counted:
            self._counted = True
            self._metrics.count(self._door, outcome, seconds)


class _Gauges:
    """A Prometheus collector of one moment's stock."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock

    def collect(self) -> Iterable[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        stock = self._stock
        for name, help_text, value in (
            ("bot_loading", "1 while the bot loads.", int(stock.loading)),
            ("bot_collections_open", "Collections of articles that are open.", stock.collections),
            ("bot_articles", "Articles in the open collections.", stock.articles),
            ("bot_passages", "Passages in the open collections.", stock.passages),
        ):
            yield GaugeMetricFamily(name, help_text, value=value)


def _outcome_of(error: BaseException) -> Outcome:
    if isinstance(error, LimitError | QuestionError):
        return "limited"
    return "stopped" if isinstance(error, GeneratorExit) else "failed"
