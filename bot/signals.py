"""A question and a sentence in, named signals out, and a fitted weighing of them.

Each signal says something about whether the sentence answers the question; a logistic regression
over them (``weights.json``, written by ``python -m evaluation.fitting``) gives the probability.
Pure, but for reading the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import WeightsError
from bot.question import Question, years_in
from bot.spans import short_answer
from bot.words import stems, stems_of, weighted_overlap

SIGNALS: Final = (
    "cosine",
    "cosine_with_title",
    "words_in_sentence",
    "words_in_passage",
    "kind_found",
    "quotation",
    "years_missing",
    "numbers_missing",
    "names_missing",
    "reciprocal_rank",
    "passage_cosine",
)
"""What is weighed, in the order of the weights. Cosines are -1 to 1, the rest 0 to 1."""

DEFAULT_WEIGHTS: Final = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a sentence: its passage's text, its article's title and date, its hit."""

    passage: str
    title: str
    published: str | None
    rank: int
    passage_cosine: float


def measure(
    question: Question,
    sentence: str,
    context: Context,
    *,
    cosine: float,
    cosine_with_title: float,
    idf: Mapping[str, float],
) -> tuple[float, ...]:
    """Return the SIGNALS of ``sentence`` for ``question``.

    ``idf`` maps each of the question's stems to its inverse document frequency.
    """
    around = f"{context.title}\n{context.passage}"
    dated = f"{around}\n{context.published or ''}"
    return (
        cosine,
        cosine_with_title,
        weighted_overlap(idf, stems_of(sentence)),
        weighted_overlap(idf, stems_of(around)),
        _kind_found(question, sentence),
        float(question.kind == "quote" and any(mark in sentence for mark in '“"”')),
        _missing(question.years, years_in(dated)),
        _numbers_missing(question, dated),
        names_missing(question, around),
        1.0 / context.rank,
        context.passage_cosine,
    )


def names_missing(question: Question, text: str) -> float:
    """Return which share of the question's names has a word that ``text`` lacks, 0 to 1."""
    present = stems_of(text)
    return _share(not stems_of(name) <= present for name in question.names)


def _kind_found(question: Question, sentence: str) -> float:
    if question.kind in ("other", "reason", "quote"):
        return 0.5
    return float(short_answer(question, sentence) is not None)


def _missing(wanted: Collection[str], present: Collection[str]) -> float:
    return _share(item not in present for item in wanted)


def _numbers_missing(question: Question, text: str) -> float:
    return _share(number not in text for number in question.numbers if number not in question.years)


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over SIGNALS, with the threshold under which to refuse.

    ``fitted_on`` and ``figures`` say on which questions, and what they gave there.
    """

    intercept: float
    weights: tuple[float, ...]
    threshold: float
    fitted_on: str
    figures: Mapping[str, float]

    def __post_init__(self) -> None:
        if len(self.weights) != len(SIGNALS):
            raise WeightsError(f"{len(self.weights)} weights for {len(SIGNALS)} signals")
        if not 0.0 <= self.threshold <= 1.0:
            raise WeightsError(f"the threshold is a probability; found {self.threshold}")

    def probability(self, signals: tuple[float, ...]) -> float:
        """Return the probability, 0 to 1, that a sentence with these signals answers."""
        score = self.intercept + sum(
            weight * signal for weight, signal in zip(self.weights, signals, strict=True)
        )
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, score))))


def load_weights(path: Path = DEFAULT_WEIGHTS) -> Weights:
    """Return the fitted weights in ``path``; WeightsError if they are missing or do not fit."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if list(stored["weights"]) != list(SIGNALS):
            raise WeightsError(
                f"{path}: fitted for the signals {', '.join(stored['weights'])}; this program has "
                f"{', '.join(SIGNALS)}. Fit anew: python -m evaluation.fitting"
            )
        return Weights(
            intercept=float(stored["intercept"]),
            weights=tuple(float(weight) for weight in stored["weights"].values()),
            threshold=float(stored["threshold"]),
            fitted_on=str(stored["fitted_on"]),
            figures={key: float(value) for key, value in stored["figures"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise WeightsError(
            f"{path}: no usable weights ({exc}). Fit anew: python -m evaluation.fitting"
        ) from exc


def question_stems(question: Question) -> frozenset[str]:
    """Return the stems of what ``question`` is about."""
    return stems(question.words)
