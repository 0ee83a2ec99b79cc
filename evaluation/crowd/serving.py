"""A number of towns in, a server of their articles out, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bot.errors import BotError
from evaluation.crowd.towns import write_articles

_ROOT: Final = Path(__file__).resolve().parents[2]
_START_SECONDS: Final = 180.0
_STOP_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where it answers, and its process; 0: somebody else's."""

    url: str
    process: int = 0

    def memory(self) -> int | None:
        """Return its resident memory in MB, None where the system does not tell (not Linux)."""
        try:
            status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        except OSError:
            return None
        lines = (line.split() for line in status.splitlines())
        return next((int(words[1]) // 1024 for words in lines if words[0] == "VmRSS:"), None)


@contextmanager
def started(towns: int, environ: Mapping[str, str]) -> Iterator[Server]:
    """Give the started server, whose articles are indexed; BotError says why it did not start."""
    with tempfile.TemporaryDirectory(prefix="crowd-") as folder:
        articles = Path(folder) / "articles"
        write_articles(towns, articles)
        port = _free_port()
        settings = {
            "BOT_INDEX": str(Path(folder) / "index"),
            "BOT_SAMPLE_ARTICLES": str(articles),
            "BOT_PORT": str(port),
            # The whole crowd comes from one address.
            "BOT_RATE_PER_MINUTE": "0",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "bot"], cwd=_ROOT, env={**environ, **settings}
        )
        try:
            server = Server(f"http://127.0.0.1:{port}", process.pid)
            _wait_for(server.url, process)
            yield server
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while (state := _state(url)) != "ready":
        if process.poll() is not None or state == "error":
            raise BotError("the server could not start; it says why above")
        if time.monotonic() > deadline:
            raise BotError(f"the server was not ready within {_START_SECONDS:.0f} s")
        time.sleep(0.25)


def _state(url: str) -> str:
    """Return what ``/health`` says: ready, loading or error; empty: nothing yet."""
    try:
        return str(httpx.get(f"{url}/health", timeout=5).json()["status"])
    except httpx.HTTPError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
