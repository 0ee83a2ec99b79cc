"""Visitors in, what each of their questions came to out: all of them ask at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError
from typing import Final, Literal

import httpx

from bot.errors import BotError
from evaluation.crowd.doors import Door
from evaluation.crowd.towns import Asked, Town

Outcome = Literal["right", "wrong", "failed"]
_GATHER_SECONDS: Final = 120.0
"""Time for every visitor to open the door before the first asks."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks about ``town`` by the door named ``door``, which ``enter`` opens."""

    town: Town
    door: str
    enter: Callable[[], Door]


@dataclass(frozen=True, slots=True)
class Played:
    """One question: how long its answer took (seconds), and ``said`` if it was not right."""

    door: str
    outcome: Outcome
    seconds: float
    said: str = ""


def play(visitors: Sequence[Visitor], questions: int) -> tuple[tuple[Played, ...], float]:
    """Let every visitor ask so many questions, one after the other; also the seconds in all.

    A visitor who has an answer asks the next question at once: nobody reads.
    """
    gathered = Barrier(len(visitors) + 1)
    with ThreadPoolExecutor(len(visitors), "visitor") as threads:
        running = [threads.submit(_visit, one, questions, gathered) for one in visitors]
        try:
            gathered.wait(_GATHER_SECONDS)
        except BrokenBarrierError as exc:
            raise BotError(f"not every visitor came in within {_GATHER_SECONDS:.0f} s") from exc
        begun = time.perf_counter()
        played = [played for one in running for played in one.result()]
    return tuple(played), time.perf_counter() - begun


def _visit(visitor: Visitor, questions: int, gathered: Barrier) -> list[Played]:
    try:
        door = visitor.enter()
    except BaseException:
        gathered.abort()
        raise
    gathered.wait(_GATHER_SECONDS)
    asked = visitor.town.questions
    return [_ask(visitor.door, door, asked[n % len(asked)]) for n in range(questions)]


def _ask(name: str, door: Door, asked: Asked) -> Played:
    begun = time.perf_counter()
    outcome: Outcome = "failed"
    try:
        said = door.ask(asked)
        outcome = "right" if asked.answer in said else "wrong"
    # A server under load breaks protocols in any way it likes; each is counted and told.
    except (BotError, httpx.HTTPError, LookupError, ValueError, TypeError) as error:
        said = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - begun
    return Played(name, outcome, seconds, "" if outcome == "right" else f"{asked.full} {said}")


def by_door(played: Sequence[Played]) -> Mapping[str, tuple[Played, ...]]:
    """Return what was played by the name of the door, and all of it under ``all``."""
    names = sorted({one.door for one in played})
    parts = {name: tuple(one for one in played if one.door == name) for name in names}
    return {**parts, "all": tuple(played)}
