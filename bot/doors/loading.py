"""A function that makes something in, the thing out once it is there: the page does not wait."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from bot.conversations.feedback import FeedbackStore
from bot.conversations.suggesting import suggest
from bot.errors import BotError
from corpus.errors import LoadError
from index.errors import LibraryError

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.library import Progress

Made = TypeVar("Made")

_LOG: Final = logging.getLogger(__name__)
_ASKED: Final = 8
"""Articles that example questions are looked for in: the last ones by id."""


class Background(Generic[Made]):
    """Makes something in a thread of its own, and tells how far it is."""

    def __init__(self, make: Callable[[Progress], Made]) -> None:
        """Begin at once."""
        self._make = make
        self._ready = Event()
        self._made: Made | None = None
        self._error = ""
        self._progress = "Loading …"
        Thread(target=self._run, name="load", daemon=True).start()

    def done(self) -> bool:
        """Tell whether there is nothing more to wait for: it is there, or there is an error."""
        return self._ready.is_set()

    def failed(self) -> bool:
        """Tell whether there was an error."""
        return self.done() and self._made is None

    def status(self) -> str:
        """Return one line: the progress, or the error."""
        return self._error or self._progress

    def made(self) -> Made:
        """Return what was made, waiting for it; BotError says why there is none."""
        self._ready.wait()
        if self._made is None:
            raise BotError(self._error)
        return self._made

    def _run(self) -> None:
        try:
            self._made = self._make(self._report)
        except (BotError, LibraryError, LoadError) as error:
            self._error = str(error)
            _LOG.error("loading failed: %s", error)
        except Exception:
            # A thread's exception reaches nobody: the page must say something.
            _LOG.exception("loading failed")
            self._error = "Loading failed; the terminal says why."
        finally:
            self._ready.set()

    def _report(self, done: int, total: int, what: str) -> None:
        self._progress = f"{what}: {done} of {total}" if total else what


@dataclass(frozen=True, slots=True)
class Opened:
    """A bot with the judgements of its answers."""

    bot: Bot
    feedback: FeedbackStore


class BackgroundBot(Background[Opened]):
    """Makes a bot."""

    def __init__(
        self,
        load_bot: Callable[[Progress], Bot],
        find_examples: Callable[[Bot], tuple[str, ...]] | None = None,
    ) -> None:
        """Begin at once; ``find_examples`` gives questions that the bot's articles answer."""
        self._examples: tuple[str, ...] = ()

        def make(progress: Progress) -> Opened:
            bot = load_bot(progress)
            progress(0, 0, "Looking for example questions …")
            self._examples = (find_examples or examples_of)(bot)
            return Opened(bot, FeedbackStore(bot.settings.index))

        super().__init__(make)

    def bot(self) -> Bot:
        """Return the bot, waiting for it; BotError says why there is none."""
        return self.made().bot

    def examples(self) -> tuple[str, ...]:
        """Return questions that the articles answer; none before the bot is there."""
        return self._examples

    def offer(self, examples: Sequence[str]) -> None:
        """Give ``examples`` from now on."""
        self._examples = tuple(examples)

    def feedback(self) -> FeedbackStore:
        """Return the store of judgements beside the index, waiting for it as ``bot`` does."""
        return self.made().feedback


def examples_of(bot: Bot) -> tuple[str, ...]:
    """Return questions that the bot's articles answer: each was asked."""
    articles = (bot.library.article(entry.id) for entry in reversed(bot.library.entries()))
    known = [article for article in articles if article is not None]
    return suggest(known[:_ASKED], bot.trial.ask)
