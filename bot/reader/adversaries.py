"""Answerable examples in, unanswerable ones out, made by rule.

One name, number or year of the question is swapped for another of the same kind from the passage
(or, for a number, a made-up one), so that the passage still looks as if it answered; as in
RuleBased negatives of Rajpurkar, Jia & Liang 2018 (SQuAD 2.0, section 3).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot.reader.examples import Example

_YEAR: Final = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_NUMBER: Final = re.compile(r"\b[0-9][0-9,]*(?:\.[0-9]+)?\b")
_NAME: Final = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: (?:of )?[A-Z][\w’'-]+)*")
_PLAIN_WORD: Final = re.compile(r"[a-z]+")
_OPPOSITES: Final = {
    "first": "last",
    "last": "first",
    "most": "least",
    "least": "most",
    "largest": "smallest",
    "smallest": "largest",
    "highest": "lowest",
    "lowest": "highest",
    "before": "after",
    "after": "before",
    "increase": "decrease",
    "decrease": "increase",
    "more": "fewer",
    "north": "south",
    "south": "north",
    "east": "west",
    "west": "east",
    "win": "lose",
    "won": "lost",
    "lost": "won",
    "oldest": "youngest",
    "youngest": "oldest",
    "early": "late",
    "late": "early",
    "earliest": "latest",
    "latest": "earliest",
    "always": "never",
    "male": "female",
    "female": "male",
    "minimum": "maximum",
    "maximum": "minimum",
    "began": "ended",
    "begin": "end",
    "start": "end",
    "started": "ended",
    "support": "oppose",
    "supported": "opposed",
    "accept": "reject",
    "accepted": "rejected",
    "is": "isn't",
    "was": "wasn't",
    "are": "aren't",
    "were": "weren't",
    "did": "didn't",
    "can": "can't",
}


def swapped(examples: Sequence[Example], rng: random.Random, most: int) -> list[Example]:
    """Return at most ``most`` unanswerables made of answerable ``examples``, drawn at random."""
    made: list[Example] = []
    for example in rng.sample(examples, len(examples)):
        if len(made) >= most:
            break
        question = swap_one(example, rng) if example.answers else None
        if question is not None:
            made.append(replace(example, id=f"{example.id}-swap", question=question, answers=()))
    return made


def swap_one(example: Example, rng: random.Random) -> str | None:
    """Return the question with one thing swapped, or None if there is nothing to swap."""
    makers = [_other_year, _other_name, _other_number, _opposite]
    rng.shuffle(makers)
    for maker in makers:
        found = maker(example, rng)
        if found is not None and found != example.question:
            return found
    return None


def _other_year(example: Example, rng: random.Random) -> str | None:
    return _replaced(
        example, _YEAR, rng, lambda old: str(int(old) + rng.choice([-2, -1, 1, 2, 10]))
    )


def _other_number(example: Example, rng: random.Random) -> str | None:
    return _replaced(example, _NUMBER, rng, lambda old: str(rng.randint(2, 98)))


def _other_name(example: Example, rng: random.Random) -> str | None:
    return _replaced(example, _NAME, rng, None)


def _replaced(
    example: Example,
    pattern: re.Pattern[str],
    rng: random.Random,
    invent: Callable[[str], str] | None,
) -> str | None:
    asked = list(pattern.finditer(example.question))
    if not asked:
        return None
    match = rng.choice(asked)
    old = match.group()
    taken = {old, *(text for _, text in example.answers)}
    others: list[str] = sorted(
        {
            found
            for found in pattern.findall(example.context)
            if not any(found in t or t in found for t in taken) and found not in example.question
        }
    )
    new: str
    if others and (invent is None or rng.random() < 0.6):
        new = rng.choice(others)
    elif invent is not None:
        new = invent(old)
    else:
        return None
    return example.question[: match.start()] + new + example.question[match.end() :]


def _opposite(example: Example, rng: random.Random) -> str | None:
    matches = [
        match
        for match in _PLAIN_WORD.finditer(example.question)
        if match.group() in _OPPOSITES
        and (not _OPPOSITES[match.group()].endswith("n't") or rng.random() < 0.3)
    ]
    if not matches:
        return None
    match = rng.choice(matches)
    new = _OPPOSITES[match.group()]
    return example.question[: match.start()] + new + example.question[match.end() :]
