"""Gradio's log-in in, our accounts behind it out: who is signed in to the page, and how long."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from threading import RLock
from typing import Any, Final

from anyio import to_thread
from fastapi import HTTPException

from bot.doors.admitting import too_many
from bot.doors.guarding import ADDRESS
from bot.doors.signing_in import SignIn
from bot.errors import AccountError, LimitError

_LOG: Final = logging.getLogger(__name__)
_AGE_SECONDS: Final = 14 * 86_400.0
_MOST: Final = 20_000


def logging_in(sign_in: SignIn) -> Callable[[str, str], Awaitable[bool]]:
    """Return what Gradio asks whether a password is right, off the event loop."""

    async def log_in(name: str, password: str) -> bool:
        try:
            return await to_thread.run_sync(sign_in.is_right, ADDRESS.get(), name, password)
        except LimitError as error:
            raise too_many(error) from error
        except AccountError as error:
            _LOG.error("nobody can sign in: %s", error)
            raise HTTPException(503, "signing in does not work now") from error

    return log_in


class PageSessions(dict[str | None, str]):
    """Gradio's table of cookie to user; an entry ends with its age, its user or their password.

    Gradio reads it by ``get`` for every request.
    """

    def __init__(self, sign_in: SignIn, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds and never goes back."""
        super().__init__()
        self._sign_in = sign_in
        self._clock = clock
        self._lock = RLock()
        self._since: dict[str | None, tuple[float, str | None]] = {}

    def __setitem__(self, token: str | None, user: str) -> None:
        with self._lock:
            while len(self) >= _MOST:
                self._forget(next(iter(self)))
            self._since[token] = (self._clock(), self._sign_in.stamp(user))
            super().__setitem__(token, user)

    def __delitem__(self, token: str | None) -> None:
        with self._lock:
            self._since.pop(token, None)
            super().__delitem__(token)

    def get(self, token: str | None, default: Any = None) -> Any:
        """Return the user whose cookie this is, or ``default`` once the session has ended."""
        with self._lock:
            user = super().get(token)
            if user is None:
                return default
            began, stamp = self._since[token]
            if self._clock() - began > _AGE_SECONDS or not self._still(user, stamp):
                self._forget(token)
                return default
            return user

    def _still(self, user: str, stamp: str | None) -> bool:
        try:
            return stamp is not None and self._sign_in.stamp(user) == stamp
        except AccountError as error:
            _LOG.error("everybody is signed out: %s", error)
            return False

    def _forget(self, token: str | None) -> None:
        self._since.pop(token, None)
        super().pop(token, None)
