"""A question and a sentence in, named signals out, each saying something of whether it answers.

``weights.py`` weighs them; ``python -m evaluation.fitting`` fits the weights. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.language.dating import date_agreement, months_in, months_known, years_known
from bot.language.question import Question
from bot.language.spans import short_answer
from bot.language.words import stems_of, weighted_overlap

SIGNALS: Final = (
    "cosine",
    "words_in_sentence",
    "words_before",
    "words_in_passage",
    "words_in_title",
    "rarest_missing",
    "kind_found",
    "quotation",
    "years_missing",
    "months_missing",
    "numbers_missing",
    "numbers_missing_in_sentence",
    "names_missing",
    "negation",
    "date_agreement",
    "reciprocal_rank",
    "passage_cosine",
    "question_length",
    "span_length",
    "span_margin",
    "span_share",
    "answerability",
)
"""What is weighed, in the order of the weights.

Cosines and ``date_agreement`` are -1 to 1; ``span_margin`` and ``answerability``, the reader's
logits, -2 to 2; lengths, in tens of words, 0 to 2; the rest 0 to 1. ``words_before`` is the share
of the question's words' weight that only the sentence before has, where "he" and "the bank" are
named; ``rarest_missing`` the idf of the question's rarest word that the sentence lacks, as a share
of its rarest word's; ``negation``: the question is negated and the sentence is not. Those named
after the span, and ``answerability``, are 0 where nothing was read.
"""
_NEGATED: Final = re.compile(
    r"n['’]t\b|\b(not|never|no|nobody|nothing|without|cannot|except|unlike)\b", re.IGNORECASE
)
_MARGIN_SCALE: Final = 8.0
_ANSWERABILITY_SCALE: Final = 4.0


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a sentence: the one before it, its passage's text, its article, its hit."""

    before: str
    passage: str
    title: str
    published: str | None
    rank: int
    passage_cosine: float


@dataclass(frozen=True, slots=True)
class SpanScores:
    """What the reader says of a sentence.

    ``margin``: the logit of its best span over "no answer here"; ``share``: that span's part, 0 to
    1, of the exponentials of all sentences' margins and of one more for "nowhere" (shared
    normalisation, Clark & Gardner 2018, section 3.2); ``answerability``: the passage's logit;
    ``words``: the span's length.
    """

    margin: float = 0.0
    share: float = 0.0
    answerability: float = 0.0
    words: int = 0


UNREAD: Final = SpanScores()


def measure(
    question: Question,
    sentence: str,
    context: Context,
    *,
    cosine: float,
    idf: Mapping[str, float],
    span: SpanScores = UNREAD,
) -> tuple[float, ...]:
    """Return the SIGNALS of ``sentence`` for ``question``.

    ``idf`` maps each of the question's stems to its inverse document frequency.
    """
    around = f"{context.title}\n{context.passage}"
    dated = f"{around}\n{context.published or ''}"
    told = stems_of(sentence)
    return (
        cosine,
        weighted_overlap(idf, told),
        weighted_overlap(idf, told | stems_of(context.before)) - weighted_overlap(idf, told),
        weighted_overlap(idf, stems_of(around)),
        weighted_overlap(idf, stems_of(context.title)),
        _rarest_missing(idf, told),
        _kind_found(question, sentence),
        float(question.kind == "quote" and any(mark in sentence for mark in '“"”')),
        years_missing(question, context),
        _missing(months_in(question.text), months_known(around, context.published)),
        _numbers_missing(question, dated),
        _numbers_missing(question, f"{sentence}\n{context.published or ''}"),
        names_missing(question, around),
        float(bool(_NEGATED.search(question.text)) and not _NEGATED.search(sentence)),
        date_agreement(question.text, context.published),
        1.0 / context.rank,
        context.passage_cosine,
        _clipped(len(question.words) / 10),
        _clipped(span.words / 10),
        _clipped(span.margin / _MARGIN_SCALE),
        span.share,
        _clipped(span.answerability / _ANSWERABILITY_SCALE),
    )


def years_missing(question: Question, context: Context) -> float:
    """Return which share, 0 to 1, of the question's years its passage and date do not know.

    Half of it where neither the passage names a year nor the article has a date: then nothing
    speaks against them.
    """
    known = years_known(f"{context.title}\n{context.passage}", context.published)
    share = _missing(question.years, known)
    return share if known else share / 2


def names_missing(question: Question, text: str) -> float:
    """Return which share of the question's names has a word that ``text`` lacks, 0 to 1."""
    present = stems_of(text)
    return _share(not stems_of(name) <= present for name in question.names)


def _kind_found(question: Question, sentence: str) -> float:
    if question.kind in ("other", "reason", "quote"):
        return 0.5
    return float(short_answer(question, sentence) is not None)


def _missing(wanted: Collection[object], present: Collection[object]) -> float:
    return _share(item not in present for item in wanted)


def _rarest_missing(idf: Mapping[str, float], found: Collection[str]) -> float:
    rarest = max(idf.values(), default=0.0)
    lacking = [weight for word, weight in idf.items() if word not in found]
    return max(lacking, default=0.0) / rarest if rarest > 0.0 else 0.0


def _numbers_missing(question: Question, text: str) -> float:
    return _share(number not in text for number in question.numbers if number not in question.years)


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0


def _clipped(value: float) -> float:
    return max(-2.0, min(2.0, value))
