"""A function that makes something in, one that makes it at its first call alone out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

Made = TypeVar("Made")


def once(make: Callable[[], Made]) -> Callable[[], Made]:
    """Return a function that gives what ``make`` made, however many threads ask first.

    What ``make`` raises is raised, and the next call tries again.
    """
    lock = Lock()
    made: list[Made] = []

    def get() -> Made:
        if not made:
            with lock:
                if not made:
                    made.append(make())
        return made[0]

    return get
