"""Answers, hits and article entries in, plain dictionaries for JSON out: the command contracts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.answer import Answer, Citation
from bot.json_shapes import AnswerJson, CitationJson, EntryJson, OutcomeJson, PassageJson
from corpus.article import Article
from index.retrieval import Hit

if TYPE_CHECKING:
    from index.catalogue import ArticleEntry
    from index.library import Outcome

_SCORE_DIGITS = 6


def answer_as_json(
    answer: Answer, seconds: float, article_of: Callable[[str], Article | None]
) -> AnswerJson:
    """Return what ``ask --json`` prints."""
    shown: AnswerJson = {
        "question": answer.question,
        "searched": answer.searched,
        "answered": answer.answered,
        "text": answer.text,
        "short": answer.short,
        "confidence": round(answer.confidence, _SCORE_DIGITS),
        "answerer": answer.answerer,
        "seconds": round(seconds, 4),
        "warnings": list(answer.warnings),
        "citations": citations_as_json(answer, article_of),
        "passages": hits_as_json(answer.hits),
    }
    if answer.usage:
        shown["usage"] = dict(answer.usage)
    return shown


def hits_as_json(hits: Sequence[Hit]) -> list[PassageJson]:
    """Return the ranked passages as ``ask --json`` and ``search --json`` print them."""
    return [
        {
            "article": hit.passage.article_id,
            "title": hit.passage.title,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "text": hit.passage.text,
            "score": round(hit.score, _SCORE_DIGITS),
            "rank": hit.rank,
        }
        for hit in hits
    ]


def entry_as_json(entry: ArticleEntry) -> EntryJson:
    """Return one row of ``articles --json``."""
    return {
        "id": entry.id,
        "title": entry.title,
        "source": entry.source,
        "author": entry.author,
        "published": entry.published,
        "path": entry.path,
        "url": entry.url,
        "characters": entry.characters,
        "passages": entry.passages,
        "added": entry.added,
    }


def outcomes_as_json(outcomes: Sequence[Outcome]) -> list[OutcomeJson]:
    """Return what became of each article, as the doors print it."""
    return [
        {"article": each.article_id, "status": each.status, "reason": each.reason}
        for each in outcomes
    ]


def citations_as_json(
    answer: Answer, article_of: Callable[[str], Article | None]
) -> list[CitationJson]:
    """Return the citations as ``ask --json`` prints them."""
    return [_citation(c, article_of(c.passage.article_id)) for c in answer.citations]


def _citation(citation: Citation, article: Article | None) -> CitationJson:
    """Return a citation; ``page`` only where the article has pages."""
    page = article.page_at(citation.start) if article else None
    shown: CitationJson = {
        "number": citation.number,
        "article": citation.passage.article_id,
        "title": citation.passage.title,
        "source": article.source if article else None,
        "published": article.published if article else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "support": citation.support,
    }
    if page is not None:
        shown["page"] = page
    return shown
