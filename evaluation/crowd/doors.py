"""A server's address in, ways to ask it out: by the page's own events, Gradio's API, and ``/v1``.

Each visitor has one of its own, which keeps the conversation as that door does: the page in the
server's session, ``/v1`` by the messages sent along; the API's ``ask`` knows no conversation.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol
from uuid import uuid4

import httpx

from bot.errors import BotError
from evaluation.crowd.towns import Asked

_PATIENCE_SECONDS: Final = 300.0


class Door(Protocol):
    """One visitor's way in."""

    def ask(self, asked: Asked) -> str:
        """Return the answer's text; BotError or httpx's errors if there is none."""
        ...


class CompletionsDoor:
    """``POST /v1/chat/completions``, streamed."""

    def __init__(self, client: httpx.Client) -> None:
        """``client`` is this visitor's, with the server's address."""
        self._client = client
        self._messages: list[Mapping[str, str]] = []

    def ask(self, asked: Asked) -> str:
        """Return what was streamed, after the messages so far."""
        messages = [*self._messages, {"role": "user", "content": asked.text}]
        body = {"model": "reader", "messages": messages, "stream": True}
        text = ""
        with self._client.stream("POST", "/v1/chat/completions", json=body) as response:
            _check(response)
            for line in _sent(response):
                if line != "[DONE]":
                    for choice in json.loads(line)["choices"]:
                        text += choice["delta"].get("content") or ""
        self._messages = [*messages, {"role": "assistant", "content": text}]
        return text


class EndpointDoor:
    """Gradio's named endpoint ``/ask``, by plain HTTP."""

    def __init__(self, client: httpx.Client) -> None:
        """``client`` is this visitor's, with the server's address."""
        self._client = client

    def ask(self, asked: Asked) -> str:
        """Return the answer's text; the question is asked in full."""
        begun = self._client.post("/gradio_api/call/ask", json={"data": [asked.full, None]})
        _check(begun)
        address = f"/gradio_api/call/ask/{begun.json()['event_id']}"
        event = ""
        with self._client.stream("GET", address) as response:
            _check(response)
            for line in response.iter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: ") and event in ("complete", "error"):
                    told = json.loads(line.removeprefix("data: "))
                    if event == "error":
                        raise BotError(f"/ask failed: {told}")
                    return str(told[0]["text"])
        raise BotError("/ask ended without an answer")


class PageDoor:
    """The page: the events that its question box sets off, in the order the browser sends them."""

    def __init__(self, client: httpx.Client) -> None:
        """Read from the page which events these are; ``client`` is this visitor's."""
        self._client = client
        self._session = uuid4().hex
        config = client.get("/config")
        _check(config)
        self._events = _asking_events(config.json())

    def ask(self, asked: Asked) -> str:
        """Return the text of the newest message after the answer was written."""
        taken, respond, *rest = self._events
        self._at_once(taken, asked.text)
        answer = self._queued(respond)[0]
        for event in rest:
            (self._at_once if event["queue"] is False else self._queued)(event)
        return html.unescape(json.dumps(answer[-1], ensure_ascii=False))

    def _at_once(self, event: Mapping[str, Any], *values: str) -> None:
        done = self._client.post("/gradio_api/run/predict", json=self._body(event, values))
        _check(done)

    def _queued(self, event: Mapping[str, Any]) -> list[Any]:
        joined = self._client.post("/gradio_api/queue/join", json=self._body(event, ()))
        _check(joined)
        number = joined.json()["event_id"]
        address = f"/gradio_api/queue/data?session_hash={self._session}"
        with self._client.stream("GET", address) as response:
            _check(response)
            for line in _sent(response):
                told = json.loads(line)
                if told["msg"] == "process_completed" and told["event_id"] == number:
                    if not told["success"]:
                        raise BotError(f"the page's event failed: {told['output']}")
                    return list(told["output"]["data"])
        raise BotError("the page's event ended without a result")

    def _body(self, event: Mapping[str, Any], values: tuple[str, ...]) -> Mapping[str, Any]:
        # What is state of the session is the server's to fill in.
        data = [*values, *[None] * (len(event["inputs"]) - len(values))]
        return {"data": data, "fn_index": event["id"], "session_hash": self._session}


def _asking_events(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the events of a question in order: taken, answered, and what follows."""
    box = next(
        part["id"] for part in config["components"] if part["props"].get("elem_id") == "question"
    )
    events = [event for event in config["dependencies"] if event["backend_fn"]]
    found = [next(e for e in events if [box, "submit"] in e["targets"] and e["inputs"])]
    while following := [e for e in events if e["trigger_after"] == found[-1]["id"]]:
        found.append(following[0])
    return found


def _sent(response: httpx.Response) -> Iterator[str]:
    """Yield what a stream of server-sent events sends, without the comments."""
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield line.removeprefix("data: ")


def _check(response: httpx.Response) -> None:
    if response.status_code != 200:
        said = response.read().decode(errors="replace")[:200]
        raise BotError(f"{response.request.url.path} answered {response.status_code}: {said}")


DOORS: Final[Mapping[str, Callable[[httpx.Client], Door]]] = {
    "page": PageDoor,
    "gradio": EndpointDoor,
    "v1": CompletionsDoor,
}


def visitors_client(url: str) -> httpx.Client:
    """Return one visitor's connections to ``url``, to be closed by whoever asked for them."""
    return httpx.Client(base_url=url, timeout=_PATIENCE_SECONDS)
