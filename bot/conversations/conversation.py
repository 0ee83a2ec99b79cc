"""Exchange: one question of a visitor's conversation with what was shown for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from bot.answer import Answer, Turn, turn_of
from bot.escaping import clip

LONGEST: Final = 200
"""Exchanges of one conversation that are kept."""
_TURNS: Final = 12
"""Turns that go along with a question: more than a rewriter looks back on (bot/rewriting.py)."""
_WORDS: Final = 120
"""Characters of a selection or a title that are shown."""


@dataclass(frozen=True, slots=True)
class About:
    """A stretch of an article that a question is about.

    ``article`` is the article's id, ``title`` its title, ``text`` what was selected in it, on one
    line; ``context`` the sentences that it lies in.
    """

    article: str
    title: str
    text: str
    context: str

    def words(self) -> str:
        """Return what a question is about, in words.

        >>> About("a.txt", "Rain", "three days", "It rained for three days.").words()
        'About “three days” in Rain'
        """
        title = clip(self.title, _WORDS)
        return f"About “{clip(self.text, _WORDS)}” in {title}" if self.text else f"About {title}"

    def turn(self) -> Turn:
        """Return the selection as what a question may refer to ("who is she?")."""
        return Turn(self.text, self.text, self.context or self.text, articles=(self.article,))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: ``answer``, or None if there was an error or a stop.

    ``html`` is what is shown, escaped; without an answer, ``told`` says the same as plain text.
    ``id`` names the answer in links and in the feedback.
    """

    question: str
    html: str
    answer: Answer | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    told: str = ""
    about: About | None = None


def turns_of(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return what a follow-up may refer to: the last answers, oldest first."""
    answers = [exchange.answer for exchange in exchanges if exchange.answer is not None]
    return tuple(turn_of(answer) for answer in answers[-_TURNS:])


def extended(
    exchanges: Sequence[Exchange], exchange: Exchange, replaces: str = ""
) -> tuple[Exchange, ...]:
    """Return the conversation with one more exchange, the oldest ones dropped if it is long.

    The one whose id is ``replaces`` is replaced where it stands.
    """
    if any(each.id == replaces for each in exchanges):
        return tuple(exchange if each.id == replaces else each for each in exchanges)
    return (*exchanges, exchange)[-LONGEST:]
