"""A blocking iterator in, the same items out on the event loop, each made in a worker thread."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import anyio

from bot.doors.working import in_worker

Item = TypeVar("Item")

_END: Final = object()


@asynccontextmanager
async def pulled(iterator: Iterator[Item]) -> AsyncIterator[AsyncIterator[Item]]:
    """Lend the items of ``iterator``; what it raises is raised.

    On leaving, also when the task is cancelled, the iterator is closed, which stops its work.
    """
    try:
        yield _items(iterator)
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            with anyio.CancelScope(shield=True):
                await in_worker(close)


async def _items(iterator: Iterator[Item]) -> AsyncIterator[Item]:
    while True:
        item = await in_worker(next, iterator, _END)
        if item is _END:
            return
        yield item  # type: ignore[misc]
