"""Settings in, the whole program out: all the wiring, on one page, and no logic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.once import once
from bot.settings import BotSettings
from corpus.splitting import SplitSettings

if TYPE_CHECKING:
    from bot.answer import Answerer
    from bot.chain import Chain
    from bot.chatting.asking import Limits
    from bot.chatting.chat_models import ChatModel
    from bot.reader.reading import Reader
    from bot.rewriting import Rewriter
    from index.embedding import Embedder
    from index.library import Library, Progress


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything a door to the program (page, command line, evaluation) needs.

    ``reading`` is ``chain`` without its chat model: for questions that nobody asked, which the
    program tries before it suggests them. None: ``chain`` has no chat model.
    """

    settings: BotSettings
    library: Library
    chain: Chain
    reading: Chain | None = None

    @property
    def trial(self) -> Chain:
        """The chain that costs nothing."""
        return self.reading or self.chain


@dataclass(frozen=True, slots=True)
class Models:
    """What several collections share; each is loaded when it is first asked for, and once."""

    embedder: Callable[[], Embedder]
    reader: Callable[[], Reader]
    chat: Callable[[], ChatModel]


def make_models(settings: BotSettings) -> Models:
    """Return the models that ``settings`` name, not yet loaded."""
    from bot.chatting.chat_models import load_chat_model
    from bot.reader.reading import OnnxReader
    from index.embedding import load_embedder

    return Models(
        once(partial(load_embedder, settings.embedder)),
        once(OnnxReader),
        once(partial(load_chat_model, settings)),
    )


def open_library(
    settings: BotSettings,
    progress: Progress | None = None,
    *,
    rebuild: bool = False,
    models: Models | None = None,
) -> Library:
    """Return the opened index; LibraryError says why it cannot be opened.

    ``rebuild`` splits and embeds every stored article anew, with these settings.
    """
    from index.library import Library

    return Library.open(
        settings.index,
        (models or make_models(settings)).embedder,
        split=SplitSettings(
            max_tokens=settings.max_tokens,
            min_tokens=settings.min_tokens,
            overlap_sentences=settings.overlap_sentences,
        ),
        chroma_url=settings.chroma_url or None,
        progress=progress,
        rebuild=rebuild,
    )


def assemble(
    settings: BotSettings, progress: Progress | None = None, models: Models | None = None
) -> Bot:
    """Return the assembled bot over the index that ``settings`` name."""
    shared = models or make_models(settings)
    return with_library(settings, open_library(settings, progress, models=shared), shared)


def with_library(settings: BotSettings, library: Library, models: Models | None = None) -> Bot:
    """Return the assembled bot over an index that is already open."""
    from bot.chain import Chain

    shared = models or make_models(settings)
    make = partial(Chain, library, k=settings.k, max_question_chars=settings.max_question_chars)
    chain = make(
        _make_answerer(settings, library, shared),
        rewriter=_make_rewriter(settings, library, shared),
    )
    if not settings.model:
        return Bot(settings, library, chain)
    return Bot(settings, library, chain, make(_make_reader(settings, library, shared)))


def _make_answerer(settings: BotSettings, library: Library, models: Models) -> Answerer:
    """Return the answerer that ``settings`` ask for; SettingsError if there is none such."""
    reader = _make_reader(settings, library, models)
    if not settings.model:
        return reader
    return _make_chat_answerer(settings, library, reader, models)


def _make_reader(settings: BotSettings, library: Library, models: Models) -> Answerer:
    from bot.extracting import ExtractiveAnswerer
    from bot.weighing.weights import load_weights

    return ExtractiveAnswerer(
        library,
        lambda: library.embedder,
        load_weights(),
        models.reader,
        threshold=None if settings.refusal < 0 else settings.refusal,
    )


def _make_rewriter(settings: BotSettings, library: Library, models: Models) -> Rewriter:
    from bot.rewriting import ModelRewriter, RuleRewriter

    rules = RuleRewriter(library)
    if not settings.model:
        return rules
    return ModelRewriter(models.chat(), rules, _limits(settings, tries=1))


def _make_chat_answerer(
    settings: BotSettings, library: Library, reader: Answerer, models: Models
) -> Answerer:
    from bot.checking.meaning import cosines_of, who_of
    from bot.generating import ChatAnswerer

    return ChatAnswerer(
        models.chat(),
        library.article,
        reader,
        limits=_limits(settings, tries=settings.model_tries),
        context_tokens=settings.model_context_tokens,
        reply_tokens=settings.model_reply_tokens,
        cosines=cosines_of(lambda: library.embedder),
        who=who_of(models.reader),
    )


def _limits(settings: BotSettings, *, tries: int) -> Limits:
    from bot.chatting.asking import Limits

    return Limits(
        settings.model_timeout_seconds,
        settings.model_total_seconds,
        tries,
        settings.model_reply_tokens,
    )
