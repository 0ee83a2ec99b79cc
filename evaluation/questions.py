"""One entry of a question set in, GoldQuestions out: what is asked and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from corpus.article import normalise

UNANSWERABLE: Final = "unanswerable"
"""The kind of a question that must be refused; the default kind where there are no answers."""


class BadEntry(ValueError):
    """Raised for an entry that is no question; the message says why, not where."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with its accepted ``answers`` (none: it must be refused).

    ``article`` is the id (or its beginning) of the article that answers it, ``also`` those of
    others that do, ``evidence`` the exact sentences. ``dialogue`` is the id of the dialogue that
    the question is a turn of. ``only`` is the one article that may be searched (None: all).
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    article: str | None = None
    evidence: tuple[str, ...] = ()
    kind: str = "question"
    also: tuple[str, ...] = ()
    dialogue: str | None = None
    only: str | None = None

    @property
    def answerable(self) -> bool:
        """Whether it has an answer at all."""
        return bool(self.answers)


def parse_entry(entry: object, default_id: str) -> tuple[GoldQuestion, ...]:
    """Return the question that ``entry`` (decoded JSON) is, or the turns of a dialogue.

    ``default_id`` is the id of an entry without one. BadEntry says what is wrong with it.
    """
    if not isinstance(entry, Mapping):
        raise BadEntry(f"expected an object with a question; found {_shown(entry)}")
    if "turns" not in entry:
        return (_question(entry, default_id, ""),)
    turns = entry["turns"]
    name = _id(entry, default_id)
    if not isinstance(turns, list) or not turns:
        raise BadEntry(f"“turns” must be a list of questions; found {_shown(turns)}")
    return tuple(_turn(turn, name, place) for place, turn in enumerate(turns, 1))


def _turn(turn: object, dialogue: str, place: int) -> GoldQuestion:
    if not isinstance(turn, Mapping):
        raise BadEntry(f"turn {place}: expected an object; found {_shown(turn)}")
    try:
        question = _question(turn, "", "dialogue")
    except BadEntry as exc:
        raise BadEntry(f"turn {place}: {exc}") from exc
    return replace(question, id=f"{dialogue}/{place}", dialogue=dialogue)


def _question(entry: Mapping[str, Any], default_id: str, default_kind: str) -> GoldQuestion:
    question = entry.get("question")
    if not isinstance(question, str) or not question.strip():
        raise BadEntry(f"“question” must be a text; found {_shown(question)}")
    if "answers" not in entry:
        raise BadEntry("“answers” is missing; write [] if the question must be refused")
    answers = _texts(entry, "answers")
    kind = entry.get("kind") or default_kind or ("question" if answers else UNANSWERABLE)
    if not isinstance(kind, str):
        raise BadEntry(f"“kind” must be a word; found {_shown(kind)}")
    if kind == UNANSWERABLE and answers:
        raise BadEntry(f"its kind is unanswerable, but it has answers: {_shown(answers)}")
    article = entry.get("article") or None
    if article is not None and not isinstance(article, str):
        raise BadEntry(f"“article” must be an id or null; found {_shown(article)}")
    return GoldQuestion(
        id=_id(entry, default_id),
        question=question,
        answers=answers,
        article=article,
        evidence=_texts(entry, "evidence"),
        kind=kind,
        also=_texts(entry, "also"),
    )


def _id(entry: Mapping[str, Any], default: str) -> str:
    found = entry.get("id")
    if found is None or found == "":
        return default
    if isinstance(found, str | int) and not isinstance(found, bool):
        return str(found)
    raise BadEntry(f"“id” must be a text; found {_shown(found)}")


def _texts(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the texts under ``key``, normalised as articles are; one text stands for a list."""
    found = entry.get(key)
    if found is None:
        found = []
    items = [found] if isinstance(found, str) and key != "answers" else found
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise BadEntry(f"“{key}” must be a list of texts; found {_shown(found)}")
    if key == "answers" and not all(item.strip() for item in items):
        raise BadEntry("“answers” holds an empty text; write [] if the question must be refused")
    return tuple(normalise(item) for item in items if item.strip())


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
