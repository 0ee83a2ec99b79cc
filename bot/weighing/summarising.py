"""Articles in, their key sentences out: a summary that quotes, and so cannot be wrong.

Sentences are chosen by how near they are to their article's centre (its mean vector; Radev et al.
2004, "Centroid-based summarization of multiple documents", section 3), each less what it repeats
of those chosen before (maximal marginal relevance, Carbonell & Goldstein 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from bot.language.words import stems_of
from corpus.article import Article
from corpus.sentences import Span
from index.embedding import Vectors

KEY_SENTENCES: Final = 4
_FEWEST_WORDS: Final = 6
_MOST_READ: Final = 80
"""Sentences of a long article that are looked at, from its beginning."""
_LEAD: Final = 0.15
"""How much more than its nearness the first sentence counts; sinking to 0 over the article."""
_REPETITION: Final = 0.5


def key_sentences(
    article: Article,
    sentences: Sequence[Span],
    embed: Callable[[Sequence[str]], Vectors],
    count: int = KEY_SENTENCES,
) -> tuple[Span, ...]:
    """Return at most ``count`` of ``sentences``, in the article's order.

    The title's line and sentences of fewer than six words are not chosen while there are others.
    """
    proper = [
        span
        for span in sentences[:_MOST_READ]
        if len(article.text[span[0] : span[1]].split()) >= _FEWEST_WORDS
        and article.text[span[0] : span[1]].strip() != article.title
    ]
    proper = proper or list(sentences[:count])
    vectors = embed([article.text[start:end] for start, end in proper])
    centre = vectors.mean(axis=0)
    near = vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    near = near + _LEAD * (1.0 - np.arange(len(proper)) / len(proper))
    chosen: list[int] = []
    while len(chosen) < min(count, len(proper)):
        repeated = (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(proper))
        worth = near - _REPETITION * repeated
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
    return tuple(proper[number] for number in sorted(chosen))


def named_by_title(question: str, articles: Sequence[Article]) -> tuple[Article, ...]:
    """Return the articles whose title shares words with ``question``, most first; none: all."""
    asked = stems_of(question)
    shared = [len(asked & stems_of(article.title)) for article in articles]
    if not any(shared):
        return tuple(articles)
    order = sorted(range(len(articles)), key=lambda number: (-shared[number], number))
    return tuple(articles[number] for number in order if shared[number])
