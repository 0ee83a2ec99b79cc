"""A request in, the Visitor who makes it out, or 401: what every door but the page begins with."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Awaitable, Callable
from typing import Final

from anyio import to_thread
from fastapi import HTTPException, Request

from bot.doors.signing_in import SignIn
from bot.doors.visiting import Visitor
from bot.errors import AccountError, LimitError

Admit = Callable[[Request], Awaitable[Visitor]]
"""A FastAPI dependency."""

_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="Ask the articles", charset="UTF-8"'}
_HOW: Final = "sign in with HTTP Basic, or with Authorization: Bearer NAME:PASSWORD"


def admitting(sign_in: SignIn | None, door: str) -> Admit:
    """Return what admits visitors by ``door``; without ``sign_in`` everybody.

    It raises HTTPException: 401 for no or a wrong password, 429 with Retry-After after too many
    wrong ones, 503 while the file of accounts cannot be read.
    """

    async def admit(request: Request) -> Visitor:
        address = request.client.host if request.client else ""
        if sign_in is None:
            return Visitor(address, door=door)
        given = credentials_of(request.headers.get("authorization", ""))
        if given is None:
            raise HTTPException(401, f"not signed in: {_HOW}", _CHALLENGE)
        try:
            is_right = await to_thread.run_sync(sign_in.is_right, address, *given)
        except LimitError as error:
            raise too_many(error) from error
        except AccountError as error:
            raise HTTPException(
                503, "signing in does not work; the server's log says why"
            ) from error
        if not is_right:
            raise HTTPException(401, f"wrong name or password: {_HOW}", _CHALLENGE)
        return Visitor(address, given[0], door)

    return admit


def credentials_of(header: str) -> tuple[str, str] | None:
    """Return (name, password) of an Authorization header, or None if it holds none.

    >>> credentials_of("Bearer ann:secret")
    ('ann', 'secret')
    """
    scheme, _, value = header.partition(" ")
    text = value.strip()
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(text, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif scheme.lower() != "bearer":
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon else None


def too_many(error: LimitError) -> HTTPException:
    """Return the HTTP error for a limit: 429, with Retry-After in whole seconds."""
    return HTTPException(429, str(error), {"Retry-After": str(math.ceil(error.retry_after))})
