"""The desk in, a server of the Model Context Protocol over it out: four tools.

Each gives a structured result, the very object of ``ask --json`` and the like, and the same as text
for models that read text (mcp_text.py). What goes wrong is one line of an error result.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Annotated, Any, Final

from anyio import from_thread
from mcp.server.fastmcp import Context, FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from bot.doors import mcp_text
from bot.doors.choosing import chosen
from bot.doors.desk import Desk
from bot.doors.mcp_text import DATA, OpenedJson, OutcomesJson, PassagesJson
from bot.doors.visiting import Visitor
from bot.doors.working import in_worker
from bot.errors import BotError
from bot.json_output import answer_as_json, hits_as_json, outcomes_as_json
from bot.json_shapes import AnswerJson
from corpus.errors import LoadError
from corpus.sources import is_url
from index.errors import LibraryError

Ctx = Context[Any, Any, Any]

_LOG: Final = logging.getLogger(__name__)
_READS: Final = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
_ADDS: Final = ToolAnnotations(
    readOnlyHint=False, destructiveHint=False, idempotentHint=True, openWorldHint=True
)
_LONGEST: Final = 20_000
"""Characters of a passage that is opened at once."""
_INSTRUCTIONS: Final = (
    "Answers questions from a collection of articles, with exact citations, or says that the "
    f"articles do not answer. {DATA} Cite by title, and by article id with start and end."
)
Ids = Annotated[
    list[str] | None, Field(description="ids of the articles to look in; none: all of them")
]
Question = Annotated[str, Field(description="a question in English, as one would ask a person")]
Id = Annotated[str, Field(description="the article's id, as a citation or a passage names it")]
Start = Annotated[int, Field(ge=0, description="where it begins, in characters of the article")]
End = Annotated[int, Field(ge=1, description="where it ends, not included")]


def make_server(
    desk: Desk,
    visitor_of: Callable[[Ctx], Visitor],
    page_of: Callable[[Ctx], str],
    *,
    paths: bool,
) -> FastMCP:
    """Return the server; the two functions tell who calls a tool, and the page's address.

    ``paths``: whether articles may be added by a path on this machine.
    """
    server = FastMCP(
        "articles", instructions=_INSTRUCTIONS, log_level="WARNING", stateless_http=True
    )
    # Host and Origin are checked for every door, in guarding.py.
    server.settings.transport_security = None
    tools = _Tools(desk, visitor_of, page_of, paths=paths)
    added = _ADD + (_ADD_PATHS if paths else _ADD_URLS)
    server.add_tool(tools.ask, description=_ASK, annotations=_READS)
    server.add_tool(tools.search, description=_SEARCH, annotations=_READS)
    server.add_tool(tools.open_passage, description=_OPEN, annotations=_READS)
    server.add_tool(tools.add_article, description=added, annotations=_ADDS)
    return server


_ASK: Final = (
    "Answer a question from the articles: the exact sentences it rests on, each with its citation, "
    f"or an honest refusal with the nearest passages (answered=false). {DATA}"
)
_SEARCH: Final = f"List the passages nearest to a query, best first, with their offsets. {DATA}"
_OPEN: Final = (
    "Read a place of an article with the text around it, and get the link that opens it marked in "
    f"the page. Take article, start and end from a citation or a passage. {DATA}"
)
_ADD: Final = (
    "Add an article to the collection: either its text and title, or a source. The same article "
    "twice is stored once. "
)
_ADD_URLS: Final = "A source is an http or https address of a page, PDF, feed or sitemap."
_ADD_PATHS: Final = "A source is an http or https address, or a path of a file or folder."


class _Tools:
    """The tools; every method's name, parameters and result are its tool's."""

    def __init__(
        self,
        desk: Desk,
        visitor_of: Callable[[Ctx], Visitor],
        page_of: Callable[[Ctx], str],
        *,
        paths: bool,
    ) -> None:
        self._desk = desk
        self._visitor_of = visitor_of
        self._page_of = page_of
        self._paths = paths

    async def ask(
        self, ctx: Ctx, question: Question, articles: Ids = None
    ) -> Annotated[CallToolResult, AnswerJson]:
        visitor = self._visitor_of(ctx)

        def work() -> CallToolResult:
            begun = time.perf_counter()
            ids = chosen(self._desk, visitor, articles)
            answer = self._desk.ask(visitor, question, articles=ids)
            seconds = time.perf_counter() - begun
            shown = answer_as_json(answer, seconds, lambda name: self._desk.article(visitor, name))
            return _result(mcp_text.answer_text(shown), shown)

        return await _in_thread(work)

    async def search(
        self,
        ctx: Ctx,
        query: Annotated[str, Field(description="words or a question")],
        articles: Ids = None,
        k: Annotated[int | None, Field(ge=1, le=100, description="how many passages")] = None,
    ) -> Annotated[CallToolResult, PassagesJson]:
        visitor = self._visitor_of(ctx)

        def work() -> CallToolResult:
            ids = chosen(self._desk, visitor, articles)
            found = hits_as_json(self._desk.search(visitor, query, articles=ids, k=k))
            return _result(mcp_text.passages_text(found), {"passages": found})

        return await _in_thread(work)

    async def open_passage(
        self, ctx: Ctx, article: Id, start: Start, end: End
    ) -> Annotated[CallToolResult, OpenedJson]:
        visitor, page = self._visitor_of(ctx), self._page_of(ctx)

        def work() -> CallToolResult:
            found = self._desk.article(visitor, article)
            if found is None:
                raise BotError(f"there is no article {article!r}")
            if not start < end <= len(found.text) or end - start > _LONGEST:
                raise BotError(
                    f"{start} to {end} is no passage of {article!r}: it has {len(found.text):,} "
                    f"characters, and at most {_LONGEST:,} are opened at once"
                )
            place = mcp_text.opened(found, start, end, page)
            return _result(mcp_text.opened_text(place), place)

        return await _in_thread(work)

    async def add_article(
        self,
        ctx: Ctx,
        source: Annotated[str, Field(description="where the article is")] = "",
        title: Annotated[str, Field(description="the title of the text given")] = "",
        text: Annotated[str, Field(description="the whole text of the article")] = "",
    ) -> Annotated[CallToolResult, OutcomesJson]:
        visitor = self._visitor_of(ctx)

        def report(done: int, total: int, what: str) -> None:
            from_thread.run(ctx.report_progress, done, total, what)

        def work() -> CallToolResult:
            if bool(source.strip()) == bool(text.strip()):
                raise BotError("give either source, or title and text")
            if text.strip():
                outcomes = outcomes_as_json([self._desk.add_text(visitor, title, text)])
            elif self._paths or is_url(source):
                outcomes = outcomes_as_json(self._desk.add(visitor, [source.strip()], report))
            else:
                raise BotError("the source must be an http or https address: no files are read")
            return _result(mcp_text.outcomes_text(outcomes), {"outcomes": outcomes})

        return await _in_thread(work)


def _result(text: str, structured: Any) -> CallToolResult:
    content = TextContent(type="text", text=text)
    return CallToolResult(content=[content], structuredContent=structured)


async def _in_thread(work: Callable[[], CallToolResult]) -> CallToolResult:
    """Return what ``work`` gives, done off the event loop; ToolError is told to the client."""
    try:
        return await in_worker(work)
    except (BotError, LibraryError, LoadError) as exc:
        raise ToolError(str(exc)) from exc
    except Exception as exc:
        _LOG.exception("a tool failed")
        raise ToolError("it failed; the server's log says why") from exc
