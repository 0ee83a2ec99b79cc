"""Two passages of an article in, one passage out where the second goes on with the first."""

from __future__ import annotations

import re
from typing import Final

from corpus.article import Article, Passage, cut_passage

_PARAGRAPH_END: Final = re.compile(r"[ \t]*\n[ \t]*\n")


def join(article: Article, one: Passage, other: Passage) -> Passage | None:
    """Return the passage that covers both, or None if they are apart or a paragraph ends between.

    A passage is cut inside a paragraph only for its length: the neighbour goes on with it.
    """
    first, second = sorted((one, other), key=lambda passage: (passage.start, passage.end))
    if article.text[first.end : second.start].strip():
        return None
    if _PARAGRAPH_END.match(article.text, first.end):
        return None
    return cut_passage(article, first.start, max(first.end, second.end))
