"""Articles in, questions out that they answer: each is asked before it is suggested."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bot.answer import Answer
from bot.spans import spans_of_kind
from corpus.article import Article
from corpus.sentences import sentence_spans

_NAME: Final = r"[A-Z][\w’'-]+(?: (?:(?:of|de|da|al|bin) )?[A-Z][\w’'-]+){1,3}"
_FIGURE: Final = re.compile(
    r"^The (?P<subject>[a-z][\w’ -]{3,60}?(?: (?:between|of|for) [\w’ -]{3,60}?)?)"
    r"(?: in (?P<year>(?:19|20)\d\d))? "
    r"(?:showed|reached|rose|fell|slowed|stood|grew|dropped|is|was|gained|totalled)\b"
)
_SPEAKER: Final = re.compile(
    rf"\b(?:said|told [\w ]{{1,20}}|added)\s+(?:\w+ ){{0,3}}?(?P<name>{_NAME})"
)
_AGED: Final = re.compile(rf"^(?P<name>{_NAME}), (?P<age>[1-9]\d), ")


def candidate_questions(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (question, sentence it is drawn from), in the order of the text."""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        figures = spans_of_kind(sentence, "money") or spans_of_kind(sentence, "percent")
        if (match := _FIGURE.match(sentence)) and figures:
            year = f" in {match['year']}" if match["year"] else ""
            yield f"What was the {match['subject']}{year}?", sentence
        elif match := _AGED.match(sentence):
            yield f"How old is {match['name']}?", sentence
        elif (match := _SPEAKER.search(sentence)) and "“" in sentence:
            yield f"What did {match['name']} say?", sentence


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
