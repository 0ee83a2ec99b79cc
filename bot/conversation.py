"""Exchange: one question of a visitor's conversation with what was shown for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from bot.answer import Answer, Turn, turn_of

REMEMBERED: Final = 12
"""Turns of a conversation that are kept for its follow-ups."""
LONGEST: Final = 200
"""Exchanges of one conversation that are kept."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: ``answer``, or None if there was an error or a stop.

    ``html`` is what is shown, escaped. ``id`` names the answer in links and in the feedback.
    """

    question: str
    html: str
    answer: Answer | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def turns_of(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return what a follow-up may refer to: the last answers, oldest first."""
    answers = [exchange.answer for exchange in exchanges if exchange.answer is not None]
    return tuple(turn_of(answer) for answer in answers[-REMEMBERED:])


def extended(exchanges: Sequence[Exchange], exchange: Exchange) -> tuple[Exchange, ...]:
    """Return the conversation with one more exchange, the oldest ones dropped if it is long."""
    return (*exchanges, exchange)[-LONGEST:]
