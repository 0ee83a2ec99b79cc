"""Settings in, the whole program out: all the wiring, on one page, and no logic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from bot.settings import BotSettings
from corpus.splitting import SplitSettings

if TYPE_CHECKING:
    from bot.answer import Answerer
    from bot.asking import Limits
    from bot.chain import Chain
    from bot.reader.reading import Reader
    from bot.rewriting import Rewriter
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
        rewriter=_make_rewriter(settings, library),
    )
    return Bot(settings, library, chain)


def make_answerer(settings: BotSettings, library: Library) -> Answerer:
    """Return the answerer that ``settings`` ask for; SettingsError if there is none such."""
    from bot.reader.reading import OnnxReader

    # Loaded once, whoever needs it first: to answer, or to check what a chat model says.
    load_reader = lru_cache(maxsize=1)(OnnxReader)
    reader = _make_reader(settings, library, load_reader)
    if not settings.model:
        return reader
    return _make_chat_answerer(settings, library, reader, load_reader)


def _make_reader(
    settings: BotSettings, library: Library, load_reader: Callable[[], Reader]
) -> Answerer:
    from bot.extracting import ExtractiveAnswerer
    from bot.weights import load_weights

    return ExtractiveAnswerer(
        library,
        lambda: library.embedder,
        load_weights(),
        load_reader,
        threshold=None if settings.refusal < 0 else settings.refusal,
    )


def _make_rewriter(settings: BotSettings, library: Library) -> Rewriter:
    from bot.chat_models import load_chat_model
    from bot.rewriting import ModelRewriter, RuleRewriter

    rules = RuleRewriter(library)
    if not settings.model:
        return rules
    return ModelRewriter(load_chat_model(settings), rules, _limits(settings, tries=1))


def _make_chat_answerer(
    settings: BotSettings, library: Library, reader: Answerer, load_reader: Callable[[], Reader]
) -> Answerer:
    from bot.chat_models import load_chat_model
    from bot.generating import ChatAnswerer
    from bot.meaning import cosines_of, who_of

    return ChatAnswerer(
        load_chat_model(settings),
        library.article,
        reader,
        limits=_limits(settings, tries=settings.model_tries),
        context_tokens=settings.model_context_tokens,
        reply_tokens=settings.model_reply_tokens,
        cosines=cosines_of(lambda: library.embedder),
        who=who_of(load_reader),
    )


def _limits(settings: BotSettings, *, tries: int) -> Limits:
    from bot.asking import Limits

    return Limits(settings.model_timeout_seconds, settings.model_total_seconds, tries)
