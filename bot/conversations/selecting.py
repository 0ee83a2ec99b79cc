"""A selection in an article in, the sentences around it and a question about it out. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from corpus.article import Article
from corpus.sentences import Span, sentence_spans

_SHORT: Final = 8
"""Words up to which a selection is a thing to be asked about; more of them say something."""
_LONGEST: Final = 2_000
"""Characters of a selection that are looked for."""
_WORD: Final = re.compile(r"\S+")


def context_of(article: Article, selected: str) -> str:
    """Return the sentences of ``article`` that hold ``selected``, on one line; "" if none do.

    The browser's selection has other white space than the text.
    """
    found = _find(article.text, selected[:_LONGEST])
    if found is None:
        return ""
    start, end = found
    inside = [article.text[s:e] for s, e in sentence_spans(article.text) if s < end and start < e]
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


def _find(text: str, selected: str) -> Span | None:
    """Return the first place of ``selected`` in ``text``, whatever the white space in both.

    By ``str.find``, whose time grows with the text alone: as a pattern, a selection of many words
    that stand in the text again and again is gone through from each of them.
    """
    wanted, folded = " ".join(selected.split()), " ".join(text.split())
    at = folded.find(wanted) if wanted else -1
    if at < 0:
        return None
    return _unfolded(text, folded, at), _unfolded(text, folded, at + len(wanted) - 1) + 1


def _unfolded(text: str, folded: str, at: int) -> int:
    """Return where the character ``at`` of ``folded``, which is no space, stands in ``text``."""
    before = folded.count(" ", 0, at)
    word = next(islice(_WORD.finditer(text), before, None))
    return word.start() + at - (folded.rfind(" ", 0, at) + 1)
