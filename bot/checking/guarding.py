"""A question and the passages cited for it in, why they cannot answer it out. Pure.

A true sentence may answer another question: the trade of 2023 is no answer about 2019, nor about
Armenia. What a question names must be near what answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Final

from bot.language.dating import years_known
from bot.language.question import analyse
from bot.language.words import stems_of
from corpus.article import Article, Passage

_LONGEST_ABBREVIATION: Final = 5
_SIMILAR: Final = 0.75
"""Likeness (difflib's ratio) from which one name is another's spelling: Mirzayew, Mirzayev."""


def unanswered_because(
    searched: str, cited: Sequence[Passage], article_of: Callable[[str], Article | None]
) -> str:
    """Return what of the question's years and names the cited articles lack; empty: nothing."""
    asked = analyse(searched)
    articles = [article_of(passage.article_id) for passage in cited]
    known = [article for article in articles if article is not None]
    if not known:
        return ""
    years = {year for a in known for year in years_known(a.text, a.published)}
    missing = [year for year in asked.years if year not in years]
    texts = (f"{a.title} {a.text} {a.source or ''} {a.place or ''}" for a in known)
    words = frozenset(word for text in texts for word in stems_of(text))
    missing += [name for name in asked.names if not _mentioned(name, words)]
    if not missing:
        return ""
    return f"the passages found do not mention {', '.join(f'“{item}”' for item in missing)}"


def _mentioned(name: str, words: frozenset[str]) -> bool:
    """Tell whether ``words`` hold ``name``, in this or a similar spelling.

    Half of them will do: "Governor Asatiani" is the article's "Asatiani". An abbreviation may be
    spelt out there: it is let pass.
    """
    wanted = stems_of(name)
    if not wanted or (name.isupper() and len(name) <= _LONGEST_ABBREVIATION):
        return True
    return sum(_spelt(word, words) for word in wanted) >= len(wanted) / 2


def _spelt(word: str, words: frozenset[str]) -> bool:
    return word in words or any(
        word[:1] == other[:1] and SequenceMatcher(None, word, other).ratio() >= _SIMILAR
        for other in words
    )
