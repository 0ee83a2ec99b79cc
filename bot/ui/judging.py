"""What the visitor's thumbs do: a judgement of an answer in, a row of the feedback stored."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from bot.conversations.conversation import Exchange
from bot.conversations.feedback import VERDICTS, Verdict, judged
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.ui.messages import notice

Judgement = tuple[str, Verdict] | None
"""The answer's id and what was said of it, while what would be right is asked."""

_NOTED: Final = "Noted, thank you."
_ASKED: Final = "Noted. If you know what would be right, say it below."


class Judging:
    """Stores judgements by way of ``desk``."""

    def __init__(self, desk: Desk) -> None:
        """Whose answer it is comes in with every event."""
        self._desk = desk

    def judge(
        self, visitor: Visitor, name: str, answer_id: str, exchanges: tuple[Exchange, ...]
    ) -> tuple[str, Any, Judgement]:
        """Store a thumb: (notice, question what would be right, what it is about)."""
        exchange = _of(answer_id, exchanges)
        if exchange is None or name not in VERDICTS:
            return notice("This answer is not of this conversation."), gr.skip(), None
        verdict: Verdict = name  # type: ignore[assignment]  # It is one of VERDICTS.
        self._desk.judge(visitor, judged(exchange, verdict))
        if verdict == "good":
            return notice(_NOTED), gr.Group(visible=False), None
        return notice(_ASKED), gr.Group(visible=True), (answer_id, verdict)

    def correct(
        self, visitor: Visitor, right: str, judgement: Judgement, exchanges: tuple[Exchange, ...]
    ) -> tuple[str, Any, Judgement, str]:
        """Store what would be right: (notice, question hidden, nothing asked, emptied box)."""
        exchange = _of(judgement[0], exchanges) if judgement else None
        if judgement is None or exchange is None:
            return notice("There is nothing to correct."), gr.Group(visible=False), None, ""
        self._desk.judge(visitor, judged(exchange, judgement[1], right))
        return notice(_NOTED), gr.Group(visible=False), None, ""

    def correct_unsaid(
        self, visitor: Visitor, judgement: Judgement, exchanges: tuple[Exchange, ...]
    ) -> tuple[str, Any, Judgement, str]:
        """Store that the articles do not say it; else as ``correct``."""
        return self.correct(visitor, "", judgement, exchanges)


def _of(answer_id: str, exchanges: tuple[Exchange, ...]) -> Exchange | None:
    return next((e for e in exchanges if e.id == answer_id and e.answer is not None), None)
