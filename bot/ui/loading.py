"""A function that makes a bot in, the bot out once it is there: the page does not wait for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.suggesting import suggest
from corpus.errors import LoadError
from index.errors import LibraryError

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.library import Progress

_LOG: Final = logging.getLogger(__name__)


class BackgroundBot:
    """Makes a bot in a thread of its own, and tells how far it is."""

    def __init__(self, load_bot: Callable[[Progress], Bot]) -> None:
        """Begin at once."""
        self._load_bot = load_bot
        self._ready = Event()
        self._bot: Bot | None = None
        self._error = ""
        self._progress = "Loading …"
        self._examples: tuple[str, ...] = ()
        Thread(target=self._run, name="load the bot", daemon=True).start()

    def done(self) -> bool:
        """Tell whether there is nothing more to wait for: a bot, or an error."""
        return self._ready.is_set()

    def status(self) -> str:
        """Return one line: the progress, or the error."""
        return self._error or self._progress

    def bot(self) -> Bot:
        """Return the bot, waiting for it; BotError says why there is none."""
        self._ready.wait()
        if self._bot is None:
            raise BotError(self._error)
        return self._bot

    def bot_or_none(self) -> Bot | None:
        """Return the bot if it is there."""
        return self._bot if self._ready.is_set() else None

    def examples(self) -> tuple[str, ...]:
        """Return questions that the articles answer."""
        return self._examples

    def _run(self) -> None:
        try:
            bot = self._load_bot(self._report)
            self._progress = "Looking for example questions …"
            articles = (bot.library.article(entry.id) for entry in reversed(bot.library.entries()))
            known = [article for article in articles if article is not None]
            self._examples = suggest(known[:8], bot.chain.ask)
            self._bot = bot
        except (BotError, LibraryError, LoadError) as error:
            self._error = str(error)
        except Exception:
            # A thread's exception reaches nobody: the page must say something.
            _LOG.exception("loading failed")
            self._error = "Loading failed; the terminal says why."
        finally:
            self._ready.set()

    def _report(self, done: int, total: int, what: str) -> None:
        self._progress = f"{what}: {done} of {total}"
