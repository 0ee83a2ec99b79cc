"""Settings in, the chat page opened out: what ``python -m bot`` does."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bot.errors import BotError
from bot.settings import BotSettings

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.library import Progress


def serve(settings: BotSettings) -> None:
    """Open the page at ``settings.host:port`` and stay until stopped.

    BotError if the port is taken.
    """
    # Before gradio is imported: no look-ups, no reports, nothing leaves the machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from bot.ui.app import build_app
    from bot.ui.look import launch_options

    app = build_app(lambda progress: first_start(settings, progress), settings)
    where = f"{settings.host}:{settings.port}"
    try:
        _, url, _ = app.queue().launch(
            server_name=settings.host,
            server_port=settings.port,
            prevent_thread_lock=True,
            **launch_options(settings),
        )
    except OSError as exc:
        raise BotError(
            f"the page cannot open at {where}: the port is taken; choose another: "
            "--port N (BOT_PORT)"
        ) from exc
    sys.stderr.write(f"The page is open at {url} (Ctrl+C stops it)\n")
    app.block_thread()


def first_start(settings: BotSettings, progress: Progress) -> Bot:
    """Return the assembled bot; an index without articles gets the sample articles first."""
    from bot.adding import add_sources
    from bot.assembling import assemble

    bot = assemble(settings, progress)
    if not bot.library.entries() and settings.sample_articles.is_dir():
        add_sources(bot.library, [str(settings.sample_articles)], settings, progress)
    _ = bot.library.embedder  # Loaded now, not at the first question.
    return bot
