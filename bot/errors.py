"""What can go wrong in the bot, each as one clear line.

BotError
├── SettingsError   a setting has a value that cannot be used; names the variable and the value
├── QuestionError   the question is empty or too long
├── LimitError      a visitor asks or adds more than this server allows; says when to come back
├── AccountError    the file of accounts is missing, damaged or has no such name
├── KeptError       a kept conversation is damaged, gone or of a newer version
├── PromptError     a prompt's file is missing or has other placeholders than expected
├── ModelError      a chat model gave no answer; says why in words for the user
└── WeightsError    a fitted file (weights, threshold) is missing, damaged or of another version
"""

from __future__ import annotations


class BotError(Exception):
    """The root of this stage's errors; ``str(error)`` is one line for the user."""


class SettingsError(BotError, ValueError):
    """A setting has a value that cannot be used."""


class QuestionError(BotError, ValueError):
    """The question is empty or too long."""


class LimitError(BotError):
    """A visitor asks more than this server allows. ``retry_after``: seconds until it may go on."""

    def __init__(self, reason: str, *, retry_after: float) -> None:
        """``reason`` names the setting; ``retry_after`` is above 0."""
        super().__init__(reason)
        self.retry_after = retry_after


class AccountError(BotError):
    """The file of accounts cannot be used, or has no such name."""


class KeptError(BotError):
    """A kept conversation cannot be opened. Its words go on after "this conversation"."""


class WeightsError(BotError):
    """A file of fitted weights cannot be used."""


class PromptError(BotError):
    """A prompt's file is missing or has other placeholders than expected."""


class ModelError(BotError):
    """A chat model gave no answer. ``passing``: trying again may help (busy, cut off)."""

    def __init__(self, reason: str, *, passing: bool) -> None:
        """``reason`` goes on after the model's name: "is busy (429)"."""
        super().__init__(reason)
        self.passing = passing
