"""A visitor's wish in, what the bot has for it out: the one place every door goes through.

What holds at every door is done here: whose articles they are, limits, metrics.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from bot.answer import Answer, Turn
from bot.chain import check_question
from bot.doors.limiting import Buckets
from bot.doors.metering import Asked, Metrics, Stock
from bot.doors.owning import Collections
from bot.doors.turns import in_turns
from bot.doors.visiting import Visitor
from bot.errors import BotError, LimitError
from bot.queueing import Turns
from bot.settings import BotSettings
from corpus.article import Article

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.catalogue import ArticleEntry
    from index.library import Outcome, Progress
    from index.retrieval import Hit


class Desk:
    """Serves many visitors at once; safe to call from many threads."""

    def __init__(
        self,
        collections: Collections,
        settings: BotSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``settings`` limit what is asked and added; ``clock`` gives seconds."""
        self._collections = collections
        self._settings = settings
        self._metrics = Metrics()
        # More readers at once than cores make each answer slower and none sooner, the server deaf,
        # and take a gigabyte; a chat model's writing is waiting, which all may do at once.
        cores = os.cpu_count() or 1
        self._turn: AbstractContextManager[Any] = nullcontext() if settings.model else Turns(cores)
        rate = settings.rate_per_minute
        self._buckets = Buckets(rate, 60.0 / rate, clock) if rate else None

    def stream(
        self,
        visitor: Visitor,
        question: str,
        *,
        articles: Collection[str] | None = None,
        k: int | None = None,
        turns: Sequence[Turn] = (),
        searched: str = "",
    ) -> Iterator[str | Answer]:
        """Return pieces of text as they are written, and last the Answer, as Chain.stream does.

        Raises at once, before anything is iterated: LimitError, and QuestionError for a question
        that is empty or too long. Whoever closes the iterator stops the work.
        """
        asked = self._metrics.asked(visitor.door)
        try:
            self._let_in(visitor, question)
        except BotError as error:
            asked.failed(error)
            raise

        def pieces(bot: Bot) -> Iterator[str | Answer]:
            return bot.chain.stream(
                question, articles=articles, k=k, turns=turns, searched=searched
            )

        return self._streamed(visitor, pieces, asked)

    def ask(
        self,
        visitor: Visitor,
        question: str,
        *,
        articles: Collection[str] | None = None,
        k: int | None = None,
        turns: Sequence[Turn] = (),
    ) -> Answer:
        """Return the answer, as Chain.ask does."""
        for piece in self.stream(visitor, question, articles=articles, k=k, turns=turns):
            if isinstance(piece, Answer):
                return piece
        raise AssertionError("the chain broke its contract: it gave no Answer")

    def search(
        self,
        visitor: Visitor,
        query: str,
        *,
        articles: Collection[str] | None = None,
        k: int | None = None,
    ) -> tuple[Hit, ...]:
        """Return the ranked passages, as Chain.search does; LimitError, QuestionError."""
        self._let_in(visitor, query)
        self._metrics.searched(visitor.door)
        with self._collections.of(visitor) as background:
            return background.bot().chain.search(query, articles=articles, k=k)

    def try_out(
        self,
        visitor: Visitor,
        question: str,
        *,
        articles: Collection[str] | None = None,
        turns: Sequence[Turn] = (),
    ) -> Answer:
        """Return the reader's answer to a question of the program's own: not counted."""
        with self._collections.of(visitor) as background:
            trial = background.bot().trial
            with self._turn:
                return trial.ask(question, articles=articles, turns=turns)

    def entries(self, visitor: Visitor) -> tuple[ArticleEntry, ...]:
        """Return the list of the visitor's articles, by id."""
        with self._collections.of(visitor) as background:
            return background.bot().library.entries()

    def article(self, visitor: Visitor, article_id: str) -> Article | None:
        """Return the article, or None if the visitor has none of that id."""
        with self._collections.of(visitor) as background:
            return background.bot().library.article(article_id)

    def add(
        self, visitor: Visitor, sources: Sequence[str], progress: Progress | None = None
    ) -> tuple[Outcome, ...]:
        """Load and index paths and URLs; LimitError, and what add_sources raises.

        The door sees to it that a path is one that the visitor may read: an upload.
        """
        from bot.adding import add_sources

        self._count(visitor)
        with self._collections.of(visitor) as background:
            return add_sources(background.bot().library, sources, self._settings, progress)

    def add_text(self, visitor: Visitor, title: str, text: str) -> Outcome:
        """Index a text that was handed over; LimitError, LoadError as bot.adding.add_text's."""
        from bot.adding import add_text

        self._count(visitor)
        with self._collections.of(visitor) as background:
            return add_text(background.bot().library, title, text, self._settings)

    def remove(self, visitor: Visitor, ids: Collection[str]) -> tuple[Outcome, ...]:
        """Take articles out of the visitor's index; an unknown id is refused."""
        with self._collections.of(visitor) as background:
            return background.bot().library.remove(ids)

    def examples(self, visitor: Visitor) -> tuple[str, ...]:
        """Return questions that the visitor's articles answer."""
        with self._collections.of(visitor) as background:
            return background.examples()

    def offer(self, visitor: Visitor, examples: Sequence[str]) -> None:
        """Give ``examples`` from now on, to everybody whose articles these are."""
        with self._collections.of(visitor) as background:
            background.offer(examples)

    def judge(self, visitor: Visitor, row: Mapping[str, Any]) -> None:
        """Store a judgement with the collection whose answer it is about."""
        with self._collections.of(visitor) as background:
            background.feedback().put(row)

    def done(self, visitor: Visitor | None = None) -> bool:
        """Tell whether there is nothing more to wait for: a bot, or an error."""
        if visitor is None:
            return self._collections.home().done()
        with self._collections.of(visitor) as background:
            return background.done()

    def failed(self) -> bool:
        """Tell whether loading ended with an error; ``status`` says which."""
        return self._collections.home().failed()

    def status(self, visitor: Visitor | None = None) -> str:
        """Return one line: how far loading is, or why there is no bot."""
        if visitor is None:
            return self._collections.home().status()
        with self._collections.of(visitor) as background:
            return background.status()

    def stock(self) -> Stock:
        """Return what there is at this moment, for health and metrics."""
        collections = articles = passages = 0
        for background in self._collections.open_ones():
            if background.done() and not background.failed():
                entries = background.bot().library.entries()
                collections += 1
                articles += len(entries)
                passages += sum(entry.passages for entry in entries)
        return Stock(not self._collections.home().done(), collections, articles, passages)

    def metrics(self) -> str:
        """Return what happened so far, and what there is, in Prometheus' text format."""
        return self._metrics.text(self.stock())

    def close(self) -> None:
        """Let go of every open index; nothing can be asked afterwards."""
        for background in self._collections.open_ones():
            if background.done() and not background.failed():
                background.bot().library.close()

    def _let_in(self, visitor: Visitor, question: str) -> None:
        check_question(question, self._settings.max_question_chars)
        self._count(visitor)

    def _count(self, visitor: Visitor) -> None:
        wait = self._buckets.take(visitor.key) if self._buckets else 0.0
        if wait:
            raise LimitError(
                f"more than {self._settings.rate_per_minute} requests a minute "
                f"(BOT_RATE_PER_MINUTE); try again in {math.ceil(wait)} s",
                retry_after=wait,
            )

    def _streamed(
        self, visitor: Visitor, pieces: Callable[[Bot], Iterator[str | Answer]], asked: Asked
    ) -> Iterator[str | Answer]:
        try:
            with self._collections.of(visitor) as background:
                for piece in in_turns(pieces(background.bot()), self._turn):
                    if isinstance(piece, Answer):
                        asked.answered(piece)
                    yield piece
        except BaseException as error:
            asked.failed(error)
            raise
