"""A past question and what was said to it in, the Turn that a follow-up refers to out.

OpenAI's clients send a conversation as texts. What an answer was searched for and which articles it
cites is remembered here, so that "and in 2022?" works as it does in the page.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Final

from bot.answer import Answer, Turn, turn_of
from bot.doors.visiting import Visitor

_MOST: Final = 5_000
"""Answers that are remembered; the one used longest ago is forgotten first."""


class Recall:
    """What was answered to whom; safe to call from many threads."""

    def __init__(self, most: int = _MOST) -> None:
        """Remember ``most`` answers."""
        self._most = most
        self._lock = Lock()
        self._turns: OrderedDict[bytes, Turn] = OrderedDict()

    def keep(self, visitor: Visitor, question: str, answer: Answer) -> None:
        """Remember ``answer``, given to the visitor's ``question``."""
        key = _key(visitor, question, answer.text)
        with self._lock:
            self._turns[key] = turn_of(answer)
            self._turns.move_to_end(key)
            while len(self._turns) > self._most:
                self._turns.popitem(last=False)

    def turns(self, visitor: Visitor, before: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
        """Return the turns of the exchanges ``before``: (question, answer), oldest first.

        Of an answer that is not remembered, or was changed, only the words are known.
        """
        return tuple(self._turn(visitor, question, said) for question, said in before)

    def _turn(self, visitor: Visitor, question: str, said: str) -> Turn:
        key = _key(visitor, question, said)
        with self._lock:
            known = self._turns.get(key)
            if known is not None:
                self._turns.move_to_end(key)
        return known or Turn(question, question, said)


def _key(visitor: Visitor, question: str, said: str) -> bytes:
    parts = (*visitor.key, " ".join(question.split()), " ".join(said.split()))
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).digest()
