"""Whatever goes wrong behind a route in, OpenAI's shape of an error out, with its status code."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from bot.doors.chat_reply import error
from bot.doors.chat_request import MalformedError
from bot.errors import BotError, LimitError, QuestionError
from index.errors import LibraryError

_LOG: Final = logging.getLogger(__name__)
_BAD_REQUEST: Final = "invalid_request_error"
_OURS: Final = "server_error"
# (type, code), in OpenAI's words where it has some.
_WORDS: Final[dict[int, tuple[str, str | None]]] = {
    401: (_BAD_REQUEST, "invalid_api_key"),
    404: (_BAD_REQUEST, "model_not_found"),
    413: (_BAD_REQUEST, "request_too_large"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    503: (_OURS, "service_unavailable"),
}


class OpenAIRoute(APIRoute):
    """A route whose errors are OpenAI's; also those of signing in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, wrapped."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as exc:
                return error_response(exc)

        return answer


def error_response(exc: Exception) -> JSONResponse:
    """Return the response that tells ``exc``; what is not of our making is logged, not told."""
    status, shape = error_of(exc)
    headers = dict(getattr(exc, "headers", None) or {})
    if isinstance(exc, LimitError):
        headers["Retry-After"] = str(math.ceil(exc.retry_after))
    return JSONResponse(shape, status, headers)


def error_of(exc: Exception) -> tuple[int, dict[str, Any]]:
    """Return the status code and the object that tell ``exc``."""
    if isinstance(exc, HTTPException):
        kind, code = _WORDS.get(exc.status_code, (_BAD_REQUEST, None))
        return exc.status_code, error(str(exc.detail), kind, code)
    if isinstance(exc, MalformedError):
        return 400, error(str(exc), _BAD_REQUEST, None, exc.param or None)
    if isinstance(exc, QuestionError):
        code = "context_length_exceeded" if "at most" in str(exc) else None
        return 400, error(str(exc), _BAD_REQUEST, code, "messages")
    if isinstance(exc, LimitError):
        return 429, error(str(exc), *_WORDS[429])
    if isinstance(exc, BotError | LibraryError):
        return 500, error(str(exc), _OURS, None)
    _LOG.exception("a completion failed", exc_info=exc)
    return 500, error("the answer failed; the server's log says why", _OURS, None)
