"""The desk in, the MCP server's two ways in out: ``/mcp`` of the web server, and stdio.

Over HTTP every call stands for itself (no session): who calls is checked with every request.
"""

# Annotations are evaluated here: FastAPI reads those that name the dependency, a local.
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

import anyio
from fastapi import APIRouter, Depends, Request, Response
from mcp.server.stdio import stdio_server
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.doors.admitting import Admit
from bot.doors.desk import Desk
from bot.doors.mcp_tools import Ctx, make_server
from bot.doors.visiting import Visitor

_METHODS: Final = ["GET", "POST", "DELETE"]


def mcp_router(desk: Desk, admit: Admit) -> APIRouter:
    """Return the route ``/mcp``, with the lifespan that it needs.

    ``admit`` is a dependency that gives the request's Visitor, or refuses it.
    """
    running: list[ASGIApp] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        server = make_server(desk, _visitor_of, _page_of, paths=False)
        running.append(server.streamable_http_app())
        async with server.session_manager.run():
            yield
        running.clear()

    router = APIRouter(lifespan=lifespan)

    @router.api_route("/mcp", methods=_METHODS, include_in_schema=False)
    async def mcp(request: Request, visitor: Annotated[Visitor, Depends(admit)]) -> Response:
        request.state.visitor = visitor
        return _HandedOver(running[0])

    return router


def serve_stdio(desk: Desk) -> None:
    """Speak MCP on stdin and stdout until stdin ends; whatever else is printed goes to stderr."""
    visitor = Visitor("stdio", door="mcp")
    server = make_server(desk, lambda ctx: visitor, lambda ctx: "", paths=True)
    ours = os.dup(1)
    os.dup2(2, 1)

    async def run() -> None:
        stdout = anyio.wrap_file(os.fdopen(ours, "w", encoding="utf-8"))
        async with stdio_server(stdout=stdout) as (read, write):
            # FastMCP.run_stdio_async takes no other stdout.
            inner = server._mcp_server
            await inner.run(read, write, inner.create_initialization_options())

    anyio.run(run)


class _HandedOver(Response):
    """A response that another ASGI app gives."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _visitor_of(ctx: Ctx) -> Visitor:
    visitor = _request_of(ctx).state.visitor
    assert isinstance(visitor, Visitor)
    return visitor


def _page_of(ctx: Ctx) -> str:
    return str(_request_of(ctx).base_url)


def _request_of(ctx: Ctx) -> Request:
    request = ctx.request_context.request
    assert isinstance(request, Request)
    return request
