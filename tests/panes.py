"""A desk over a small library: hashed vectors, a queued answerer, one visitor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.assembling import Bot
from bot.chain import Chain
from bot.doors.desk import Desk
from bot.doors.loading import BackgroundBot
from bot.doors.owning import OneCollection
from bot.doors.visiting import Visitor
from bot.settings import BotSettings
from corpus.splitting import SplitSettings
from index.library import Library
from tests.fakes import HashEmbedder, QueuedAnswerer, make_article

TEXTS = {
    "trade.txt": "Trade volume reached USD 255.7 million in 2023.",
    "rain.txt": "It rained on the coast for three days.",
}


ANN = Visitor("192.0.2.1")


@contextmanager
def desk_over(
    settings: BotSettings, answerer: Answerer, trial: Answerer | None = None
) -> Iterator[Desk]:
    split = SplitSettings(max_tokens=30, min_tokens=16)
    with Library.open(settings.index, HashEmbedder, split=split) as library:
        library.add_many(
            [make_article(text, name, f"On {name}", "2024-05-09") for name, text in TEXTS.items()]
        )
        chain = Chain(library, answerer, k=3, max_question_chars=200)
        reading = Chain(library, trial, k=3, max_question_chars=200) if trial else None
        made = BackgroundBot(lambda progress: Bot(settings, library, chain, reading))
        made.bot()
        yield Desk(OneCollection(made), settings)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_over(BotSettings(index=tmp_path / "index"), QueuedAnswerer()) as made:
        yield made
