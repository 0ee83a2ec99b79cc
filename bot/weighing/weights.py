"""``weights.json`` in, the fitted weighing of signals out.

Three regressions over the same signals (``signals.py``): ``ranking`` orders the sentences of a
question (only differences of its logits mean something), ``confidence`` says how probably the first
of them answers, ``topic`` whether they are about what the question is about at all. There are three
for the questions that the reader reads and three for those it does not (yes or no). Written by
``python -m evaluation.fitting``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import WeightsError
from bot.weighing.signals import SIGNALS

DEFAULT_WEIGHTS: Final = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over SIGNALS."""

    intercept: float
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.weights) != len(SIGNALS):
            raise WeightsError(f"{len(self.weights)} weights for {len(SIGNALS)} signals")

    def logit(self, signals: tuple[float, ...]) -> float:
        """Return the log-odds for these signals."""
        return self.intercept + sum(
            weight * signal for weight, signal in zip(self.weights, signals, strict=True)
        )

    def probability(self, signals: tuple[float, ...]) -> float:
        """Return the probability, 0 to 1, for these signals."""
        return _sigmoid(self.logit(signals))


@dataclass(frozen=True, slots=True)
class Topic:
    """A logistic regression over all sentences that were found for a question.

    ``highest`` weighs each signal's highest value among them, ``mean`` its mean: where the articles
    are about something else, one sentence may look near by chance, but not all of them.
    """

    highest: Logistic
    mean: Logistic

    def probability(self, sentences: Sequence[tuple[float, ...]]) -> float:
        """Return how probably, 0 to 1, they are about what the question is about."""
        columns = list(zip(*sentences, strict=True))
        logit = self.highest.logit(tuple(max(column) for column in columns))
        logit += self.mean.logit(tuple(sum(column) / len(column) for column in columns))
        return _sigmoid(logit)


@dataclass(frozen=True, slots=True)
class Weighing:
    """How sentences are ordered, how sure the first is, and under which probability to refuse.

    Under ``topic_threshold`` the articles are about something else, however well a sentence seems
    to answer.
    """

    ranking: Logistic
    confidence: Logistic
    threshold: float
    topic: Topic
    topic_threshold: float

    def __post_init__(self) -> None:
        for threshold in (self.threshold, self.topic_threshold):
            if not 0.0 <= threshold <= 1.0:
                raise WeightsError(f"the threshold is a probability; found {threshold}")

    def is_off_topic(self, sentences: Sequence[tuple[float, ...]]) -> bool:
        """Tell whether sentences with these signals are all about something else."""
        return self.topic.probability(sentences) < self.topic_threshold


@dataclass(frozen=True, slots=True)
class Weights:
    """The weighing of questions that are read, and that of those that are not (``plain``).

    ``fitted_on`` and ``figures`` say on which questions, and what they gave there.
    """

    read: Weighing
    plain: Weighing
    fitted_on: str
    figures: Mapping[str, float]


def load_weights(path: Path = DEFAULT_WEIGHTS) -> Weights:
    """Return the fitted weights in ``path``; WeightsError if they are missing or do not fit."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Weights(
            read=_weighing(path, stored["read"]),
            plain=_weighing(path, stored["plain"]),
            fitted_on=str(stored["fitted_on"]),
            figures={key: float(value) for key, value in stored["figures"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise WeightsError(
            f"{path}: no usable weights ({exc}). Fit anew: python -m evaluation.fitting"
        ) from exc


def to_json(weights: Weights) -> str:
    """Return the file that ``load_weights`` reads, four decimals each."""
    stored = {
        "fitted_on": weights.fitted_on,
        "figures": dict(weights.figures),
        "read": _stored_weighing(weights.read),
        "plain": _stored_weighing(weights.plain),
    }
    return json.dumps(stored, indent=2) + "\n"


def _weighing(path: Path, stored: Any) -> Weighing:
    return Weighing(
        _logistic(path, stored["ranking"]),
        _logistic(path, stored["confidence"]),
        float(stored["threshold"]),
        Topic(_logistic(path, stored["topic_highest"]), _logistic(path, stored["topic_mean"])),
        float(stored["topic_threshold"]),
    )


def _logistic(path: Path, stored: Any) -> Logistic:
    if list(stored["weights"]) != list(SIGNALS):
        raise WeightsError(
            f"{path}: fitted for the signals {', '.join(stored['weights'])}; this program has "
            f"{', '.join(SIGNALS)}. Fit anew: python -m evaluation.fitting"
        )
    return Logistic(
        float(stored["intercept"]), tuple(float(weight) for weight in stored["weights"].values())
    )


def _stored_weighing(weighing: Weighing) -> dict[str, Any]:
    return {
        "threshold": round(weighing.threshold, 4),
        "topic_threshold": round(weighing.topic_threshold, 4),
        "ranking": _stored_logistic(weighing.ranking),
        "confidence": _stored_logistic(weighing.confidence),
        "topic_highest": _stored_logistic(weighing.topic.highest),
        "topic_mean": _stored_logistic(weighing.topic.mean),
    }


def _stored_logistic(logistic: Logistic) -> dict[str, Any]:
    weights = (round(weight, 4) + 0.0 for weight in logistic.weights)  # Never -0.0.
    return {
        "intercept": round(logistic.intercept, 4),
        "weights": dict(zip(SIGNALS, weights, strict=True)),
    }


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, logit))))
