"""Citation, Answer, Turn: what the bot gives for a question, and the Answerer that writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from corpus.article import Passage
from index.retrieval import Hit

Support = Literal["verbatim", "supported", "unsupported", "contradicted"]
"""How a cited sentence bears on what is said: quoted word for word, borne out by the checks, not
borne out, or at odds with it (another number, say)."""


@dataclass(frozen=True, slots=True)
class Citation:
    """``[number]`` in an answer's text: the exact sentence(s) it stands for.

    ``article.text[start:end] == quote`` and the span lies within ``passage`` as far as it is one.
    """

    number: int
    passage: Passage
    start: int
    end: int
    quote: str
    support: Support = "verbatim"

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"citations are numbered from 1; found {self.number}")
        if self.end - self.start != len(self.quote) or not self.quote.strip():
            raise ValueError(f"citation [{self.number}] at {self.start}:{self.end}: {self.quote!r}")


@dataclass(frozen=True, slots=True)
class Turn:
    """One past exchange of a conversation: what was asked, what was searched, what was said.

    ``articles`` are the ids of those cited.
    """

    question: str
    searched: str
    text: str
    short: str = ""
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question, with the sentences it rests on.

    ``searched`` is the standalone question that was really searched. ``answered`` is False for "not
    in the articles", which still shows the nearest passages in ``hits``. ``text`` holds ``[n]``
    markers, each the number of one of ``citations``; ``short`` is the bare answer ("USD 255.7
    million"), empty in a refusal. ``confidence`` is the probability, 0 to 1, that the question is
    answered by what is cited. ``timings`` are seconds by stage.
    """

    question: str
    searched: str
    answered: bool
    text: str
    short: str = ""
    confidence: float = 0.0
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    answerer: str = ""
    warnings: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    usage: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Tokens that a chat model read and wrote: ``input_tokens``, ``output_tokens``."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence is a probability; found {self.confidence}")
        if not self.answered and (self.short or self.citations):
            raise ValueError("a refusal has neither a short answer nor citations")
        numbers = [citation.number for citation in self.citations]
        if len(set(numbers)) != len(numbers):
            raise ValueError(f"two citations share a number: {numbers}")


def turn_of(answer: Answer) -> Turn:
    """Return what a later question may refer to of ``answer``."""
    cited = tuple(dict.fromkeys(c.passage.article_id for c in answer.citations))
    return Turn(answer.question, answer.searched, answer.text, answer.short, cited)


class Answerer(Protocol):
    """Writes an answer from retrieved passages."""

    @property
    def name(self) -> str:
        """What ``Answer.answerer`` says: ``reader``, ``ollama:qwen3:8b``, ..."""
        ...

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        """Yield the text so far as pieces while it is written, and last the whole Answer.

        An answerer that writes at once yields the Answer alone. Raises nothing for a question that
        the hits do not answer: that is an ``Answer(answered=False)``.
        """
        ...
