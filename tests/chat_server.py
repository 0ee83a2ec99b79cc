"""A local HTTP server that speaks the streaming protocols of three providers, as scripted.

OpenAI's at ``/v1/chat/completions``, Ollama's at ``/api/chat``, Anthropic's at ``/v1/messages``.

Requests are answered by ``script``, one entry each, the last one again and again. ``requests`` keeps
what was asked, ``keys`` with which key.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


@dataclass(frozen=True)
class Turn:
    """One response: ``words`` are streamed one chunk each; then it ends as ``then`` says.

    ``then``: ``done``, ``cut`` (the connection breaks), ``garbage`` (a malformed chunk), ``hang``
    (nothing more comes), ``length`` (the limit of the reply was hit), ``overloaded`` (the stream
    says so, though it began with 200), ``silence`` (it ends properly, but not by the protocol).
    """

    words: Sequence[str] = ()
    status: int = 200
    then: str = "done"
    tokens: tuple[int, int] = (120, 9)


@dataclass
class ChatServer:
    url: str
    script: list[Turn]
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    chat: ClassVar[ChatServer]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.chat.requests.append({"path": self.path, **json.loads(body)})
        bearer = self.headers.get("Authorization", "")
        self.chat.keys.append(self.headers.get("x-api-key") or bearer.removeprefix("Bearer "))
        number = min(len(self.chat.requests), len(self.chat.script)) - 1
        turn = self.chat.script[number]
        if turn.status != 200:
            self._refuse(turn.status)
            return
        kind = "application/x-ndjson" if self.path == "/api/chat" else "text/event-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in _SPEAK[self.path](turn):
            self._send(piece)
            time.sleep(0.002)
        if turn.then == "hang":
            self.chat.released.wait(10)
        if turn.then in ("cut", "hang"):
            self.close_connection = True
            self.connection.close()
            return
        self._send(b"")

    def _refuse(self, status: int) -> None:
        said = {"message": f"scripted {status}", "code": status, "type": f"error_{status}"}
        content = json.dumps({"type": "error", "error": said}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send(self, piece: bytes) -> None:
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: tests fail by assertions."""


def _openai(turn: Turn) -> Iterator[bytes]:
    def event(**fields: Any) -> bytes:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", **fields}
        return f"data: {json.dumps(chunk)}\n\n".encode()

    for word in turn.words:
        delta = {"role": "assistant", "content": word}
        yield event(choices=[{"index": 0, "delta": delta, "finish_reason": None}])
    if turn.then == "garbage":
        yield b'data: {"choices": [{"del\n\n'
    if turn.then == "overloaded":
        yield b'data: {"error": {"message": "Overloaded", "code": 503}}\n\n'
    if turn.then in ("done", "length"):
        reason = "stop" if turn.then == "done" else "length"
        yield event(choices=[{"index": 0, "delta": {}, "finish_reason": reason}])
        read, written = turn.tokens
        usage = {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
        }
        yield event(choices=[], usage=usage)
        yield b"data: [DONE]\n\n"


def _ollama(turn: Turn) -> Iterator[bytes]:
    def line(**fields: Any) -> bytes:
        made = {"model": "m", "created_at": "2026-01-01T00:00:00Z", **fields}
        return json.dumps(made).encode() + b"\n"

    for word in turn.words:
        yield line(message={"role": "assistant", "content": word}, done=False)
    if turn.then == "garbage":
        yield b'{"model": "m", "mess\n'
    if turn.then == "overloaded":
        yield b'{"error": "Overloaded"}\n'
    if turn.then in ("done", "length"):
        yield line(
            message={"role": "assistant", "content": ""},
            done=True,
            done_reason="stop" if turn.then == "done" else "length",
            prompt_eval_count=turn.tokens[0],
            eval_count=turn.tokens[1],
        )


def _anthropic(turn: Turn) -> Iterator[bytes]:
    def event(kind: str, **fields: Any) -> bytes:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()

    read, written = turn.tokens
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": []}
    ends = {"stop_reason": None, "stop_sequence": None}
    started = {"input_tokens": read, "output_tokens": 1}
    yield event("message_start", message={**message, **ends, "usage": started})
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield event("ping")
    for word in turn.words:
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": word})
    if turn.then == "garbage":
        yield b'event: content_block_delta\ndata: {"type": "content_bl\n\n'
    if turn.then == "overloaded":
        yield event("error", error={"type": "overloaded_error", "message": "Overloaded"})
    if turn.then in ("done", "length"):
        ends["stop_reason"] = "end_turn" if turn.then == "done" else "max_tokens"
        used = {"input_tokens": read, "output_tokens": written}
        yield event("content_block_stop", index=0)
        yield event("message_delta", delta=ends, usage=used)
        yield event("message_stop")


_SPEAK = {"/v1/chat/completions": _openai, "/api/chat": _ollama, "/v1/messages": _anthropic}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what the tests are about."""


@contextmanager
def chat_server(*script: Turn) -> Iterator[ChatServer]:
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    chat = ChatServer(f"http://127.0.0.1:{server.server_address[1]}", list(script))
    handler.chat = chat  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield chat
    finally:
        chat.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
