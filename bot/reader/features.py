"""Examples in, token ids with answer positions out: what the network is trained and read on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.language.moments import published_day
from bot.reader.examples import Example

MAX_QUESTION_TOKENS: Final = 48
MAX_HEADER_TOKENS: Final = 40
PAD: Final = 0
_LENGTH_STEP: Final = 16
"""Lengths are padded to multiples of this: matrix kernels are made anew for each new shape."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One window: token ids, where the passage begins, answer tokens (0, 0: none in it).

    ``offsets`` are the passage tokens' (start, end) in characters of the context.
    """

    ids: list[int]
    passage_from: int
    start: int
    end: int
    answerable: bool
    offsets: list[tuple[int, int]]
    example: int


def header_of(title: str, published: str | None) -> str:
    """Return what the reader is told of a passage's article: title, weekday and date.

    ``published`` is an ISO 8601 date or date-time; what else it may be is left out.

    >>> header_of("Rates cut", "2023-05-10")
    'Rates cut. Wednesday 10 May 2023'
    """
    day = published_day(published)
    return f"{title}. {day:%A} {day.day} {day:%B %Y}" if day else title


def load_tokenizer(folder: Path) -> Any:
    """Return the tokenizer in ``folder``, without truncation or padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class CachingTokenizer:
    """A tokenizer that remembers what it encoded: passages come back with each question."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, Any] = {}
        self.token_to_id = tokenizer.token_to_id

    def encode(self, text: str, add_special_tokens: bool = False) -> Any:
        """Return the tokenizer's encoding of ``text``."""
        if text not in self._known:
            self._known[text] = self._tokenizer.encode(text, add_special_tokens=add_special_tokens)
        return self._known[text]


def make_windows(
    tokenizer: Any, question: str, context: str, max_tokens: int, stride: int, header: str = ""
) -> list[tuple[list[int], int, list[tuple[int, int]]]]:
    """Return (ids, passage_from, offsets) of each window over ``context``.

    A window is ``[CLS] question [SEP] passage [SEP]``, or with a header (title and date of the
    article) ``[CLS] question [SEP] header [SEP] passage [SEP]``. Windows overlap by ``stride``
    tokens.
    """
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
    head = [tokenizer.token_to_id("[CLS]"), *asked, tokenizer.token_to_id("[SEP]")]
    if header:
        about = tokenizer.encode(header, add_special_tokens=False).ids[:MAX_HEADER_TOKENS]
        head += [*about, tokenizer.token_to_id("[SEP]")]
    read = tokenizer.encode(context, add_special_tokens=False)
    room = max_tokens - len(head) - 1
    windows, first = [], 0
    while True:
        last = min(first + room, len(read.ids))
        ids = [*head, *read.ids[first:last], tokenizer.token_to_id("[SEP]")]
        windows.append((ids, len(head), list(read.offsets[first:last])))
        if last == len(read.ids):
            return windows
        first = max(first + 1, last - stride)


def training_feature(
    tokenizer: Any, example: Example, number: int, max_tokens: int, rng: random.Random
) -> Feature:
    """Return one window of ``example``: one with an answer where there is one."""
    windows = make_windows(
        tokenizer, example.question, example.context, max_tokens, max_tokens // 3, example.header
    )
    rng.shuffle(windows)
    answers = list(dict.fromkeys(example.answers))
    rng.shuffle(answers)
    for ids, passage_from, offsets in windows:
        for place, text in answers:
            found = _tokens_of(offsets, place, place + len(text))
            if found:
                start, end = found
                return Feature(
                    ids,
                    passage_from,
                    passage_from + start,
                    passage_from + end,
                    True,
                    offsets,
                    number,
                )
    ids, passage_from, offsets = windows[0]
    return Feature(ids, passage_from, 0, 0, False, offsets, number)


def _tokens_of(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    inside = [n for n, (a, b) in enumerate(offsets) if a < end and b > start]
    if not inside or offsets[inside[0]][0] > start or offsets[inside[-1]][1] < end:
        return None
    return inside[0], inside[-1]


def batches(
    features: Sequence[Feature], tokens: int, rng: random.Random | None
) -> Iterator[list[Feature]]:
    """Yield batches of at most ``tokens`` padded tokens, of like length.

    Shuffled by ``rng`` (in pools, so that lengths stay alike), or in order of length.
    """
    order = list(features)
    if rng is not None:
        rng.shuffle(order)
    pool = 2048 if rng is not None else max(1, len(order))
    made: list[list[Feature]] = []
    for first in range(0, len(order), pool):
        made += _cut(sorted(order[first : first + pool], key=lambda f: len(f.ids)), tokens)
    if rng is not None:
        rng.shuffle(made)
    yield from made


def _cut(features: Sequence[Feature], tokens: int) -> list[list[Feature]]:
    made: list[list[Feature]] = []
    for feature in features:
        if made and (len(made[-1]) + 1) * _stepped(len(feature.ids)) <= tokens:
            made[-1].append(feature)
        else:
            made.append([feature])
    return made


def _stepped(length: int) -> int:
    return -(-length // _LENGTH_STEP) * _LENGTH_STEP


def padded(batch: Sequence[Feature]) -> tuple[NDArray[np.int64], ...]:
    """Return ids, mask and types, each of shape (len(batch), longest, in steps of 16)."""
    longest = _stepped(max(len(feature.ids) for feature in batch))
    ids = np.full((len(batch), longest), PAD, dtype=np.int64)
    mask = np.zeros_like(ids)
    types = np.zeros_like(ids)
    for row, feature in enumerate(batch):
        length = len(feature.ids)
        ids[row, :length] = feature.ids
        mask[row, :length] = 1
        # The last token is [SEP]: part of the passage's segment, but never an answer.
        types[row, feature.passage_from : length - 1] = 1
    return ids, mask, types
