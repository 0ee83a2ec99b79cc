"""A number of visitors in, how a server bears them all at once out.

``python -m evaluation.crowd --visitors 50 --questions 4``: each visitor asks about a town of its
own, in a conversation of its own, by the page's events, Gradio's ``/ask`` or ``/v1``. Exit code 0
if every visitor got the answers to its own questions, else 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path

from bot.errors import BotError
from evaluation.crowd.doors import DOORS, visitors_client
from evaluation.crowd.figures import figures, table
from evaluation.crowd.playing import Played, Visitor, play
from evaluation.crowd.serving import Server, started
from evaluation.crowd.towns import MOST, Town, write_articles


def main(arguments: Sequence[str]) -> int:
    """Play what ``arguments`` ask for and print the figures."""
    given = _parser().parse_args(arguments)
    if given.write_articles:
        write_articles(given.visitors, given.write_articles)
        return 0
    doors = given.doors.split(",")
    at = nullcontext(Server(given.url)) if given.url else started(given.visitors, os.environ)
    try:
        with at as server:
            before = server.memory()
            played, seconds = crowd(server.url, given.visitors, given.questions, doors)
            after = server.memory()
    except BotError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if given.json:
        found = {**figures(played, seconds), "memory_mb": [before, after]}
        print(json.dumps(found, indent=2))
    else:
        print(table(played, seconds))
        if before:
            print(f"memory of the server: {before} MB before, {after} MB after")
    return 0 if all(one.outcome == "right" for one in played) else 1


def crowd(
    url: str, visitors: int, questions: int, doors: Sequence[str]
) -> tuple[tuple[Played, ...], float]:
    """Return what so many visitors got at ``url``, taking the doors in turn, and the seconds."""
    with ExitStack() as closing:
        coming = []
        for number in range(visitors):
            door = doors[number % len(doors)]
            client = closing.enter_context(visitors_client(url))
            coming.append(Visitor(Town(number), door, partial(DOORS[door], client)))
        return play(coming, questions)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation.crowd", description=__doc__)
    parser.add_argument("--visitors", type=_number(MOST), default=50, metavar="N")
    parser.add_argument("--questions", type=_number(1_000), default=4, metavar="N", help="of each")
    parser.add_argument("--doors", default=",".join(DOORS), type=_doors, help="page,gradio,v1")
    parser.add_argument("--url", help="a running server, whose articles --write-articles wrote")
    parser.add_argument("--write-articles", type=Path, metavar="FOLDER", help="and do no more")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def _number(most: int) -> partial[int]:
    return partial(_between, most)


def _between(most: int, value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise argparse.ArgumentTypeError(f"{value}: expected a number from 1 to {most}")
    return int(value)


def _doors(value: str) -> str:
    if strangers := set(value.split(",")) - set(DOORS):
        raise argparse.ArgumentTypeError(f"{sorted(strangers)[0]}: expected {', '.join(DOORS)}")
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
