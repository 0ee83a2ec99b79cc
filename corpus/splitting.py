"""An article in, its passages out: whole sentences, within the embedder's window, overlapping."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from corpus.article import Article, ArticleError, Passage, cut_passage
from corpus.sentences import Span, sentence_spans, trimmed

CountTokens = Callable[[str], int]
"""Returns how many tokens a text has for the embedder, special tokens not counted."""

_WINDOW: Final = 8
"""Characters per token of the stretch in which a piece is looked for: more than prose has."""
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """How articles are split; lengths in the embedder's tokens.

    A passage takes sentences up to ``max_tokens``, and ends earlier, from ``min_tokens`` on, where
    a paragraph ends. It repeats the last ``overlap_sentences`` of the passage before it.
    """

    max_tokens: int = 200
    min_tokens: int = 120
    overlap_sentences: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.min_tokens <= self.max_tokens:
            raise ArticleError(
                f"passages of {self.min_tokens} to {self.max_tokens} tokens: expected "
                "1 <= min_tokens <= max_tokens"
            )
        if self.overlap_sentences < 0:
            raise ArticleError(f"overlap_sentences={self.overlap_sentences}: expected 0 or more")


def split(
    article: Article, settings: SplitSettings, count_tokens: CountTokens
) -> tuple[Passage, ...]:
    """Return ``article``'s passages, in order; every sentence lies in one at least.

    A passage ends at a sentence's end; only a sentence longer than ``max_tokens`` is cut, at white
    space where there is some.
    """
    pieces = [
        (span, count)
        for sentence in sentence_spans(article.text)
        for span, count in _fitting(article.text, sentence, settings.max_tokens, count_tokens)
    ]
    rest = _suffix_sums([count for _, count in pieces])
    passages: list[Passage] = []
    first = 0
    while first < len(pieces):
        last = len(pieces) - 1
        if rest[first] > settings.max_tokens:
            last = _last_of_passage(article.text, pieces, first, settings)
        passages.append(cut_passage(article, pieces[first][0][0], pieces[last][0][1]))
        if last + 1 == len(pieces):
            break
        first = _next_first(pieces, first, last, settings)
    return tuple(passages)


def _suffix_sums(counts: list[int]) -> list[int]:
    """Return, for each place, the sum of the counts from it to the end."""
    return list(accumulate(reversed(counts)))[::-1]


def _last_of_passage(
    text: str, pieces: list[tuple[Span, int]], first: int, settings: SplitSettings
) -> int:
    """Return the index of the last piece of the passage that begins with ``first``."""
    total = pieces[first][1]
    last = first
    while last + 1 < len(pieces) and total + pieces[last + 1][1] <= settings.max_tokens:
        between = text[pieces[last][0][1] : pieces[last + 1][0][0]]
        if total >= settings.min_tokens and _BLANK_LINE.search(between):
            break
        last += 1
        total += pieces[last][1]
    return last


def _next_first(
    pieces: list[tuple[Span, int]], first: int, last: int, settings: SplitSettings
) -> int:
    """Return where the next passage begins: some sentences back, if it then gets further."""
    for back in range(settings.overlap_sentences, 0, -1):
        start = last + 1 - back
        repeated = sum(count for _, count in pieces[start : last + 1])
        if start > first and repeated + pieces[last + 1][1] <= settings.max_tokens:
            return start
    return last + 1


def _fitting(
    text: str, span: Span, max_tokens: int, count_tokens: CountTokens
) -> list[tuple[Span, int]]:
    """Return ``span`` with its token count, cut into pieces of at most ``max_tokens``."""
    pieces: list[tuple[Span, int]] = []
    waiting = [span]
    while waiting:
        start, end = waiting.pop()
        # Never all that is left: of a book without a full stop that would be quadratic.
        stop = min(end, start + max_tokens * _WINDOW)
        count = count_tokens(text[start:stop])
        if stop == end and (count <= max_tokens or end - start <= 1):
            pieces.append(((start, end), count))
            continue
        length = (stop - start) * max_tokens // max(count, max_tokens)
        middle = _cut_near(text, start, end, start + length)
        parts = (trimmed(text, middle, end), trimmed(text, start, middle))
        waiting += [part for part in parts if part[0] < part[1]]
    return pieces


def _cut_near(text: str, start: int, end: int, target: int) -> int:
    """Return the last white space up to ``target``, or ``target`` where there is none."""
    target = min(max(target, start + 1), end - 1)
    for position in range(target, max(start, target - 200), -1):
        if text[position].isspace():
            return position
    return target
