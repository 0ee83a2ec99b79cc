"""A question in, an FTS5 query out: any of its words, none of them an operator. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

TITLE_WEIGHT: Final = 1.0
TEXT_WEIGHT: Final = 1.0
"""BM25 column weights, chosen with the tokenizer by measurement (hybrid.py names the sets).

MRR of BM25 alone, function words left out, over SQuAD open / NQ: title .5 .874 / .827, 1 .874 /
.847, 2 .873 / .859. NQ's titles name what is asked for more often than news headlines do; over wire
stories fused as in hybrid.py 2 is worse than 1 (.838 and .843), so that 1 stays. Without stems
(unicode61 alone): .855 / .799 where Porter's give .868 / .824 (title .5). With function words:
.868 / .846 (title 1). 2026-11-25.
"""
_MAX_QUERY_WORDS: Final = 64
# They match nearly every passage: leaving them out is faster, and no worse.
_FUNCTION_WORDS: Final = frozenset(
    """a about after again all also am an and any are as at be because been before being between
    both but by can could did do does during each few for from had has have having he her
    here hers him his how i if in into is it its just me more most my no nor not of on only
    or other our out over own she should so some such than that the their them then there
    these they this those through to too under until up us very was we were what when where
    which while who whom whose why will with would you your""".split()
)
_WORD: Final = re.compile(r"[^\W_]+")


def words_in(text: str) -> list[str]:
    """Return the words of ``text``, as FTS5's tokenizer sees them but for their stems."""
    return _WORD.findall(text)


def content_words(text: str) -> list[str]:
    """Return the words of ``text`` that are no function words, or all if it has no others."""
    words = words_in(text)
    return [word for word in words if word.lower() not in _FUNCTION_WORDS] or words


def match_any(words: Sequence[str], operator: str = " OR ") -> str:
    """Return the FTS5 query for ``words``, each quoted; empty if there are none.

    >>> match_any(["Trade", "trade", "NEAR"])
    '"trade" OR "near"'
    """
    kept = list(dict.fromkeys(word.lower() for word in words if word.isprintable()))
    return operator.join(f'"{word}"' for word in kept[:_MAX_QUERY_WORDS])
