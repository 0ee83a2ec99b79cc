"""The desk in, named endpoints of Gradio's API over it out: ask, search, articles, add.

Every parameter and result is typed, so that ``Client(url).view_api()`` tells how each is called;
the page's own events are private.
"""

# Annotations are evaluated here: Gradio reads the result's type as it stands.
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import gradio as gr
from gradio.events import api

from bot.doors.choosing import chosen
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.errors import BotError
from bot.json_output import answer_as_json, entry_as_json, hits_as_json, outcomes_as_json
from bot.json_shapes import AnswerJson, EntryJson, OutcomeJson, PassageJson
from bot.ui.uploading import by_name, uploaded, without_folder
from bot.ui.visitors import visitor_of
from corpus.errors import LoadError
from corpus.sources import is_url
from index.errors import LibraryError

Result = TypeVar("Result")

_MOST_PASSAGES: Final = 100
_LIMITS: Final[dict[str, Any]] = {"concurrency_limit": 16, "concurrency_id": "endpoints"}


def connect_endpoints(desk: Desk) -> None:
    """Add the endpoints to the current Blocks."""
    endpoints = _Endpoints(desk)
    for named in (endpoints.ask, endpoints.search, endpoints.articles, endpoints.add):
        api(named, api_name=named.__name__, **_LIMITS)


class _Endpoints:
    """What the endpoints do; every method's name, parameters, result and text are its endpoint's.

    The first line of a text says what it does; offsets count characters of the article's text.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(
        self, request: gr.Request, question: str, articles: list[str] | None = None
    ) -> AnswerJson:
        """Answer a question, as ``ask --json`` does; ``articles`` are the ids to look in."""
        visitor = _visitor(request)

        def answer() -> AnswerJson:
            begun = time.perf_counter()
            _check(question=question, articles=articles)
            ids = chosen(self._desk, visitor, articles)
            answer = self._desk.ask(visitor, question, articles=ids)
            seconds = time.perf_counter() - begun
            return answer_as_json(answer, seconds, lambda name: self._desk.article(visitor, name))

        return _told(answer)

    def search(
        self,
        request: gr.Request,
        query: str,
        articles: list[str] | None = None,
        k: int | None = None,
    ) -> list[PassageJson]:
        """List the ``k`` passages nearest to a query, best first, as ``search --json`` does."""
        visitor = _visitor(request)

        def passages() -> list[PassageJson]:
            _check(query=query, articles=articles)
            if k is not None and not (isinstance(k, int) and 1 <= k <= _MOST_PASSAGES):
                raise BotError(f"k is {k!r}: expected a number from 1 to {_MOST_PASSAGES}")
            ids = chosen(self._desk, visitor, articles)
            return hits_as_json(self._desk.search(visitor, query, articles=ids, k=k))

        return _told(passages)

    def articles(self, request: gr.Request) -> list[EntryJson]:
        """List the articles, as ``articles --json`` does, but for ``path``, which is null."""
        visitor = _visitor(request)

        def entries() -> list[EntryJson]:
            return [_without_path(entry_as_json(e)) for e in self._desk.entries(visitor)]

        return _told(entries)

    def add(
        self,
        request: gr.Request,
        url: str = "",
        title: str = "",
        text: str = "",
        file: gr.FileData | None = None,
    ) -> list[OutcomeJson]:
        """Add a page by its ``url``, a ``text`` with its ``title``, or a ``file``: one of them.

        A file is uploaded by ``gradio_client.handle_file``; the server's own files are not read.
        """
        visitor = _visitor(request)

        def outcomes() -> list[OutcomeJson]:
            _check(url=url, title=title, text=text)
            if sum((bool(url.strip()), bool(text.strip()), file is not None)) != 1:
                raise BotError("give one of: url, text (with title), file")
            if text.strip():
                return outcomes_as_json([self._desk.add_text(visitor, title, text)])
            source = _address(url) if url.strip() else str(uploaded(file))
            return outcomes_as_json([by_name(o) for o in self._desk.add(visitor, [source])])

        return _told(outcomes)


def _check(articles: Any = None, **texts: Any) -> None:
    """BotError for what is not of its parameter's type: Gradio itself lets anything through."""
    for name, text in texts.items():
        if not isinstance(text, str):
            raise BotError(f"{name} is {text!r}: expected a text")
    if articles is not None and not (
        isinstance(articles, list) and all(isinstance(each, str) for each in articles)
    ):
        raise BotError(f"articles is {articles!r}: expected a list of article ids")


def _address(url: str) -> str:
    if not is_url(url):
        raise BotError(f"url is {url!r}: expected an http or https address")
    return url.strip()


def _without_path(entry: EntryJson) -> EntryJson:
    """Return ``entry`` without where the file lies on this server.

    That is nobody's business, and gradio_client would try to download whatever has a ``path``.
    """
    return {**entry, "path": None}


def _visitor(request: gr.Request) -> Visitor:
    return visitor_of(request, door="gradio")


def _told(work: Callable[[], Result]) -> Result:
    """Return what ``work`` gives; gr.Error tells the client what went wrong."""
    try:
        return work()
    except (BotError, LibraryError, LoadError) as exc:
        raise gr.Error(without_folder(str(exc)), print_exception=False) from exc
