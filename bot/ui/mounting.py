"""The desk in, its page mounted on a web application out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import gradio as gr

from bot.doors.desk import Desk
from bot.doors.page_sessions import PageSessions, logging_in
from bot.doors.signing_in import SignIn
from bot.settings import BotSettings
from bot.ui.app import build_app
from bot.ui.look import page_options

if TYPE_CHECKING:
    from fastapi import FastAPI

_WAITING: Final = 200
"""Events that wait for their turn; who comes after is told that the queue is full."""


def mount_page(app: FastAPI, desk: Desk, settings: BotSettings, sign_in: SignIn | None) -> None:
    """Mount the page at the root of ``app``, after everything else that ``app`` serves."""
    blocks = build_app(desk, settings).queue(max_size=_WAITING)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        auth=logging_in(sign_in) if sign_in else None,
        auth_message="Ask the articles: sign in",
        **page_options(settings),
    )
    # launch() sets this and mounting does not: without it Gradio lets an event read any file of
    # this machine as if it had been uploaded (processing_utils._check_allowed).
    blocks.has_launched = True
    if sign_in:
        page = app.routes[-1].app  # type: ignore[attr-defined]  # The Mount of a moment ago.
        page.tokens = PageSessions(sign_in)
