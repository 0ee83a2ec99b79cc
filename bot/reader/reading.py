"""A question and passages in, the spans that may answer out: the reader at work.

Runs the shipped int8 model by onnxruntime, with the ``tokenizers`` library; no torch. The same
input gives the same output.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import WeightsError
from bot.queueing import Turns
from bot.reader.decoding import Span, spans_by_start
from bot.reader.features import Feature, load_tokenizer, make_windows, padded
from corpus.article import Passage

MODEL: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
MANIFEST: Final = "manifest.json"
SHIPPED: Final = Path(__file__).with_name("model")

MAX_TOKENS: Final = 256
STRIDE: Final = 96
"""Longest window and the overlap of two windows, in tokens."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found in one passage.

    ``spans``, best first, are in characters of the article; their ``score`` is the sum of start's
    and end's logit less that of "no answer here", so that those of one question's passages can be
    compared: above 0 is rather an answer. ``answerable`` is the logit of the head that was trained
    on that question alone.
    """

    passage: Passage
    spans: tuple[Span, ...]
    answerable: float

    def within(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the spans inside ``article.text[start:end]``, best first."""
        return tuple(span for span in self.spans if start <= span.start and span.end <= end)


class Reader(Protocol):
    """Reads passages for a question."""

    def read(
        self, question: str, passages: Sequence[Passage], headers: Sequence[str]
    ) -> tuple[Reading, ...]:
        """Return a Reading for each passage, in their order; deterministic.

        ``headers`` tells of each passage's article what ``features.header_of`` does.
        """
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
        # As many readings at once as there are cores for: fifty would be no faster, and take
        # gigabytes.
        self._turns = Turns(max(1, (os.cpu_count() or 1) // threads))

    def read(
        self, question: str, passages: Sequence[Passage], headers: Sequence[str] = ()
    ) -> tuple[Reading, ...]:
        """Return a Reading for each passage; long ones are read in overlapping windows."""
        told = headers or [""] * len(passages)
        features = [
            Feature(ids, passage_from, 0, 0, False, offsets, number)
            for number, (passage, header) in enumerate(zip(passages, told, strict=True))
            for ids, passage_from, offsets in make_windows(
                self._tokenizer, question, passage.text, MAX_TOKENS, STRIDE, header
            )
        ]
        with self._turns:
            found = self._found(passages, features)
        return tuple(merged(found[number]) for number in range(len(passages)))

    def _found(
        self, passages: Sequence[Passage], features: Sequence[Feature]
    ) -> dict[int, list[Reading]]:
        """Return the readings of each passage's windows, by the passage's place."""
        found: dict[int, list[Reading]] = {number: [] for number in range(len(passages))}
        # One by one: int8's scale is that of the whole batch, so that in a batch what is read of a
        # passage would change with its neighbours; and a core reads them no faster together.
        for feature in features:
            start, end, answerable = self.logits([feature])
            passage = passages[feature.example]
            found[feature.example].append(
                _reading(passage, feature, start[0], end[0], float(answerable[0]))
            )
        return found

    def logits(
        self, batch: Sequence[Feature]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return start and end logits, (n, longest), and answerability logits, (n,)."""
        ids, mask, types = padded(batch)
        start, end, answerable = self._session.run(
            ["start", "end", "answerable"], {"ids": ids, "mask": mask, "types": types}
        )
        return start, end, answerable


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
    for span in (span for reading in readings for span in reading.spans):
        known = best.get((span.start, span.end))
        if known is None or span.score > known.score:
            best[span.start, span.end] = span
    spans = sorted(best.values(), key=lambda span: (-span.score, span.start, span.end))
    return Reading(
        readings[0].passage, tuple(spans), max(reading.answerable for reading in readings)
    )


def _reading(
    passage: Passage,
    feature: Feature,
    start: NDArray[np.float32],
    end: NDArray[np.float32],
    answerable: float,
) -> Reading:
    inside = slice(feature.passage_from, feature.passage_from + len(feature.offsets))
    null = float(start[0] + end[0])
    spans = tuple(
        Span(passage.start + span.start, passage.start + span.end, span.score - null)
        for span in spans_by_start(start[inside], end[inside], feature.offsets, passage.text)
    )
    return Reading(passage, spans, answerable)
