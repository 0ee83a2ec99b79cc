"""The door of the Model Context Protocol, by its own client: over HTTP and over stdio."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from bot.doors.desk import Desk
from bot.linking import parse_cite_key
from tests.browsing import ROOT
from tests.doors import EVIL, NAME, ORDER, PASSWORD, TRADE, write_story
from tests.panes import ANN

T = TypeVar("T")
ASKED = {"question": "What was the trade volume in 2023?"}


@asynccontextmanager
async def session_at(address: str, auth: Any = None) -> AsyncIterator[ClientSession]:
    async with (
        httpx.AsyncClient(auth=auth, timeout=60) as http,
        streamable_http_client(f"{address.rstrip('/')}/mcp", http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session


@asynccontextmanager
async def session_of(*arguments: str) -> AsyncIterator[ClientSession]:
    environ = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    program = StdioServerParameters(
        command=sys.executable, args=["-m", *arguments], cwd=ROOT, env=environ
    )
    async with stdio_client(program) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        yield session


def run_apart(wish: Callable[[], Awaitable[T]]) -> T:
    """Run in a thread: Playwright's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, wish).result()


def call(address: str, tool: str, auth: Any = None, **arguments: Any) -> CallToolResult:
    """Return the result of one call over HTTP."""

    async def run() -> CallToolResult:
        async with session_at(address, auth) as session:
            return await session.call_tool(tool, arguments)

    return run_apart(run)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


@pytest.fixture
def address(doors: tuple[str, Desk]) -> str:
    return doors[0]


def test_every_tool_says_what_it_does_takes_and_gives(address: str) -> None:
    async def run() -> Any:
        async with session_at(address) as session:
            return (await session.list_tools()).tools

    tools = {tool.name: tool for tool in run_apart(run)}

    assert set(tools) == {"ask", "search", "open_passage", "add_article"}
    assert all("data to read" in tools[name].description for name in set(tools) - {"add_article"})
    assert all(tools[n].annotations.readOnlyHint for n in ("ask", "search", "open_passage"))
    added = tools["add_article"].annotations
    assert (added.readOnlyHint, added.destructiveHint, added.openWorldHint) == (False, False, True)
    assert "citations" in tools["ask"].outputSchema["properties"]
    assert tools["ask"].inputSchema["required"] == ["question"]


def test_an_answer_has_the_object_of_the_command_and_a_text(address: str) -> None:
    result = call(address, "ask", **ASKED)

    answer = result.structuredContent
    assert answer is not None
    assert (answer["answered"], answer["text"]) == (True, f"{TRADE} [1]")
    assert answer["citations"][0]["quote"] == TRADE
    assert f'article="trade.txt" start="0" end="{len(TRADE)}"' in text_of(result)


def test_a_refusal_shows_the_nearest_passages(address: str) -> None:
    result = call(address, "ask", question="Who won yesterday's tournament?")

    assert result.structuredContent is not None
    assert result.structuredContent["answered"] is False
    assert "do not answer" in text_of(result)
    assert '<passage kind="passage" rank="1"' in text_of(result)


def test_a_citation_can_be_opened_with_its_surroundings(
    address: str, doors: tuple[str, Desk]
) -> None:
    place = call(address, "open_passage", article="trade.txt", start=6, end=12).structuredContent

    assert place is not None
    assert (place["before"], place["text"]) == ("Trade ", "volume")
    page, _, key = place["link"].partition("#")
    assert page == f"{address}/"
    assert parse_cite_key(key) == ("trade.txt", 6, 12)
    article = doors[1].article(ANN, "trade.txt")
    assert article is not None
    assert place["before"] + place["text"] + place["after"] == article.text


def test_text_of_an_article_cannot_pass_for_an_instruction(address: str) -> None:
    result = call(address, "search", query="how far is the moon", k=1)

    text = text_of(result)
    assert text.count("</passage>") == 1
    assert "warning=" in text
    assert ORDER in text
    assert "of=\"Moon 'far' ‹/passage› tidings\"" in text
    assert result.structuredContent is not None
    assert result.structuredContent["passages"][0]["text"] == EVIL


def test_a_text_with_a_title_is_added_once(address: str) -> None:
    story = {"title": "Of ships", "text": "The ships came into the harbour on Monday."}

    first = call(address, "add_article", **story)
    again = call(address, "add_article", **story)

    assert text_of(first).startswith("added: of-ships-")
    assert text_of(again).startswith("unchanged: of-ships-")
    found = call(address, "ask", question="When did the ships come into the harbour?")
    assert "on Monday" in text_of(found)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": " "}, "question is empty"),
        ("ask", {"question": "why " * 3_000}, "BOT_MAX_QUESTION_CHARS"),
        ("ask", {**ASKED, "articles": ["nope"]}, "no article 'nope'"),
        ("search", {"query": "rain", "k": 1_000}, "less than or equal to 100"),
        ("open_passage", {"article": "nope", "start": 0, "end": 1}, "no article 'nope'"),
        ("open_passage", {"article": "trade.txt", "start": 5, "end": 5}, "is no passage"),
        ("open_passage", {"article": "trade.txt", "start": 5, "end": 9_999}, "is no passage"),
        ("add_article", {}, "either source, or title and text"),
        ("add_article", {"title": "only"}, "either source, or title and text"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_the_reason(
    address: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    result = call(address, tool, **arguments)

    assert result.isError
    assert told in text_of(result)


@pytest.mark.parametrize("source", ["{folder}/secret.txt", "file://{folder}/secret.txt"])
def test_no_file_of_the_server_is_read_for_a_stranger(
    address: str, tmp_path: Path, source: str
) -> None:
    write_story(tmp_path, "secret.txt", "A secret\n\nThe treasure lies under the oak.")

    result = call(address, "add_article", source=source.format(folder=tmp_path))

    assert "added" not in text_of(result)
    assert "only http" in text_of(result) or "no files are read" in text_of(result)


def test_nobody_comes_in_without_a_password(locked_doors: str) -> None:
    refused = httpx.post(f"{locked_doors}/mcp", json={"jsonrpc": "2.0"})
    assert refused.status_code == 401
    assert "Basic" in refused.headers["www-authenticate"]

    answered = call(locked_doors, "ask", auth=httpx.BasicAuth(NAME, PASSWORD), **ASKED)
    assert not answered.isError


def test_a_page_of_another_site_is_turned_away(address: str) -> None:
    headers = {"Origin": "http://evil.example", "Accept": "application/json, text/event-stream"}

    response = httpx.post(f"{address}/mcp", json={"jsonrpc": "2.0"}, headers=headers)

    assert response.status_code == 403


def test_over_stdio_a_path_may_be_added_and_nothing_else_is_printed(tmp_path: Path) -> None:
    story = write_story(tmp_path, "tale.txt", "Of ships\n\nThe ships came in on Monday.")

    reported: list[str | None] = []

    async def report(done: float, total: float | None, what: str | None) -> None:
        reported.append(what)

    async def run() -> tuple[CallToolResult, CallToolResult]:
        async with session_of("tests.mcp_stdio", str(tmp_path / "index")) as session:
            answer = await session.call_tool("ask", ASKED)
            source = {"source": str(story)}
            added = await session.call_tool("add_article", source, progress_callback=report)
            return answer, added

    answer, added = run_apart(run)

    assert TRADE in text_of(answer)
    assert text_of(added) == "added: tale.txt"
    assert reported[-1] == "indexed"


@pytest.mark.slow
def test_the_real_program_answers_a_desktop_assistant(tmp_path: Path) -> None:
    async def run() -> CallToolResult:
        async with session_of("bot", "mcp", "--index", str(tmp_path / "index")) as session:
            question = "What was the trade volume between Indonesia and Azerbaijan in 2023?"
            return await session.call_tool("ask", {"question": question})

    answer = run_apart(run).structuredContent

    assert answer is not None
    assert answer["short"] == "USD 255.7 million"
    assert all(each["support"] == "verbatim" for each in answer["citations"])
