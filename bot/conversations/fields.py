"""An object of untrusted JSON in, its fields of the right kind and size out, or a KeptError."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bot.errors import KeptError

_MOST: Final = 2**53
"""Integers beyond it do not come through JSON whole."""


class Fields:
    """One object. Every method raises KeptError if the field is missing or of another kind."""

    def __init__(self, raw: object) -> None:
        """``raw`` is what the JSON said."""
        if not isinstance(raw, dict):
            raise KeptError(f"is damaged: an object was expected, not {type(raw).__name__}")
        self.raw: dict[str, Any] = raw

    def text(self, name: str, most: int) -> str:
        """Return a text of at most ``most`` characters."""
        value = self.raw.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise KeptError(f"is damaged: “{name}” is no text of up to {most:,} characters")
        return value

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """Return a text that is a whole match of ``pattern``."""
        value = self.text(name, 1_000)
        if pattern.fullmatch(value) is None:
            raise KeptError(f"is damaged: “{name}” is not in the form {pattern.pattern}")
        return value

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """Return one of the ``known`` texts."""
        value = self.text(name, 1_000)
        if value not in known:
            raise KeptError(f"is damaged: “{name}” is none of {', '.join(known)}")
        return value

    def texts(self, name: str, most: int, longest: int) -> tuple[str, ...]:
        """Return at most ``most`` texts, each of at most ``longest`` characters."""
        values = self.items(name, most)
        return tuple(Fields({name: value}).text(name, longest) for value in values)

    def integer(self, name: str, least: int = 0) -> int:
        """Return a whole number from ``least`` up."""
        value = self.raw.get(name)
        if type(value) is not int or not least <= value <= _MOST:
            raise KeptError(f"is damaged: “{name}” is no whole number from {least}")
        return value

    def number(self, name: str, least: float, most: float) -> float:
        """Return a number from ``least`` to ``most``."""
        value = self.raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise KeptError(f"is damaged: “{name}” is no number")
        if not math.isfinite(value) or not least <= value <= most:
            raise KeptError(f"is damaged: “{name}” is not between {least:g} and {most:g}")
        return float(value)

    def claim(self, name: str) -> bool:
        """Return a true or false."""
        value = self.raw.get(name)
        if not isinstance(value, bool):
            raise KeptError(f"is damaged: “{name}” is neither true nor false")
        return value

    def moment(self, name: str) -> datetime:
        """Return an ISO 8601 date and time, in UTC if it names no zone."""
        try:
            value = datetime.fromisoformat(self.text(name, 40))
        except ValueError:
            raise KeptError(f"is damaged: “{name}” is no date and time") from None
        return value if value.tzinfo else value.replace(tzinfo=UTC)

    def items(self, name: str, most: int) -> list[Any]:
        """Return a list of at most ``most`` things."""
        value = self.raw.get(name)
        if not isinstance(value, list) or len(value) > most:
            raise KeptError(f"is damaged: “{name}” is no list of up to {most} things")
        return value
