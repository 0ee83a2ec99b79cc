"""Settings in, the whole program out: all the wiring, on one page, and no logic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.settings import BotSettings
from corpus.splitting import SplitSettings

if TYPE_CHECKING:
    from bot.answer import Answerer
    from bot.chain import Chain
    from index.library import Library, Progress


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything a door to the program (page, command line, evaluation) needs."""

    settings: BotSettings
    library: Library
    chain: Chain


def open_library(
    settings: BotSettings, progress: Progress | None = None, *, rebuild: bool = False
) -> Library:
    """Return the opened index; LibraryError says why it cannot be opened.

    ``rebuild`` splits and embeds every stored article anew, with these settings.
    """
    from index.embedding import load_embedder
    from index.library import Library

    return Library.open(
        settings.index,
        partial(load_embedder, settings.embedder),
        split=SplitSettings(
            max_tokens=settings.max_tokens,
            min_tokens=settings.min_tokens,
            overlap_sentences=settings.overlap_sentences,
        ),
        chroma_url=settings.chroma_url or None,
        progress=progress,
        rebuild=rebuild,
    )


def assemble(settings: BotSettings, progress: Progress | None = None) -> Bot:
    """Return the assembled bot over the index that ``settings`` name."""
    return with_library(settings, open_library(settings, progress))


def with_library(settings: BotSettings, library: Library) -> Bot:
    """Return the assembled bot over an index that is already open."""
    from bot.chain import Chain

    chain = Chain(
        library,
        make_answerer(settings, library),
        k=settings.k,
        max_question_chars=settings.max_question_chars,
    )
    return Bot(settings, library, chain)


def make_answerer(settings: BotSettings, library: Library) -> Answerer:
    """Return the answerer that ``settings`` ask for; SettingsError if there is none such."""
    from bot.errors import SettingsError
    from bot.extracting import ExtractiveAnswerer
    from bot.signals import load_weights

    if settings.model:
        raise SettingsError(
            f"BOT_MODEL={settings.model}: chat models are not supported yet; leave it empty "
            "for the built-in reader"
        )
    return ExtractiveAnswerer(
        library,
        lambda: library.embedder,
        load_weights(),
        threshold=None if settings.refusal < 0 else settings.refusal,
    )
