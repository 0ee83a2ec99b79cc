"""The desk in, one web application with every door out."""

from __future__ import annotations

from typing import Final, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware.cors import CORSMiddleware

from bot.doors.admitting import Admit, admitting
from bot.doors.completions import completions_router
from bot.doors.desk import Desk
from bot.doors.guarding import BodyLimit, HonestClients, SecurityHeaders
from bot.doors.signing_in import SignIn
from bot.settings import BotSettings

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")
_PROMETHEUS: Final = "text/plain; version=0.0.4"


def make_app(desk: Desk, settings: BotSettings, sign_in: SignIn | None = None) -> FastAPI:
    """Return the application; without ``sign_in`` everybody may come in."""
    from bot.doors.mcp_hosting import mcp_router
    from bot.ui.mounting import mount_page

    app = FastAPI(title="Ask the articles", openapi_url=None)
    _guard(app, settings, sign_in)
    _add_health(app, desk)
    _add_metrics(app, desk, admitting(sign_in, "metrics"))
    app.include_router(
        completions_router(desk, admitting(sign_in, "v1"), settings.model or "reader")
    )
    app.include_router(mcp_router(desk, admitting(sign_in, "mcp")))
    # Last: what nothing before it serves is the page's.
    mount_page(app, desk, settings, sign_in)
    return app


def _guard(app: FastAPI, settings: BotSettings, sign_in: SignIn | None) -> None:
    # The last one added is the first that sees a request.
    app.add_middleware(BodyLimit, max_upload_bytes=settings.max_upload_bytes)
    # No origin is let in; without this one Gradio would let in any but for local servers.
    app.add_middleware(CORSMiddleware, allow_origins=())
    is_local = settings.host in _LOCAL and not settings.trusted_proxies
    # Where one signs in, a page of another name (DNS rebinding) has no visitor's session to use.
    any_name = sign_in is not None and not is_local
    app.add_middleware(HonestClients, hosts=None if any_name else _names(settings.hosts))
    app.add_middleware(SecurityHeaders)


def _names(hosts: str) -> list[str]:
    return [name for each in hosts.split(",") if (name := each.strip())]


def _add_health(app: FastAPI, desk: Desk) -> None:
    """Add ``/health``, for whoever starts and watches the server: nobody signs in there."""
    # Apart from the threads that answer: forty busy ones must not make the server look dead.
    apart = CapacityLimiter(1)

    @app.get("/health")
    async def health() -> JSONResponse:
        return await to_thread.run_sync(told, limiter=apart)

    def told() -> JSONResponse:
        state = _state(desk)
        stock = desk.stock() if state == "ready" else None
        counts = {
            "collections": stock.collections if stock else 0,
            "articles": stock.articles if stock else 0,
            "passages": stock.passages if stock else 0,
        }
        status = 200 if state == "ready" else 503
        return JSONResponse({"status": state, **counts}, status, {"Cache-Control": "no-store"})


def _state(desk: Desk) -> Literal["ready", "loading", "error"]:
    if not desk.done():
        return "loading"
    return "error" if desk.failed() else "ready"


def _add_metrics(app: FastAPI, desk: Desk, admit: Admit) -> None:
    """Add ``/metrics``, in Prometheus' text format."""

    @app.get("/metrics", dependencies=[Depends(admit)])
    def metrics() -> Response:
        return PlainTextResponse(desk.metrics(), media_type=_PROMETHEUS)
