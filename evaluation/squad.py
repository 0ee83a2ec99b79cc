"""A SQuAD document in, questions and their articles out (v1.1 and v2.0).

Open: each title is one article, its paragraphs parted by blank lines. Gold: each paragraph is an
article, and a question may see only its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corpus.article import Article, normalise
from corpus.sentences import sentence_spans
from evaluation.errors import SetError
from evaluation.questions import UNANSWERABLE, BadEntry, GoldQuestion

Wrong = tuple[str, str]
"""Where an entry is, and why it cannot be used."""


def parse_squad(
    document: object, label: str, gold: bool
) -> tuple[list[GoldQuestion], tuple[Article, ...], list[Wrong]]:
    """Return the questions, the articles and the broken entries of a decoded SQuAD document.

    SetError if it is no such document at all.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("data"), list):
        raise SetError(f"{label}: not SQuAD: expected an object whose “data” is a list")
    questions: list[GoldQuestion] = []
    texts: dict[str, str] = {}
    titles: dict[str, str] = {}
    wrong: list[Wrong] = []
    for place, title, context, asked in _paragraphs(document["data"], label, wrong):
        shown = title.replace("_", " ")
        article_id = _gold_id(texts, title, context) if gold else title
        if not gold and article_id in texts:
            texts[article_id] += f"\n\n{context}"
        else:
            texts[article_id] = context
        titles[article_id] = normalise(shown)
        for qa in asked:
            try:
                questions.append(_question(qa, context, article_id, gold))
            except BadEntry as exc:
                wrong.append((place, str(exc)))
    articles = tuple(Article(key, titles[key], text) for key, text in texts.items())
    return questions, articles, wrong


def _paragraphs(
    titles: list[Any], label: str, wrong: list[Wrong]
) -> Iterator[tuple[str, str, str, list[Any]]]:
    """Yield (place, title, normalised context, questions) of each paragraph."""
    for number, entry in enumerate(titles, 1):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("paragraphs"), list):
            wrong.append((f"{label}, article {number}", "expected “paragraphs”, a list"))
            continue
        title = str(entry.get("title") or f"article-{number}")
        for count, paragraph in enumerate(entry["paragraphs"], 1):
            place = f"{label}, {title}, paragraph {count}"
            context = paragraph.get("context") if isinstance(paragraph, Mapping) else None
            asked = paragraph.get("qas") if isinstance(paragraph, Mapping) else None
            text = normalise(context) if isinstance(context, str) else ""
            if not text.strip() or not isinstance(asked, list):
                wrong.append((place, "expected “context”, a text, and “qas”, a list"))
                continue
            yield place, title, text, asked


def _gold_id(texts: Mapping[str, str], title: str, context: str) -> str:
    """Return the id of the paragraph's article: one that there is, if the text is the same."""
    same = next((key for key, text in texts.items() if text == context), None)
    return same or f"{title}/{len(texts) + 1}"


def _question(qa: object, context: str, article_id: str, gold: bool) -> GoldQuestion:
    if not isinstance(qa, Mapping):
        raise BadEntry("a question is no object")
    name, question = qa.get("id"), qa.get("question")
    if not isinstance(name, str | int) or not str(name):
        raise BadEntry("a question has no “id”")
    if not isinstance(question, str) or not question.strip():
        raise BadEntry(f"question {name}: “question” must be a text")
    answers = [] if qa.get("is_impossible") else qa.get("answers")
    if not isinstance(answers, list) or not all(_is_answer(answer) for answer in answers):
        raise BadEntry(f"question {name}: “answers” must be a list of {{text, answer_start}}")
    texts = tuple(dict.fromkeys(normalise(answer["text"]) for answer in answers))
    if not texts and "is_impossible" not in qa:
        raise BadEntry(f"question {name}: no answers, and it is not said to be impossible")
    return GoldQuestion(
        id=str(name),
        question=question,
        answers=texts,
        article=article_id if texts else None,
        evidence=_evidence(context, answers),
        kind="squad" if texts else UNANSWERABLE,
        only=article_id if gold else None,
    )


def _is_answer(answer: object) -> bool:
    return (
        isinstance(answer, Mapping)
        and isinstance(answer.get("text"), str)
        and bool(answer["text"].strip())
        and isinstance(answer.get("answer_start"), int)
    )


def _evidence(context: str, answers: list[Any]) -> tuple[str, ...]:
    """Return the sentences of ``context`` that the answers stand in."""
    found: list[str] = []
    for answer in answers:
        text = normalise(answer["text"])
        start = _nearest(context, text, answer["answer_start"])
        for first, last in sentence_spans(context) if start is not None else ():
            if start is not None and first < start + len(text) and start < last:
                found.append(context[first:last])
    return tuple(dict.fromkeys(found))


def _nearest(context: str, text: str, position: int) -> int | None:
    """Return where ``text`` stands nearest to ``position``, which normalising may have moved."""
    starts = []
    start = context.find(text)
    while start >= 0:
        starts.append(start)
        start = context.find(text, start + 1)
    return min(starts, key=lambda found: abs(found - position), default=None)
