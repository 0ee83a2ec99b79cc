"""SQuAD-shaped files in, examples out: a question, a passage, its answers."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.language.words import stems_of


@dataclass(frozen=True, slots=True)
class Example:
    """A question over ``context``; ``answers`` are (start, text), none if it is unanswerable.

    ``header`` says which article it is from: its title and date, or nothing.
    """

    id: str
    question: str
    context: str
    answers: tuple[tuple[int, str], ...]
    title: str = ""
    header: str = ""

    def __post_init__(self) -> None:
        for start, text in self.answers:
            if self.context[start : start + len(text)] != text:
                raise ValueError(f"{self.id}: {text!r} is not at {start}")


def read_examples(path: Path) -> list[Example]:
    """Return every question of a SQuAD-shaped file (v1.1 or v2.0), in order."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return [
        Example(
            str(qa["id"]),
            qa["question"],
            paragraph["context"],
            ()
            if qa.get("is_impossible")
            else tuple((a["answer_start"], a["text"]) for a in qa["answers"]),
            entry.get("title", ""),
            paragraph.get("header", ""),
        )
        for entry in document["data"]
        for paragraph in entry["paragraphs"]
        for qa in paragraph["qas"]
    ]


def other_passages(examples: Sequence[Example], rng: random.Random, share: float) -> list[Example]:
    """Return unanswerables: for a ``share`` of the answerable, a near passage without the answer.

    Half of them get the passage of the same title that shares most words with the question, as a
    retriever would return it; the others any passage of the title.
    """
    headers = {example.context: example.header for example in examples}
    contexts: dict[str, list[str]] = defaultdict(list)
    for context, title in {e.context: e.title for e in examples}.items():
        contexts[title].append(context)
    words = {text: stems_of(text) for text in headers}
    answerable = [e for e in examples if e.answers and len(contexts[e.title]) > 1]
    made = []
    for example in rng.sample(answerable, int(share * len(answerable))):
        others = [
            text
            for text in rng.sample(contexts[example.title], min(40, len(contexts[example.title])))
            if text != example.context and not _holds(text, example.answers)
        ]
        if not others:
            continue
        asked = stems_of(example.question)
        near = max(others, key=lambda text: len(asked & words[text]))
        context = near if rng.random() < 0.5 else rng.choice(others)
        made.append(
            replace(
                example,
                id=f"{example.id}-other",
                context=context,
                answers=(),
                header=headers[context],
            )
        )
    return made


def _holds(text: str, answers: Iterable[tuple[int, str]]) -> bool:
    lowered = text.lower()
    return any(answer.lower() in lowered for _, answer in answers)
