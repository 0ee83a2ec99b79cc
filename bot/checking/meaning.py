"""An embedder or a reader in, a judge of meaning out: loaded at the first use, not before."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.checking.attributing import Who
from bot.checking.evidence import Source
from bot.once import once
from bot.reader.features import header_of
from bot.reader.reading import Reader
from bot.verifying import Cosines
from bot.weighing.vectors import CachedVectors
from index.embedding import Embedder


def cosines_of(load_embedder: Callable[[], Embedder]) -> Cosines:
    """Return a function that gives a claim's cosine, -1 to 1, with each of some texts."""
    vectors = once(lambda: CachedVectors(load_embedder()))

    def cosines(claim: str, texts: Sequence[str]) -> Sequence[float]:
        embedded = vectors().embed([claim, *texts])
        return [float(value) for value in embedded[1:] @ embedded[0]]

    return cosines


def who_of(load_reader: Callable[[], Reader]) -> Who:
    """Return a function that gives the reader's best answer from a passage, and its margin."""
    reader = once(load_reader)

    @lru_cache(maxsize=1_024)
    def who(question: str, source: Source) -> tuple[str, float]:
        header = header_of(source.passage.title, source.article.published)
        (reading,) = reader().read(question, [source.passage], [header])
        if not reading.spans:
            return "", -math.inf
        best = reading.spans[0]
        return source.article.text[best.start : best.end], best.score

    return who
