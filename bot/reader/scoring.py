"""Predicted spans in, SQuAD's exact match and F1 out, at the best threshold for refusing.

Follows the official evaluate-v2.0.py (Rajpurkar et al. 2016, 2018;
https://rajpurkar.github.io/SQuAD-explorer/): normalisation, best of the accepted answers, an empty
answer right exactly for the unanswerable, and its search for the best threshold.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ARTICLES: Final = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION: Final = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span's text for a question; ``refusal``: higher means rather no answer."""

    text: str
    refusal: float
    answers: tuple[str, ...]


def normalise_answer(text: str) -> str:
    """Return ``text`` in lower case, without ASCII punctuation, articles and extra white space.

    >>> normalise_answer("The  U.S. dollar!")
    'us dollar'
    """
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(text: str, answers: Sequence[str]) -> float:
    """Return 1.0 if ``text`` is one of ``answers``, normalised, else 0.0."""
    return float(normalise_answer(text) in map(normalise_answer, _golds(answers)))


def token_f1(text: str, answers: Sequence[str]) -> float:
    """Return the best F1, 0 to 1, of ``text``'s words against one of ``answers``."""
    return max(_f1(text, answer) for answer in _golds(answers))


def figures(predictions: Sequence[Prediction]) -> dict[str, float]:
    """Return percentages: answerable-only EM and F1 without refusing; v2.0 at the best threshold.

    ``refused`` is the share of unanswerables, ``lost`` that of answerables, refused there.
    """
    has = [p for p in predictions if p.answers]
    none = [p for p in predictions if not p.answers]
    scored = sorted((p.refusal, token_f1(p.text, p.answers), bool(p.answers)) for p in predictions)
    # Below every refusal score all are refused: each unanswerable counts 1.
    best = total = float(len(none))
    threshold = scored[0][0] - 1.0 if scored else 0.0
    for refusal, f1, answerable in scored:
        total += f1 if answerable else -1.0
        if total > best:
            best, threshold = total, refusal
    answered = [p for p in predictions if p.refusal <= threshold]
    exact = sum(exact_match(p.text, p.answers) for p in answered)
    exact += sum(p.refusal > threshold for p in none)
    return {
        "answerable_em": _percent(sum(exact_match(p.text, p.answers) for p in has), len(has)),
        "answerable_f1": _percent(sum(token_f1(p.text, p.answers) for p in has), len(has)),
        "em": _percent(exact, len(predictions)),
        "f1": _percent(best, len(predictions)),
        "threshold": threshold,
        "refused": _percent(sum(p.refusal > threshold for p in none), len(none)),
        "lost": _percent(sum(p.refusal > threshold for p in has), len(has)),
    }


def _golds(answers: Sequence[str]) -> list[str]:
    # evaluate-v2.0.py: answers that normalise to nothing do not count; none left: "no answer".
    return [gold for gold in answers if normalise_answer(gold)] or [""]


def _f1(text: str, answer: str) -> float:
    found, gold = normalise_answer(text).split(), normalise_answer(answer).split()
    if not found or not gold:
        return float(found == gold)
    shared = sum((Counter(found) & Counter(gold)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(found), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def _percent(amount: float, total: int) -> float:
    return 100.0 * amount / total if total else 0.0
