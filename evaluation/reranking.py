"""An index in, the reader's order of its hits out: the fourth row of the retrieval table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.candidates import Candidates
from bot.extracting import rank, reranked
from bot.question import analyse
from bot.reader.reading import SHIPPED, OnnxReader
from bot.weights import load_weights

if TYPE_CHECKING:
    from index.library import Library
    from index.retrieval import Hit


def reading_rerank(
    library: Library, read: int, model: Path = SHIPPED
) -> Callable[[str, Sequence[Hit]], Sequence[Hit]]:
    """Return a function that puts the first ``read`` hits in the order of their best sentence.

    It is the order in which the built-in answerer has them; the hits after those stay behind.
    """
    candidates = Candidates(library, lambda: library.embedder, lambda: OnnxReader(model))
    weighing = load_weights().read

    def rerank(question: str, hits: Sequence[Hit]) -> Sequence[Hit]:
        asked, first = analyse(question), hits[:read]
        found = candidates.find(asked, first, read=True)
        ordered = reranked(first, rank(weighing, asked, found, weighing.threshold))
        return (*ordered, *hits[read:])

    return rerank
