"""What can go wrong in an evaluation, each as one clear line.

EvaluationError
├── SetError   a question set cannot be read; names the file, the line and the reason
└── RunError   a run's folder cannot be read or continued
"""

from __future__ import annotations

from bot.errors import BotError


class EvaluationError(BotError):
    """The root of this stage's errors; ``str(error)`` is one line for the user."""


class SetError(EvaluationError):
    """A question set cannot be read."""


class RunError(EvaluationError):
    """A run's folder cannot be read or continued."""
