"""A selection in an article in, the sentences around it and a question about it out. Pure."""

from __future__ import annotations

import re
from typing import Final

from corpus.article import Article
from corpus.sentences import sentence_spans

_SHORT: Final = 8
"""Words up to which a selection is a thing to be asked about; more of them say something."""
_LONGEST: Final = 2_000
"""Characters of a selection that are looked for."""


def context_of(article: Article, selected: str) -> str:
    """Return the sentences of ``article`` that hold ``selected``, on one line; "" if none do.

    The browser's selection has other white space than the text.
    """
    words = [re.escape(word) for word in selected[:_LONGEST].split()]
    match = re.search(r"\s+".join(words), article.text) if words else None
    if match is None:
        return ""
    spans = sentence_spans(article.text)
    inside = [article.text[s:e] for s, e in spans if s < match.end() and match.start() < e]
    return " ".join(" ".join(inside).split())


def question_about(selected: str) -> str:
    """Return the question that a short selection suggests; "" for a longer one, or none.

    >>> question_about("a recount in Ermera,")
    'What about a recount in Ermera?'
    """
    words = selected.split()
    if not 0 < len(words) <= _SHORT:
        return ""
    return f"What about {' '.join(words).strip(' .,;:!?“”()')}?"
