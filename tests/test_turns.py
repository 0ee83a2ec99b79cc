"""Answers are made so many at a time, and nobody waits for a visitor who reads slowly."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Event, Lock

import pytest

from bot.doors.turns import in_turns


class Counting:
    """Counts how many answers are being made at once, and how many were closed."""

    def __init__(self) -> None:
        self.now = self.most = self.closed = 0
        self._lock = Lock()

    def pieces(self, *made: str) -> Iterator[str]:
        try:
            for piece in made:
                with self._lock:
                    self.now += 1
                    self.most = max(self.most, self.now)
                Event().wait(0.002)
                with self._lock:
                    self.now -= 1
                yield piece
        finally:
            self.closed += 1


def test_pieces_come_as_they_are() -> None:
    counting = Counting()

    assert list(in_turns(counting.pieces("a", "b", "c"), BoundedSemaphore(1))) == ["a", "b", "c"]
    assert counting.closed == 1


def test_no_more_than_so_many_are_made_at_once() -> None:
    counting, turn = Counting(), BoundedSemaphore(2)

    with ThreadPoolExecutor(12) as threads:
        answers = list(
            threads.map(lambda _: list(in_turns(counting.pieces("a", "b"), turn)), range(12))
        )

    assert answers == [["a", "b"]] * 12
    assert 1 <= counting.most <= 2


def test_a_slow_visitor_keeps_nobody_waiting() -> None:
    counting, turn = Counting(), BoundedSemaphore(1)
    slow = in_turns(counting.pieces("a", "b"), turn)

    assert next(slow) == "a"
    assert list(in_turns(counting.pieces("c"), turn)) == ["c"]
    assert list(slow) == ["b"]


def test_who_leaves_ends_the_work() -> None:
    counting, turn = Counting(), BoundedSemaphore(1)
    left = in_turns(counting.pieces("a", "b"), turn)
    next(left)

    left.close()  # type: ignore[attr-defined]

    assert counting.closed == 1
    assert turn.acquire(blocking=False)


def test_an_error_gives_the_turn_back() -> None:
    def broken() -> Iterator[str]:
        yield "a"
        raise ValueError("broken")

    turn = BoundedSemaphore(1)

    with pytest.raises(ValueError, match="broken"):
        list(in_turns(broken(), turn))
    assert turn.acquire(blocking=False)
