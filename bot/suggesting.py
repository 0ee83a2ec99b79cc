"""Articles in, questions out that they answer: each is asked before it is suggested."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bot.answer import Answer
from bot.spans import spans_of_kind
from corpus.article import Article
from corpus.sentences import sentence_spans

_NAME: Final = r"[A-Z][\w-]+(?: (?:(?:of|de|da|al|bin) )?[A-Z][\w-]+){1,5}"
_FIGURE: Final = re.compile(
    r"^The (?P<subject>[a-z][\w-]+ [\w’ -]{2,60}?)(?: in (?P<year>(?:19|20)\d\d))? "
    r"(?:showed|reached|stood|is|was|totalled)\b"
)
_COUNT: Final = re.compile(
    r"^(?:About |Some |Nearly |Almost )?[1-9][\d,]* "
    r"(?P<rest>[a-z]+ (?:[a-z]+ ){0,2}?(?:gathered|voted|attended|were|are|took|died|joined)"
    r"\b[\w ’-]*)"
)
_SPEAKER: Final = re.compile(rf"[,”] said (?P<name>{_NAME})(?=[,.]| [a-z])")
_APPOSITION: Final = re.compile(rf"^(?P<name>{_NAME}), (?:(?P<age>[1-9]\d)|(?:an?|the) [a-z])")


def candidate_questions(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (question, sentence it is drawn from), in the order of the text."""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        question = _question(sentence)
        if question is not None:
            yield question, sentence


def _question(sentence: str) -> str | None:
    figures = spans_of_kind(sentence, "money") or spans_of_kind(sentence, "percent")
    if (match := _FIGURE.match(sentence)) and figures:
        year = f" in {match['year']}" if match["year"] else ""
        return f"What was the {match['subject']}{year}?"
    if match := _COUNT.match(sentence):
        return f"How many {match['rest'].strip()}?"
    if match := _APPOSITION.match(sentence):
        return f"How old is {match['name']}?" if match["age"] else f"Who is {match['name']}?"
    if match := _SPEAKER.search(sentence):
        return f"What did {match['name']} say?"
    return None


def suggest(
    articles: Iterable[Article], ask: Callable[[str], Answer], most: int = 4
) -> tuple[str, ...]:
    """Return at most ``most`` questions that ``ask`` answers by the very sentence they come from.

    One from each article first, so that the first few differ; deterministic.
    """
    waiting = [candidate_questions(article) for article in articles]
    chosen: list[str] = []
    while waiting and len(chosen) < most:
        for candidates in list(waiting):
            question = next(
                (
                    q
                    for q, sentence in candidates
                    if q not in chosen and _answered(ask(q), sentence)
                ),
                None,
            )
            if question is None:
                waiting.remove(candidates)
            elif len(chosen) < most:
                chosen.append(question)
    return tuple(chosen)


def _answered(answer: Answer, sentence: str) -> bool:
    return answer.answered and any(citation.quote == sentence for citation in answer.citations)
