"""The shapes of the JSON that commands and doors give: one name for each, for typed results.

TypedDict is typing_extensions': pydantic reads the standard library's only from Python 3.12 on.
"""

# Annotations are evaluated here: NotRequired is not seen in one that is a string.
from typing import NotRequired

from typing_extensions import TypedDict


class CitationJson(TypedDict):
    """``[number]`` in the text: ``article.text[start:end] == quote``, offsets in characters."""

    number: int
    article: str
    title: str
    source: str | None
    published: str | None
    start: int
    end: int
    quote: str
    support: str
    page: NotRequired[int]


class PassageJson(TypedDict):
    """A ranked passage: ``article.text[start:end] == text``; higher ``score`` is nearer."""

    article: str
    title: str
    start: int
    end: int
    text: str
    score: float
    rank: int


class AnswerJson(TypedDict):
    """What ``ask --json`` prints. ``confidence`` is a probability; ``seconds`` it took."""

    question: str
    searched: str
    answered: bool
    text: str
    short: str
    confidence: float
    answerer: str
    seconds: float
    warnings: list[str]
    citations: list[CitationJson]
    passages: list[PassageJson]
    usage: NotRequired[dict[str, int]]


class EntryJson(TypedDict):
    """One row of ``articles --json``; None is what the article does not say."""

    id: str
    title: str
    source: str | None
    author: str | None
    published: str | None
    path: str | None
    url: str | None
    characters: int
    passages: int
    added: str


class OutcomeJson(TypedDict):
    """What became of one article: ``added``, ``unchanged``, ``replaced``, ``refused`` ..."""

    article: str
    status: str
    reason: str
