"""A question and passages in, the spans that may answer out: the reader at work.

Runs the shipped int8 model by onnxruntime, with the ``tokenizers`` library; no torch. The same
input gives the same output.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import WeightsError
from bot.reader.features import Feature, batches, load_tokenizer, make_windows, padded
from corpus.article import Passage

MODEL: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
MANIFEST: Final = "manifest.json"
SHIPPED: Final = Path(__file__).with_name("model")

MAX_TOKENS: Final = 384
STRIDE: Final = 128
"""Longest window and the overlap of two windows, in tokens."""
MAX_SPAN: Final = 30
"""Longest answer, in tokens."""
_BATCH_TOKENS: Final = 2048
_CANDIDATES: Final = 200
"""Spans of a window looked at, best first, before only the best of each start are kept."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the article that may answer: ``start`` and ``end`` in its characters.

    ``score`` is the sum of the start's and the end's logit: to be compared with those of the same
    reading and with its ``null``.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found in one passage: spans, best first, and how likely there is none.

    ``null`` is the score of "no answer here", on the spans' scale; ``answerable`` the probability,
    0 to 1, of the head that was trained on that question alone.
    """

    passage: Passage
    spans: tuple[Span, ...]
    null: float
    answerable: float


class Reader(Protocol):
    """Reads passages for a question."""

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        """Return a Reading for each passage, in their order; deterministic."""
        ...


class OnnxReader:
    """The shipped reader; safe to share between threads."""

    def __init__(self, folder: Path = SHIPPED, threads: int = 2) -> None:
        """Load the model after its hash is checked; WeightsError if it is not what it should be."""
        import onnxruntime

        check_files(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads take the core from whoever else is busy.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = load_tokenizer(folder)

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        """Return a Reading for each passage; long ones are read in overlapping windows."""
        features = [
            Feature(ids, passage_from, 0, 0, False, offsets, number)
            for number, passage in enumerate(passages)
            for ids, passage_from, offsets in make_windows(
                self._tokenizer, question, passage.text, MAX_TOKENS, STRIDE
            )
        ]
        found: dict[int, list[Reading]] = {number: [] for number in range(len(passages))}
        for batch in batches(features, _BATCH_TOKENS, None):
            start, end, answerable = self.logits(batch)
            for row, feature in enumerate(batch):
                passage = passages[feature.example]
                found[feature.example].append(
                    _reading(passage, feature, start[row], end[row], float(answerable[row]))
                )
        return tuple(merged(found[number]) for number in range(len(passages)))

    def logits(self, batch: Sequence[Feature]) -> tuple[NDArray[np.float32], ...]:
        """Return start and end logits, (n, longest), and answerability logits, (n,)."""
        ids, mask, types = padded(batch)
        result: list[NDArray[np.float32]] = self._session.run(
            ["start", "end", "answerable"], {"ids": ids, "mask": mask, "types": types}
        )
        return tuple(result)


def check_files(folder: Path) -> None:
    """Raise WeightsError unless the files in ``folder`` have the hashes of its manifest."""
    try:
        wanted = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for name in (MODEL, TOKENIZER):
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            if digest != wanted[name]:
                raise WeightsError(
                    f"{folder / name}: SHA-256 {digest[:16]}... is not the manifest's "
                    f"{wanted[name][:16]}...; restore the file: git checkout {folder}"
                )
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise WeightsError(f"{folder}: no usable reader model ({exc})") from exc


def merged(readings: Sequence[Reading]) -> Reading:
    """Return one Reading of a passage's windows: all spans, the least reason to say no."""
    best: dict[tuple[int, int], Span] = {}
    # Scores of two windows are comparable only against each window's own null.
    for reading in readings:
        for span in reading.spans:
            margin = span.score - reading.null
            known = best.get((span.start, span.end))
            if known is None or margin > known.score:
                best[span.start, span.end] = Span(span.start, span.end, margin)
    spans = sorted(best.values(), key=lambda span: (-span.score, span.start, span.end))
    return Reading(
        readings[0].passage, tuple(spans), 0.0, max(reading.answerable for reading in readings)
    )


def _reading(
    passage: Passage,
    feature: Feature,
    start: NDArray[np.float32],
    end: NDArray[np.float32],
    answerable: float,
) -> Reading:
    first = feature.passage_from
    last = first + len(feature.offsets)
    pairs = start[first:last, None] + end[None, first:last]
    ones = np.ones_like(pairs, dtype=bool)
    scores = np.where(np.triu(ones) & ~np.triu(ones, MAX_SPAN), pairs, -np.inf)
    count = min(_CANDIDATES, scores.size)
    order: Sequence[Any] = (
        list(np.argpartition(-scores, count - 1, axis=None)[:count]) if count else []
    )
    spans = []
    for place in order:
        a, b = divmod(int(place), last - first)
        if math.isfinite(scores[a, b]):
            begin, stop = feature.offsets[a][0], feature.offsets[b][1]
            if stop > begin:
                span = Span(passage.start + begin, passage.start + stop, float(scores[a, b]))
                spans.append(span)
    null = float(start[0] + end[0])
    probability = 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, answerable))))
    return Reading(passage, tuple(spans), null, probability)
