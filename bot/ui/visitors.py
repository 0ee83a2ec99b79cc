"""Gradio's request in, the Visitor who makes it out; and functions that are told of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from bot.doors.visiting import Visitor


def visitor_of(request: gr.Request, door: str = "page") -> Visitor:
    """Return who makes ``request``: the name signed in with and the client's address."""
    client = request.client
    return Visitor(client.host if client else "", request.username or "", door)


def knowing(does: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``does`` for an event: its first argument is the Visitor, the rest the inputs.

    Gradio hands its request to the parameter with this annotation, and streams only what is itself
    a generator function.
    """
    if inspect.isgeneratorfunction(does):

        def stream(request: gr.Request, *inputs: Any) -> Iterator[Any]:
            yield from does(visitor_of(request), *inputs)

        return stream

    def call(request: gr.Request, *inputs: Any) -> Any:
        return does(visitor_of(request), *inputs)

    return call
