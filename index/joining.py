"""Two passages of an article in, one passage out where the second goes on with the first."""

from __future__ import annotations

import re
from typing import Final

from corpus.article import Article, Passage, cut_passage

_MOST_BETWEEN: Final = 100
"""Characters of blanks between two passages that still are neighbours."""
_PARAGRAPH_END: Final = re.compile(r"[ \t]*\n[ \t]*\n")


def are_near(one: Passage, other: Passage) -> bool:
    """Tell whether the two may be neighbours, by their places alone: a look that costs nothing."""
    first, second = sorted((one, other), key=_place)
    return one.article_id == other.article_id and second.start - first.end <= _MOST_BETWEEN


def join(article: Article, one: Passage, other: Passage) -> Passage | None:
    """Return the passage that covers both, or None if they are apart or a paragraph ends between.

    A passage is cut inside a paragraph only for its length: the neighbour goes on with it.
    """
    if not are_near(one, other):
        return None
    first, second = sorted((one, other), key=_place)
    if article.text[first.end : second.start].strip():
        return None
    if _PARAGRAPH_END.match(article.text, first.end):
        return None
    return cut_passage(article, first.start, max(first.end, second.end))


def _place(passage: Passage) -> tuple[int, int]:
    return (passage.start, passage.end)
