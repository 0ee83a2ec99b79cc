"""A visitor in, the collection of articles that is theirs out: one for all, or each user's own."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.doors.loading import Background, BackgroundBot, examples_of
from bot.doors.visiting import Visitor
from bot.errors import BotError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bot.assembling import Bot
    from index.library import Progress

OPEN: Final = 64
"""Users' collections that stay open; of more, the one used longest ago is closed."""
_EXAMPLES_KEPT: Final = 256
_RETRY_SECONDS: Final = 20.0
"""A collection that could not be opened (in use elsewhere, say) is tried again after this."""


class Collections(Protocol):
    """Whose articles are whose; safe to call from many threads."""

    def of(self, visitor: Visitor) -> AbstractContextManager[BackgroundBot]:
        """Lend the bot over the visitor's articles; it stays open while it is lent."""
        ...

    def home(self) -> Background[Any]:
        """Return what must be loaded before anybody is served."""
        ...

    def open_ones(self) -> Iterator[BackgroundBot]:
        """Lend, one after the other, the bots that are open now or being opened."""
        ...


class OneCollection:
    """Everybody's articles are the same."""

    def __init__(self, background: BackgroundBot) -> None:
        """``background`` may still be loading."""
        self._background = background

    @contextmanager
    def of(self, visitor: Visitor) -> Iterator[BackgroundBot]:
        """Lend the one bot."""
        yield self._background

    def home(self) -> BackgroundBot:
        """Return the one bot."""
        return self._background

    def open_ones(self) -> Iterator[BackgroundBot]:
        """Lend the one bot."""
        yield self._background


@dataclass(slots=True)
class _Shelf:
    """A user's bot, when it began to open (seconds), and how many are at work with it."""

    background: BackgroundBot
    opened: float
    lent: int = 0


class UserCollections:
    """Each user's articles are their own, opened when the user first comes."""

    def __init__(
        self,
        home: Background[Any],
        open_bot: Callable[[str, Progress], Bot],
        most: int = OPEN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``home`` loads what all share; ``open_bot`` opens the collection of a user's name."""
        self._clock = clock
        self._home = home
        self._open_bot = open_bot
        self._most = most
        self._lock = Lock()
        self._shelves: OrderedDict[str, _Shelf] = OrderedDict()
        self._examples: OrderedDict[tuple[str, ...], tuple[str, ...]] = OrderedDict()

    @contextmanager
    def of(self, visitor: Visitor) -> Iterator[BackgroundBot]:
        """Lend the user's bot; BotError for who has not signed in."""
        if not visitor.user:
            raise BotError("sign in first: each user has their own articles (BOT_USER_COLLECTIONS)")
        shelf = self._borrow(visitor.user)
        with self._returning(shelf):
            yield shelf.background

    def home(self) -> Background[Any]:
        """Return the loading of what all share."""
        return self._home

    def open_ones(self) -> Iterator[BackgroundBot]:
        """Lend, one after the other, the bots that are open now or being opened."""
        with self._lock:
            users = list(self._shelves)
        for user in users:
            with self._lock:
                shelf = self._shelves.get(user)
                if shelf is None:
                    continue
                shelf.lent += 1
            with self._returning(shelf):
                yield shelf.background

    def _borrow(self, user: str) -> _Shelf:
        with self._lock:
            shelf = self._shelves.get(user)
            if shelf is None or self._is_worth_another_try(shelf):
                load = partial(self._open_bot, user)
                shelf = _Shelf(BackgroundBot(load, self._examples_of), self._clock())
                self._shelves[user] = shelf
            self._shelves.move_to_end(user)
            shelf.lent += 1
            self._close_surplus()
            return shelf

    @contextmanager
    def _returning(self, shelf: _Shelf) -> Iterator[None]:
        try:
            yield
        finally:
            with self._lock:
                shelf.lent -= 1

    def _is_worth_another_try(self, shelf: _Shelf) -> bool:
        return shelf.background.failed() and self._clock() - shelf.opened > _RETRY_SECONDS

    def _close_surplus(self) -> None:
        """Close what was used longest ago; what is lent or being opened stays for now.

        Under the lock: the same user's next visit must find the folder let go of.
        """
        surplus = len(self._shelves) - self._most
        idle = [name for name, s in self._shelves.items() if not s.lent and s.background.done()]
        for name in idle[: max(0, surplus)]:
            background = self._shelves.pop(name).background
            if not background.failed():
                background.bot().library.close()

    def _examples_of(self, bot: Bot) -> tuple[str, ...]:
        """Return example questions; the same articles have the same ones, whosever they are."""
        key = tuple(f"{entry.id} {entry.sha256}" for entry in bot.library.entries())
        with self._lock:
            known = self._examples.get(key)
        if known is None:
            known = examples_of(bot)
            with self._lock:
                self._examples[key] = known
                while len(self._examples) > _EXAMPLES_KEPT:
                    self._examples.popitem(last=False)
        return known


def user_folder(index: Path, user: str) -> Path:
    """Return the folder of a user's index; no two names share one, on any file system.

    >>> user_folder(Path(".index"), "Ann.B").as_posix()
    '.index/users/%41nn%2E%42'
    """
    escaped = "".join(
        c if c.isascii() and (c.islower() or c.isdigit() or c in "-_") else f"%{ord(c):02X}"
        for c in user
    )
    return index / "users" / escaped
