"""SQuAD files or a question set in, articles and questions for a test of retrieval alone out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.article import Article, normalise
from evaluation.errors import SetError


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: a passage is right if it is of one of ``articles`` and holds an answer."""

    question: str
    answers: tuple[str, ...]
    articles: frozenset[str]

    def is_answered_by(self, article_id: str, text: str) -> bool:
        """Tell whether the passage ``text`` of that article is right."""
        folded = text.casefold()
        return article_id in self.articles and any(a.casefold() in folded for a in self.answers)


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Articles to index, and questions that some of them answer."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[Asked, ...]


def squad_open(
    path: Path, distractors: Sequence[Path] = (), limit: int | None = None
) -> RetrievalSet:
    """Return the paragraphs of SQuAD files, each an article of its own, and ``path``'s questions.

    Only answerable questions count, the first ``limit`` of them. A paragraph that files share is
    there once; of copies that differ in white space, each is right. An article's id is
    ``FILE/TITLE/NUMBER``.
    """
    articles: dict[str, Article] = {}
    copies: dict[str, set[str]] = {}
    asked: list[tuple[str, tuple[str, ...], str]] = []
    for file in (path, *distractors):
        for article, questions in _paragraphs(file):
            held = articles.setdefault(article.sha256, article)
            folded = " ".join(article.text.split())
            copies.setdefault(folded, set()).add(held.id)
            if file == path:
                asked += [(question, answers, folded) for question, answers in questions]
    return RetrievalSet(
        path.stem,
        tuple(articles.values()),
        tuple(
            Asked(question, answers, frozenset(copies[folded]))
            for question, answers, folded in asked[:limit]
        ),
    )


def newswire(folder: Path, limit: int | None = None) -> RetrievalSet:
    """Return the articles of a set's folder and its answerable questions of one turn."""
    from corpus.loaders import find_files, load_file
    from evaluation.sets import read_set

    articles = tuple(load_file(path, root) for path, root in find_files(folder / "articles"))
    questions = tuple(
        Asked(q.question, q.answers, frozenset({q.article, *q.also}))
        for q in read_set(folder / "questions.jsonl").questions
        if q.answers and q.article
    )
    return RetrievalSet(folder.name, articles, questions[:limit])


def _paragraphs(path: Path) -> Iterator[tuple[Article, list[tuple[str, tuple[str, ...]]]]]:
    """Yield each paragraph with its answerable questions; SetError if the file is no SQuAD."""
    number = 0
    for entry in _data(path):
        title = normalise(str(entry["title"]).replace("_", " ")).strip() or path.stem
        for paragraph in entry["paragraphs"]:
            number += 1
            text = normalise(paragraph["context"])
            asked = [
                (qa["question"], answers)
                for qa in paragraph["qas"]
                if not qa.get("is_impossible") and (answers := _answers(qa))
            ]
            yield Article(f"{path.stem}/{title}/{number}", title, text), asked


def _answers(qa: dict[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalise(answer["text"]) for answer in qa["answers"]))


def _data(path: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        data: list[dict[str, Any]] = document["data"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SetError(f"{path}: no SQuAD file ({exc})") from exc
    return data
