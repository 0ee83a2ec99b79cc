"""A built image in, proof that it runs as it will in a container out. Started by check.py.

Runs in mount, network and process namespaces of its own: the root is read-only, no network but the
loopback, user and environment are the image's. What an engine would do, without one.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_START_SECONDS: Final = 300.0
_STOP_SECONDS: Final = 10.0
_PAGE: Final = "http://127.0.0.1:7860"
_QUESTION: Final = "What was the trade volume between Indonesia and Azerbaijan in 2023?"


def main(image: Mapping[str, Any], chroma: Mapping[str, Any]) -> None:
    """Check the image alone, again, and beside a Chroma server; AssertionError if it fails."""
    root = Path(image["files"])
    _prepare(root, image["user"])
    helped = _run(image, [*image["command"][:3], "--help"])
    assert "usage: python -m bot" in helped.stdout, helped
    for turn in ("first start", "second start, with the same volume"):
        _check(image, {}, turn)
    served = ["chroma", "run", "--path", "/data/vectors", "--host", "127.0.0.1"]
    with _started(image, served, {}) as server:
        _until(lambda: _is_well(chroma["health"]), server)
        say("chroma: its health check in compose.yaml holds")
        _check(image, {**chroma["environ"], "BOT_INDEX": "/data/beside"}, "beside a Chroma server")


def _prepare(root: Path, user: str) -> None:
    mounts = (
        ["--bind", str(root), str(root)],
        ["--types=proc", "proc", f"{root}/proc"],
        ["--types=tmpfs", "--options=mode=1777", "tmp", f"{root}/tmp"],
        ["--types=tmpfs", f"--options=uid={user.split(':')[0]},mode=0700", "data", f"{root}/data"],
        ["--types=tmpfs", "dev", f"{root}/dev"],
    )
    (root / "etc" / "hosts").write_text("127.0.0.1 localhost chroma\n", encoding="ascii")
    for options in mounts:
        subprocess.run(["mount", *options], check=True)
    (root / "dev" / "shm").mkdir()
    subprocess.run(["mount", "--types=tmpfs", "shm", f"{root}/dev/shm"], check=True)
    for name in ("null", "zero", "random", "urandom"):
        (root / "dev" / name).touch()
        subprocess.run(["mount", "--bind", f"/dev/{name}", f"{root}/dev/{name}"], check=True)
    subprocess.run(["mount", "--options=remount,bind,ro", str(root)], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def _check(image: Mapping[str, Any], environ: Mapping[str, str], what: str) -> None:
    begun = time.monotonic()
    with _started(image, image["command"], environ) as bot:
        early = _run(image, image["health"]).returncode
        _until(_is_ready, bot)
        ready = time.monotonic() - begun
        assert early == 1 and _run(image, image["health"]).returncode == 0
        status = _proc(bot)
        assert status["Uid"].split() == [image["user"].split(":")[0]] * 4, status["Uid"]
        assert int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1"
        said = _ask(_QUESTION)
        assert "255.7 million" in said, said
        memory = int(_proc(bot)["VmHWM"].split()[0]) // 1024
        begun = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(_STOP_SECONDS) == 0
        stopped = time.monotonic() - begun
    say(f"{what}: ready in {ready:.0f} s, answered, {memory} MB, stopped in {stopped:.1f} s")


@contextmanager
def _started(
    image: Mapping[str, Any], command: Sequence[str], environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    inside = _inside(image, command, environ)
    # Errors are shown; what a server tells of every request is not.
    process = subprocess.Popen(inside, stdout=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _run(image: Mapping[str, Any], command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    inside = _inside(image, command, {})
    return subprocess.run(
        inside, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _inside(
    image: Mapping[str, Any], command: Sequence[str], environ: Mapping[str, str]
) -> list[str]:
    values = [*image["environ"], *(f"{name}={value}" for name, value in environ.items())]
    root = ["chroot", f"--userspec={image['user']}", "--groups=", image["files"]]
    return [
        *root,
        *("env", "--ignore-environment", f"--chdir={image['folder']}", *values),
        *("setpriv", "--no-new-privs", *command),
    ]


def _until(holds: Any, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not holds():
        assert process.poll() is None, f"it ended with code {process.returncode}"
        assert time.monotonic() < deadline, f"it was not ready within {_START_SECONDS:.0f} s"
        time.sleep(0.5)


def _is_well(health: Sequence[str]) -> bool:
    return subprocess.run(health, check=False, stderr=subprocess.DEVNULL).returncode == 0


def _is_ready() -> bool:
    try:
        with urllib.request.urlopen(f"{_PAGE}/health", timeout=5) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError as error:
        assert json.load(error)["status"] == "loading", "it could not load; it says why above"
        return False
    except OSError:
        return False


def _ask(question: str) -> str:
    body = {"model": "reader", "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request(
        f"{_PAGE}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return str(json.load(response)["choices"][0]["message"]["content"])


def _proc(process: subprocess.Popen[str]) -> Mapping[str, str]:
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*json.loads(sys.stdin.read()))
