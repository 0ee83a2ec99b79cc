"""Threads that want the cores in, one after the other out: first come, first served."""

from __future__ import annotations

from collections import deque
from threading import Lock
from types import TracebackType


class Turns:
    """A context that ``most`` threads are in at once; those that wait come in in their order.

    Python's own semaphores let a thread that comes back at once overtake those that wait.
    """

    def __init__(self, most: int) -> None:
        """``most`` is 1 or more."""
        self._lock = Lock()
        self._free = most
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()  # The turn goes over: nobody can overtake.
            else:
                self._free += 1
