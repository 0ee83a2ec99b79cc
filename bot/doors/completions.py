"""The desk in, OpenAI's chat completions over it out: ``/v1/chat/completions`` and ``/v1/models``.

The last user message is the question, the exchanges before it are the conversation. What streams
is the checked text, so that it equals what is given without streaming: a chat model's draft may
lose sentences when it is checked, and nothing that was streamed could be taken back.
"""

# Annotations are evaluated here: FastAPI reads those that name the dependency, a local.
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Final
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from bot.answer import Answer
from bot.doors.admitting import Admit
from bot.doors.chat_reply import Envelope, answer_chunks, completion, model, models, opening_chunk
from bot.doors.chat_request import ChatRequest, read_chat_request
from bot.doors.choosing import chosen
from bot.doors.desk import Desk
from bot.doors.openai_errors import OpenAIRoute, error_of
from bot.doors.pulling import pulled
from bot.doors.recalling import Recall
from bot.doors.visiting import Visitor
from bot.doors.working import in_worker
from bot.json_output import citations_as_json
from bot.json_shapes import CitationJson

_MOST_BYTES: Final = 2_000_000
"""Longest body: a conversation of some hundred long answers."""
_RETRY_SECONDS: Final = "5"
_STREAMED: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_WRITING: Final = ": the answer is being written\n\n"
"""A comment of the stream: keeps the connection open, and no client reads it."""
_DONE: Final = "data: [DONE]\n\n"
_CLIENT_GONE: Final = 499
"""nginx's status for a client that did not wait; nobody sees it."""


def completions_router(desk: Desk, admit: Admit, name: str) -> APIRouter:
    """Return the routes over ``desk``.

    ``admit`` is a dependency that gives the request's Visitor, or refuses it; ``name`` is the
    answerer's, which any name that a client asks for stands for.
    """
    router = APIRouter(route_class=OpenAIRoute, prefix="/v1", tags=["OpenAI"])
    begun = int(time.time())
    door = _Completions(desk, name)

    @router.post("/chat/completions")
    async def chat_completions(
        request: Request, visitor: Annotated[Visitor, Depends(admit)]
    ) -> Response:
        return await door.complete(request, visitor)

    @router.get("/models", dependencies=[Depends(admit)])
    def list_models() -> dict[str, Any]:
        return models(name, begun)

    @router.get("/models/{wanted:path}", dependencies=[Depends(admit)])
    def get_model(wanted: str) -> dict[str, Any]:
        if wanted != name:
            raise HTTPException(404, f"there is no model {wanted!r} here; there is {name!r}")
        return model(name, begun)

    return router


class _Completions:
    """Answers the requests of one server."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk = desk
        self._name = name
        self._recall = Recall()

    async def complete(self, request: Request, visitor: Visitor) -> Response:
        asked = read_chat_request(await _body(request))
        self._check_ready()
        envelope = Envelope(f"chatcmpl-{uuid4().hex}", int(time.time()), self._name)
        pieces = await in_worker(self._begin, visitor, asked)
        if asked.stream:
            events = self._events(visitor, asked, pieces, envelope)
            return StreamingResponse(events, headers=_STREAMED, media_type="text/event-stream")
        async with pulled(pieces) as arriving:
            async for piece in arriving:
                if isinstance(piece, Answer):
                    citations = await self._finish(visitor, asked, piece)
                    return JSONResponse(completion(piece, citations, envelope))
                if await request.is_disconnected():
                    break
        return Response(status_code=_CLIENT_GONE)

    def _check_ready(self) -> None:
        if not self._desk.done():
            told = f"the articles are still loading ({self._desk.status()}); try again"
            raise HTTPException(503, told, {"Retry-After": _RETRY_SECONDS})
        if self._desk.failed():
            raise HTTPException(503, self._desk.status())

    def _begin(self, visitor: Visitor, asked: ChatRequest) -> Iterator[str | Answer]:
        turns = self._recall.turns(visitor, asked.before)
        articles = chosen(self._desk, visitor, asked.articles)
        return self._desk.stream(visitor, asked.question, articles=articles, turns=turns)

    async def _finish(
        self, visitor: Visitor, asked: ChatRequest, answer: Answer
    ) -> list[CitationJson]:
        self._recall.keep(visitor, asked.question, answer)

        def cited() -> list[CitationJson]:
            return citations_as_json(answer, lambda name: self._desk.article(visitor, name))

        return await in_worker(cited)

    async def _events(
        self,
        visitor: Visitor,
        asked: ChatRequest,
        pieces: Iterator[str | Answer],
        envelope: Envelope,
    ) -> AsyncIterator[str]:
        none = {"usage": None} if asked.with_usage else {}
        yield _event({**opening_chunk(envelope), **none})
        try:
            async with pulled(pieces) as arriving:
                async for piece in arriving:
                    if isinstance(piece, Answer):
                        citations = await self._finish(visitor, asked, piece)
                        usage = asked.with_usage
                        for chunk in answer_chunks(piece, citations, envelope, with_usage=usage):
                            yield _event(chunk)
                    else:
                        yield _WRITING
        except Exception as exc:
            # The status has gone out as 200: OpenAI's clients raise what an event tells so.
            yield _event(error_of(exc)[1])
        else:
            yield _DONE


async def _body(request: Request) -> bytes:
    """Return the request's body; HTTPException if it is no JSON or too long to be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        # Also what keeps other sites' pages from asking in a visitor's name: no browser sends JSON
        # to another site unless that site allows it.
        raise HTTPException(415, f"Content-Type is {kind!r}: expected application/json")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"the body has over {_MOST_BYTES:,} bytes, the most read")
    return body


def _event(value: dict[str, Any]) -> str:
    # In ASCII: some clients take U+2028 for the end of a line.
    return f"data: {json.dumps(value)}\n\n"
