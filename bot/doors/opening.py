"""Settings in, the desk out: over one collection, or each user's own. Loads in the background."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.doors.accounts import Accounts
from bot.doors.desk import Desk
from bot.doors.loading import Background, BackgroundBot
from bot.doors.owning import Collections, OneCollection, UserCollections, user_folder
from bot.doors.signing_in import SignIn
from bot.once import once
from bot.settings import BotSettings

if TYPE_CHECKING:
    from bot.assembling import Bot, Models
    from index.library import Progress


def open_desk(settings: BotSettings) -> Desk:
    """Return the desk, whose articles and models begin to load."""
    return Desk(
        _own_collections(settings) if settings.user_collections else _one(settings), settings
    )


def open_sign_in(settings: BotSettings) -> SignIn | None:
    """Return the check of passwords, or None if nobody signs in; AccountError for a bad file."""
    if not settings.auth:
        return None
    return SignIn(Accounts(Path(settings.auth).expanduser()))


def first_start(settings: BotSettings, progress: Progress, models: Models | None = None) -> Bot:
    """Return the assembled bot; an index without articles gets the sample articles first."""
    from bot.adding import add_sources
    from bot.assembling import assemble

    bot = assemble(settings, progress, models)
    if not bot.library.entries() and settings.sample_articles.is_dir():
        add_sources(bot.library, [str(settings.sample_articles)], settings, progress)
    _ = bot.library.embedder  # Loaded now, not at the first question.
    return bot


def _one(settings: BotSettings) -> Collections:
    return OneCollection(BackgroundBot(lambda progress: first_start(settings, progress)))


def _own_collections(settings: BotSettings) -> Collections:
    from bot.assembling import make_models
    from bot.weighing.vectors import CachedEmbedder

    loaded = make_models(settings)
    models = replace(loaded, embedder=once(lambda: CachedEmbedder(loaded.embedder())))

    def load(progress: Progress) -> Models:
        progress(0, 0, "Loading the models …")
        models.embedder()
        models.reader()
        return models

    def open_bot(user: str, progress: Progress) -> Bot:
        own = replace(settings, index=user_folder(settings.index, user))
        return first_start(own, progress, models)

    return UserCollections(Background(load), open_bot)
