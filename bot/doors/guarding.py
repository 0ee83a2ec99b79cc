"""Every request in, those that no honest client makes turned away; every response with headers.

ASGI middleware, the same for every door.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS: Final[ContextVar[str]] = ContextVar("address", default="")
"""The client's address, for what is not handed the request: Gradio's log-in."""

_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        # Gradio starts from inline scripts, and makes functions of its own templates.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        # No picture, font or request of another host, whatever an article smuggles in.
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CHANGES: Final = frozenset({"/logout"})
"""What changes something though it is asked for by GET."""
_UPLOAD: Final = "/gradio_api/upload"
_FILES_AT_ONCE: Final = 50
_AROUND_A_TEXT: Final = 2**20
"""Bytes of a request around the text of an article, which JSON may make twice as long."""


class SecurityHeaders:
    """Adds to every response what tells browsers to be careful with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


class HonestClients:
    """Turns away what another site's page asks for in a visitor's name.

    As Go's net/http.CrossOriginProtection: a request that changes something comes from no other
    origin (by Sec-Fetch-Site, else by Origin); clients that are no browser send neither. ``hosts``,
    unless None, are the only names that this server is called by, beside ``localhost`` and its
    addresses: a page of another name that was made to point here (DNS rebinding) is turned away
    too. An address cannot be made to point elsewhere.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] | None = None) -> None:
        self._app = app
        self._hosts = None if hosts is None else {"localhost", *map(_host_name, hosts)} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer it with 403 or 421."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        ADDRESS.set(scope["client"][0] if scope.get("client") else "")
        if not self._is_called(_host_name(headers.get("host", ""))):
            told = "this server is not called by that name: BOT_HOSTS says by which it is"
            await _refuse(421, told, scope, receive, send)
        elif _is_change(scope) and _is_foreign(headers):
            told = (
                "another site's page may not ask here; behind a proxy let it pass the Host header"
            )
            await _refuse(403, told, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_called(self, name: str) -> bool:
        return self._hosts is None or name in self._hosts or _is_address(name)


class BodyLimit:
    """Refuses bodies that are longer than any article that may be added, with 413."""

    def __init__(self, app: ASGIApp, max_upload_bytes: int) -> None:
        """Uploads may hold several files, each of which Gradio measures itself."""
        self._app = app
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most(scope["path"])
        told = f"the request is larger than {most:,} bytes (BOT_MAX_UPLOAD_BYTES)"
        length = Headers(scope=scope).get("content-length", "")
        if length.isdigit() and int(length) > most:
            await _refuse(413, told, scope, receive, send)
            return
        read = 0

        async def measured() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413, told)
            return message

        await self._app(scope, measured, send)

    def _most(self, path: str) -> int:
        if path.rstrip("/") == _UPLOAD:
            return _FILES_AT_ONCE * self._max_upload_bytes
        return 2 * self._max_upload_bytes + _AROUND_A_TEXT


def _is_change(scope: Scope) -> bool:
    return scope["method"] not in _SAFE or scope["path"].rstrip("/") in _CHANGES


def _is_foreign(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _host_name(host: str) -> str:
    """Return the name without the port, in small letters; what is no name is empty.

    >>> _host_name("Localhost:7860"), _host_name("[::1]:7860"), _host_name("[")
    ('localhost', '::1', '')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(status: int, told: str, scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"error": told}, status)(scope, receive, send)
