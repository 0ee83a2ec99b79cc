"""Article ids that a visitor names in, those to ask out: a wrong name is told, not passed over."""

from __future__ import annotations

from collections.abc import Sequence

from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.errors import QuestionError


def chosen(desk: Desk, visitor: Visitor, ids: Sequence[str] | None) -> frozenset[str] | None:
    """Return ``ids`` to ask, None for all if there are none; QuestionError for an unknown one."""
    if not ids:
        return None
    known = {entry.id for entry in desk.entries(visitor)}
    strangers = [each for each in ids if each not in known]
    if strangers:
        raise QuestionError(f"there is no article {strangers[0]!r}; see the list of articles")
    return frozenset(ids)
