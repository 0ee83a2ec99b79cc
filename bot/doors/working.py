"""A blocking function in, its result out on the event loop, without holding up anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, TypeVarTuple, Unpack

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

_THREADS: Final = 200
"""Answers that may wait for a chat model at once; more wait for one of these to end."""
# Not the event loop's own threads: with all 40 of them waiting, nobody could sign in, and a look at
# the server's health would find it dead.
_LIMITER: Final[RunVar[CapacityLimiter]] = RunVar("answers")


async def in_worker(
    function: Callable[[Unpack[Arguments]], Result], *arguments: *Arguments
) -> Result:
    """Return ``function(*arguments)``, called in a thread."""
    limiter = _LIMITER.get(None)
    if limiter is None:
        limiter = CapacityLimiter(_THREADS)
        _LIMITER.set(limiter)
    return await to_thread.run_sync(function, *arguments, limiter=limiter)
