"""Scripted chat models and a handful of articles for them to misquote."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from bot.chatting.asking import Limits
from bot.chatting.chat_models import Chunk, Message
from bot.errors import ModelError
from bot.generating import ChatAnswerer
from corpus.article import Article, normalise
from tests.fakes import FakeIndex, QueuedAnswerer

TRADE = Article(
    "trade.txt",
    "Trade between Indonesia and Azerbaijan grows",
    normalise(
        "The ministers of Indonesia and Azerbaijan met in Jakarta. The trade volume between Indonesia "
        "and Azerbaijan in 2023 reached USD 255.7 million, with oil and gas covering 97 percent. "
        "Ambassador Jalal Mirzayev said that tourism was growing."
    ),
    published="2024-05-28",
)
RATE = Article(
    "rate.txt",
    "Georgia keeps its rate",
    normalise(
        "The National Bank of Georgia kept its rate at 11 percent on Wednesday. Governor Levan "
        "Asatiani told a news conference that inflation had fallen to 2.7 percent in April."
    ),
    published="2023-05-10",
)
FAST = Limits(piece_seconds=5.0, whole_seconds=10.0, tries=3)


class ScriptedModel:
    """Says ``words``, one chunk each, then fails with ``error`` if there is one."""

    name = "scripted:model"

    def __init__(self, *words: str, error: ModelError | None = None, wait: float = 0.0) -> None:
        self.words = words
        self.error = error
        self.wait = wait
        self.asked: list[tuple[Message, ...]] = []

    def stream(self, messages: Sequence[Message]) -> Iterator[Chunk]:
        self.asked.append(tuple(messages))
        for word in self.words:
            yield Chunk(word)
        time.sleep(self.wait)
        if self.error is not None:
            raise self.error
        yield Chunk("", tokens=(100, len(self.words)))


def chat_answerer(
    model: object, *articles: Article, limits: Limits = FAST, context_tokens: int = 4_096
) -> tuple[ChatAnswerer, FakeIndex]:
    index = FakeIndex(*(articles or (TRADE, RATE)))
    answerer = ChatAnswerer(
        model,  # type: ignore[arg-type]
        index.article,
        QueuedAnswerer(),
        limits=limits,
        context_tokens=context_tokens,
        reply_tokens=256,
    )
    return answerer, index
