"""An index in, the reader's order of its hits out: the last rows of the retrieval table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.language.question import analyse
from bot.reader.reading import Reader
from bot.weighing.candidates import Candidates
from bot.weighing.ranking import rank, reranked
from bot.weighing.weights import load_weights
from evaluation.ranks import Rank

if TYPE_CHECKING:
    from index.library import Library
    from index.retrieval import Hit


def reading_order(library: Library, read: int, load_reader: Callable[[], Reader]) -> Rank:
    """Return a ranking that puts the first ``read`` hits in the order of what the reader finds.

    It is the order in which the built-in answerer has them; the hits after those stay behind.
    """
    candidates = Candidates(library, lambda: library.embedder, load_reader)
    weighing = load_weights().read

    def order(question: str, k: int) -> Sequence[Hit]:
        asked = analyse(question)
        hits = library.retrieve(question, max(k, read))
        found = candidates.find(asked, hits[:read], read=True)
        ranked = rank(weighing, asked, found, weighing.threshold)
        return (*reranked(hits[:read], ranked), *hits[read:])[:k]

    return order
