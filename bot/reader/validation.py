"""A network's logits and examples in, what it answers and how sure it is out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.reader.decoding import best_spans
from bot.reader.examples import Example
from bot.reader.features import Feature, batches, make_windows
from bot.reader.scoring import Prediction, figures

REFUSAL_SCORES: Final = {"span": (1.0, 0.0), "head": (0.0, 1.0), "sum": (0.5, 1.0)}
"""By name, how the span's margin over "no answer" and the head's logit are weighed."""
_BATCH_TOKENS: Final = 8192


@dataclass(frozen=True, slots=True)
class Found:
    """The best span's text for a question, with both scores; higher means rather an answer."""

    text: str
    margin: float
    answerability: float
    answers: tuple[str, ...]


def predict(
    logits: Callable[[Sequence[Feature]], tuple[Any, Any, Any]],
    tokenizer: Any,
    examples: Sequence[Example],
    max_tokens: int = 256,
    stride: int = 128,
) -> list[Found]:
    """Return what ``logits`` finds for each example in its own passage, in order."""
    features = [
        Feature(ids, passage_from, 0, 0, False, offsets, number)
        for number, example in enumerate(examples)
        for ids, passage_from, offsets in make_windows(
            tokenizer, example.question, example.context, max_tokens, stride, example.header
        )
    ]
    best: dict[int, tuple[float, float, str]] = {}
    for batch in batches(features, _BATCH_TOKENS, None):
        start, end, answerable = logits(batch)
        for row, feature in enumerate(batch):
            passage = slice(feature.passage_from, feature.passage_from + len(feature.offsets))
            text = examples[feature.example].context
            spans = best_spans(start[row, passage], end[row, passage], feature.offsets, text)
            margin = spans[0].score - float(start[row, 0] + end[row, 0]) if spans else -40.0
            answer = text[spans[0].start : spans[0].end] if spans else ""
            head = float(answerable[row])
            # Over windows: the span with the greatest margin, the least reason to refuse.
            known = best.get(feature.example, (margin, head, answer))
            margin, answer = max((margin, answer), (known[0], known[2]))
            best[feature.example] = (margin, max(head, known[1]), answer)
    return [
        Found(best[n][2], best[n][0], best[n][1], tuple(text for _, text in example.answers))
        for n, example in enumerate(examples)
    ]


def refusing_by(found: Sequence[Found], margin: float, answerability: float) -> list[Prediction]:
    """Return predictions that refuse by the weighed sum of both scores."""
    return [
        Prediction(f.text, -(margin * f.margin + answerability * f.answerability), f.answers)
        for f in found
    ]


def all_figures(found: Sequence[Found]) -> dict[str, float]:
    """Return scoring's figures for each of REFUSAL_SCORES, as ``span_f1``, ``head_f1``, ..."""
    return {
        f"{name}_{key}": round(value, 2)
        for name, weights in REFUSAL_SCORES.items()
        for key, value in figures(refusing_by(found, *weights)).items()
    }
