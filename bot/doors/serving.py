"""Settings in, every door opened on one address: what ``python -m bot`` does."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from bot.errors import BotError
from bot.settings import BotSettings

if TYPE_CHECKING:
    import uvicorn

_GRACE_SECONDS: Final = 2
"""Time that open connections get when the server stops."""
_MOST_CONNECTIONS: Final = 1_000
"""Requests at once; who comes after is answered with 503."""


def serve(settings: BotSettings) -> None:
    """Open the page and the other doors at ``settings.host:port`` and stay until stopped.

    BotError if the address cannot be had; AccountError for an unusable file of accounts.
    """
    # Before gradio is imported: no look-ups, no reports, nothing leaves the machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    for name in ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_PROGRESS_BARS", "TQDM_DISABLE"):
        os.environ.setdefault(name, "1")
    from bot.doors.hosting import make_app
    from bot.doors.opening import open_desk, open_sign_in

    sign_in = open_sign_in(settings)
    listening = listen(settings.host, settings.port)
    app = make_app(open_desk(settings), settings, sign_in)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else "localhost" if host == "0.0.0.0" else host
    sys.stderr.write(f"The page is open at http://{shown}:{port}/ (Ctrl+C stops it)\n")
    if not sign_in and not host.startswith(("127.", "::1")):
        sys.stderr.write(
            "Whoever reaches this address may ask, add and remove articles: BOT_AUTH makes them "
            "sign in\n"
        )
    run_until_stopped(app, listening, settings.trusted_proxies)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; BotError says why it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as exc:
        taken = exc.errno == errno.EADDRINUSE
        reason = "the port is taken" if taken else exc.strerror or str(exc)
        raise BotError(
            f"the page cannot open at {host}:{port}: {reason}; choose another: --host, --port "
            "(BOT_HOST, BOT_PORT)"
        ) from exc


def run_until_stopped(app: Any, listening: socket.socket, trusted_proxies: str) -> None:
    """Serve ``app`` until Ctrl+C or SIGTERM, then end the process with code 0.

    The process is not kept by what is still being answered, nor by loading: an index survives any
    end (index/library.py).
    """
    import uvicorn

    server = uvicorn.Server(server_config(app, trusted_proxies))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    # In a thread of its own: asyncio would wait for every thread that still writes an answer.
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while thread.is_alive() and not stop.wait(0.5):
        pass
    if not stop.is_set():
        raise BotError("the server stopped by itself; the lines above say why")
    server.should_exit = True
    thread.join(_GRACE_SECONDS + 1)
    sys.stderr.write("stopped\n")
    sys.stderr.flush()
    sys.stdout.flush()
    os._exit(0)


def server_config(app: Any, trusted_proxies: str) -> uvicorn.Config:
    """Return how ``app`` is served; only ``trusted_proxies`` are believed whom they come for."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
