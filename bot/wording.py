"""Figures, dates and sizes in, words for people out. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.language.intents import intent_of
from bot.language.moments import published_day

if TYPE_CHECKING:
    from bot.answer import Answer, Support

QUOTING: Final = frozenset({"", "reader"})
"""Answerers that say nothing but what they quote; what others write is shown as it is."""
SUPPORT: Final[dict[Support, str]] = {
    "verbatim": "word for word",
    "supported": "borne out",
    "unsupported": "not borne out",
    "contradicted": "the article says otherwise",
}


def confidence_words(confidence: float) -> str:
    """Return how sure ``confidence`` (0 to 1) is, in words."""
    if confidence >= 0.85:
        return "Very sure"
    if confidence >= 0.6:
        return "Fairly sure"
    return "Not very sure"


def sure_words(answer: Answer) -> str:
    """Return how sure an answer is, in words with the figure.

    A chat model's figure says how well the articles bear its sentences out, and is called so. A
    summary's sentences are chosen, not found: no figure says how sure that is.
    """
    if answer.answerer in QUOTING and intent_of(answer.searched) == "summary":
        return "Sentences of the article, word for word"
    percent = f"{round(100 * answer.confidence)} %"
    if answer.answerer in QUOTING:
        return f"{confidence_words(answer.confidence)} ({percent})"
    return f"Borne out by the articles: {percent}"


def date_words(published: str | None) -> str:
    """Return an ISO 8601 date as people write it; anything else stays as it is.

    >>> date_words("2024-05-09T10:00:00Z")
    '9 May 2024'
    """
    day = published_day(published)
    return f"{day.day} {day:%B} {day.year}" if day else published or ""


def size_words(characters: int) -> str:
    """Return a text's length as people say it.

    >>> size_words(12_345)
    '12,345 characters'
    """
    return "1 character" if characters == 1 else f"{characters:,} characters"
