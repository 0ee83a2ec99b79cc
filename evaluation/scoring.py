"""A question with its accepted answers and the bot's Answer in, a scored Record out. Pure.

Exact match and F1 are SQuAD's (``bot/reader/scoring.py``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from bot.answer import Answer, Citation
from bot.reader.scoring import exact_match, normalise_answer, token_f1
from corpus.article import normalise
from corpus.sentences import sentence_spans
from evaluation.questions import GoldQuestion
from evaluation.records import Cited, Found, Record, Reply
from index.retrieval import Hit

TextOf = Callable[[str], str | None]
"""Returns the text of the article of this id, None if there is none."""


def score(question: GoldQuestion, answer: Answer, seconds: float, text_of: TextOf) -> Record:
    """Return the record of ``answer``; ``seconds`` is the time it took."""
    return Record(
        gold=question,
        reply=_reply(question, answer, text_of),
        seconds=seconds,
        em=_overall(question, answer, exact_match),
        f1=_overall(question, answer, token_f1),
        answer_in_text=answer.answered
        and any(holds(answer.text, accepted) for accepted in question.answers),
    )


def fail(question: GoldQuestion, error: Exception, seconds: float) -> Record:
    """Return the record of a question that raised ``error``: it scores 0 everywhere."""
    told = " ".join(str(error).split())
    return Record(question, Reply(), seconds, error=f"{type(error).__name__}: {told}")


def holds(text: str, accepted: str) -> bool:
    """Tell whether ``text`` holds ``accepted`` as a run of whole words.

    Case, articles and punctuation do not count, curly quotes and dashes included; digits with
    their points and commas do: "12.3 percent" does not hold "3 percent".
    """
    words, wanted = _words(text), _words(accepted)
    return bool(wanted) and any(
        words[start : start + len(wanted)] == wanted
        for start in range(len(words) - len(wanted) + 1)
    )


def is_article(found: str, named: str) -> bool:
    """Tell whether the id ``found`` is what a set calls ``named``: equal, or beginning with it.

    >>> is_article("05.txt#a1b2c3", "05.txt"), is_article("051.txt", "05")
    (True, False)
    """
    following = found[len(named) : len(named) + 1]
    return found.startswith(named) and not following.isalnum()


def is_right(
    question: GoldQuestion, article: str, start: int, end: int, text: str, text_of: TextOf
) -> bool:
    """Tell whether the stretch ``start:end`` of ``article``, which reads ``text``, answers.

    It does if it overlaps the evidence, or holds an accepted answer in the right article. A
    question that names no article takes any; one without answers, none.
    """
    if not question.answerable:
        return False
    named = tuple(name for name in (question.article, *question.also) if name)
    if named and not any(is_article(article, name) for name in named):
        return False
    if any(holds(text, accepted) for accepted in question.answers):
        return True
    whole = text_of(article) if question.evidence else None
    return whole is not None and any(
        first < end and start < last
        for evidence in question.evidence
        for first, last in evidence_spans(whole, evidence)
    )


def evidence_spans(text: str, evidence: str) -> tuple[tuple[int, int], ...]:
    """Return where ``evidence`` stands in ``text``: whole, or else sentence by sentence."""
    evidence = normalise(evidence).strip()
    spans = _occurrences(text, evidence)
    if spans:
        return spans
    return tuple(
        span
        for first, last in sentence_spans(evidence)
        for span in _occurrences(text, evidence[first:last])
    )


def _overall(
    question: GoldQuestion, answer: Answer, metric: Callable[[str, Sequence[str]], float]
) -> float:
    """Return ``metric``, or whether it was refused where a refusal is right (SQuAD v2.0)."""
    if not question.answerable:
        return float(not answer.answered)
    return metric(answer.short, question.answers) if answer.answered else 0.0


def _words(text: str) -> list[str]:
    return normalise_answer("".join(map(_without_typography, text))).split()


def _without_typography(character: str) -> str:
    """Return a space for “, ’, – and the like, which the official normalisation keeps."""
    foreign = not character.isascii() and unicodedata.category(character).startswith("P")
    return " " if foreign else character


def _occurrences(text: str, wanted: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        (match.start(), match.end()) for match in re.finditer(re.escape(wanted), text) if wanted
    )


def _reply(question: GoldQuestion, answer: Answer, text_of: TextOf) -> Reply:
    return Reply(
        searched=answer.searched,
        answered=answer.answered,
        text=answer.text,
        short=answer.short,
        confidence=answer.confidence,
        answerer=answer.answerer,
        warnings=answer.warnings,
        citations=tuple(_cited(question, one, text_of) for one in answer.citations),
        hits=tuple(_found(question, hit, text_of) for hit in answer.hits),
        timings=dict(answer.timings),
    )


def _cited(question: GoldQuestion, citation: Citation, text_of: TextOf) -> Cited:
    article = citation.passage.article_id
    whole = text_of(article)
    return Cited(
        number=citation.number,
        article=article,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        support=citation.support,
        verbatim=whole is not None and whole[citation.start : citation.end] == citation.quote,
        right=is_right(question, article, citation.start, citation.end, citation.quote, text_of),
    )


def _found(question: GoldQuestion, hit: Hit, text_of: TextOf) -> Found:
    passage = hit.passage
    return Found(
        article=passage.article_id,
        title=passage.title,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        score=round(hit.score, 6),
        rank=hit.rank,
        right=is_right(
            question, passage.article_id, passage.start, passage.end, passage.text, text_of
        ),
    )
