"""Articles in, questions out that they answer: each is asked before it is suggested."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from bot.answer import Answer
from bot.conversations.drafting import draft_questions
from bot.language.intents import intent_of
from corpus.article import Article
from corpus.sentences import Span, sentence_spans

Ask = Callable[[str], Answer]
MOST_TRIES = 6
"""Questions of one article that are asked to find those worth suggesting."""


def candidate_questions(article: Article) -> Iterator[tuple[str, Span]]:
    """Yield (question, span of the sentence it is drawn from), in the order of the text."""
    for start, end in sentence_spans(article.text):
        for question in draft_questions(article.text[start:end], article.text):
            yield question, (start, end)


def about_question(article: Article) -> str:
    """Return the question that every article answers.

    >>> about_question(Article("a.txt", "Rain on the coast", "It rained."))
    'What is “Rain on the coast” about?'
    """
    return f"What is “{article.title}” about?"


def suggest(
    articles: Iterable[Article], ask: Ask, most: int = 4, tries: int = MOST_TRIES
) -> tuple[str, ...]:
    """Return at most ``most`` questions that ``ask`` answers by the very sentence they come from.

    One from each article first, so that the first few differ; deterministic. At most ``tries``
    questions of an article are asked: a long one may have hundreds, and each is read for.
    """
    waiting = [(each.id, islice(candidate_questions(each), tries)) for each in articles]
    chosen: list[str] = []
    while waiting and len(chosen) < most:
        for pair in list(waiting):
            question = next((q for q, span in pair[1] if _new(q, chosen, ask, pair[0], span)), None)
            if question is None:
                waiting.remove(pair)
                continue
            chosen.append(question)
            if len(chosen) == most:
                break
    return tuple(chosen)


def follow_ups(
    answer: Answer,
    article: Article,
    ask: Ask,
    *,
    asked: Collection[str] = (),
    most: int = 3,
) -> Iterator[str | None]:
    """Yield questions that may follow ``answer``, which cites ``article``; None: one did not hold.

    Those of the sentences nearest to the cited ones come first; what was ``asked`` or cited already
    is left out. At most ``MOST_TRIES`` questions are asked, each only when the next is wanted.
    """
    cited = [(c.start, c.end) for c in answer.citations if c.passage.article_id == article.id]
    chosen = [" ".join(question.split()) for question in asked]
    goal = len(chosen) + most
    for question, span in _nearest_first(article, cited)[:MOST_TRIES]:
        holds = _new(question, chosen, ask, article.id, span)
        if holds:
            chosen.append(question)
        yield question if holds else None
        if len(chosen) == goal:
            return
    question = about_question(article)
    if not any(intent_of(each) == "summary" for each in asked):
        yield question if _new(question, chosen, ask, article.id, None) else None


def new_questions(articles: Sequence[Article], ask: Ask, most: int = 3) -> tuple[str, ...]:
    """Return checked questions for articles that have just come; what each is about fills up."""
    found = list(suggest(articles, ask, most))
    for article in articles:
        question = about_question(article)
        if len(found) < most and _new(question, found, ask, article.id, None):
            found.append(question)
    return tuple(found)


def _nearest_first(article: Article, cited: Sequence[Span]) -> list[tuple[str, Span]]:
    """Return a candidate of each sentence that is not cited, the nearest to a cited one first."""
    by_span: dict[Span, str] = {}
    for question, span in candidate_questions(article):
        if not any(start < span[1] and span[0] < end for start, end in cited):
            by_span.setdefault(span, question)
    middle = cited[0][0] if cited else 0
    return [(by_span[span], span) for span in sorted(by_span, key=lambda s: abs(s[0] - middle))]


def _new(
    question: str, known: Collection[str], ask: Ask, article_id: str, span: Span | None
) -> bool:
    """Tell whether ``question`` is none of ``known`` and answered by the sentence at ``span``.

    Without ``span`` any sentence of the article will do.
    """
    if question.casefold() in {each.casefold() for each in known}:
        return False
    cited = [c for c in ask(question).citations if c.passage.article_id == article_id]
    return any(span is None or (c.start, c.end) == span for c in cited)
