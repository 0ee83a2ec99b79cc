"""An answer's text with ``[n]`` markers in, the same text with only true markers out. Pure.

Whoever writes the text, a marker survives only if its number belongs to a citation; the others are
dropped and counted, so that no reader clicks on a source that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from bot.answer import Answer, Citation
from corpus.article import Article

_MARKER: Final = re.compile(r"[ \u00a0]?\[(\d+(?:\s*[,;]\s*\d+)*)\]")


def cited_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers that ``text`` cites, in order of first appearance.

    >>> cited_numbers("It grew [2]. It shrank [1, 2].")
    (2, 1)
    """
    found = (int(part) for match in _MARKER.finditer(text) for part in _parts(match))
    return tuple(dict.fromkeys(found))


def keep_known(text: str, known: Collection[int]) -> tuple[str, int]:
    """Return ``text`` with only the markers whose number is ``known``, and how many were dropped.

    A marker of several numbers becomes one for each.

    >>> keep_known("It grew [1, 7]. It shrank [9].", {1})
    ('It grew [1]. It shrank.', 2)
    """
    dropped = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal dropped
        kept = [int(part) for part in _parts(match) if int(part) in known]
        dropped += len(_parts(match)) - len(kept)
        space = match.group()[0] if match.group()[0] != "[" else ""
        return space + "".join(f"[{number}]" for number in kept) if kept else ""

    return _MARKER.sub(mend, text), dropped


def check_quotes(answer: Answer, article_of: Callable[[str], Article | None]) -> Answer:
    """Return ``answer`` with only those citations whose quote stands in its article, word for word.

    A citation that points at other text, or at an article that is gone, is removed with its
    markers, and ``warnings`` says so: a wrong citation is worse than none.
    """
    true = tuple(c for c in answer.citations if _stands(c, article_of(c.passage.article_id)))
    text, dropped = keep_known(answer.text, {citation.number for citation in true})
    lost = len(answer.citations) - len(true)
    warnings = answer.warnings
    if lost:
        warnings += (f"{lost} citation(s) removed: the article does not hold the quoted words",)
    elif dropped:
        warnings += (f"{dropped} citation mark(s) removed: no such passage",)
    used = set(cited_numbers(text))
    return replace(
        answer,
        text=text,
        citations=tuple(citation for citation in true if citation.number in used),
        warnings=warnings,
    )


def _stands(citation: Citation, article: Article | None) -> bool:
    return article is not None and article.text[citation.start : citation.end] == citation.quote


def _parts(match: re.Match[str]) -> list[str]:
    return re.findall(r"\d+", match.group(1))
