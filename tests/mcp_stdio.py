"""A program for a test: the MCP server on stdin and stdout over a desk of fakes that prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.answer import Answer
from bot.doors.mcp_hosting import serve_stdio
from bot.settings import BotSettings
from index.retrieval import Hit
from tests.fakes import QueuedAnswerer
from tests.panes import desk_over


class PrintingAnswerer(QueuedAnswerer):
    """Prints what would break the protocol, as libraries do."""

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        print("a library prints")
        os.write(1, b"and so does its C code\n")
        yield from super().stream(question, searched, hits)


if __name__ == "__main__":
    with desk_over(BotSettings(index=Path(sys.argv[1])), PrintingAnswerer()) as desk:
        serve_stdio(desk)
