"""Settings and a set's articles in, the bot that is asked, or its index alone, out.

A set with articles gets an index of its own, in a cache folder beside the run, named after their
content and what they are indexed with, so that a second run need not embed them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.settings import BotSettings
from corpus.article import Article
from evaluation.errors import EvaluationError
from evaluation.questions import GoldQuestion
from evaluation.runs import articles_sha256

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.library import Library, Progress

ROOT: Final = Path(__file__).resolve().parent.parent
CACHE: Final = ".evaluation-indexes"
_INDEXED_WITH: Final = ("embedder", "max_tokens", "min_tokens", "overlap_sentences")


def load_folder(folder: Path, settings: BotSettings) -> tuple[Article, ...]:
    """Return the articles of ``folder``, those of files of several among them, in order.

    Their ids are relative to it. LoadError for an unreadable file, EvaluationError for an
    unreadable article of several: questions about it would count as the bot's failures.
    """
    from corpus.loaders import find_files, load_articles

    articles: list[Article] = []
    for path, root in find_files(folder):
        for found in load_articles(path, root, settings.max_upload_bytes):
            if not isinstance(found, Article):
                raise EvaluationError(f"{found.id}: {found.reason}")
            articles.append(found)
    return tuple(articles)


def cache_of(articles: Sequence[Article], settings: BotSettings, beside: Path) -> Path:
    """Return the folder of the index of ``articles``, in the cache beside a run."""
    return beside / CACHE / index_name(articles, settings)


def index_name(articles: Sequence[Article], settings: BotSettings) -> str:
    """Return the name of the index of ``articles`` with these settings and this code."""
    parts = [articles_sha256(articles), *(str(getattr(settings, name)) for name in _INDEXED_WITH)]
    parts.append(code_sha256())
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:16]


@contextmanager
def open_bot(
    settings: BotSettings, articles: Sequence[Article] | None, progress: Progress | None = None
) -> Iterator[Bot]:
    """Open the bot over the index that ``settings`` name, as ``open_index`` opens it."""
    from bot.assembling import with_library

    with open_index(settings, articles, progress) as library:
        bot = with_library(settings, library)
        # Loading models and frameworks is no part of the first question's time.
        library.retrieve("warming up", 1)
        bot.chain.runnable()
        yield bot


@contextmanager
def open_index(
    settings: BotSettings, articles: Sequence[Article] | None, progress: Progress | None = None
) -> Iterator[Library]:
    """Open the index that ``settings`` name, holding ``articles`` if some are given.

    EvaluationError if the index is empty, or an article cannot be indexed.
    """
    from bot.assembling import open_library

    with open_library(settings, progress) as library:
        held = {entry.id for entry in library.entries()}
        missing = [article for article in articles or () if article.id not in held]
        for outcome in library.add_many(missing, progress) if missing else ():
            if outcome.status == "refused":
                raise EvaluationError(f"{outcome.article_id}: {outcome.reason}")
        if not library.entries():
            raise EvaluationError(
                f"the index {settings.index} holds no articles; add some (python -m bot add "
                "PATH_OR_URL...), or name a folder: --articles FOLDER"
            )
        yield library


def without_twins(articles: Sequence[Article]) -> tuple[tuple[Article, ...], dict[str, str]]:
    """Return the articles of different text, and for each other one's id that of its twin.

    An index stores a text once; a question about the copy is answered by the first.
    """
    first: dict[str, Article] = {}
    twins: dict[str, str] = {}
    for article in articles:
        held = first.setdefault(article.sha256, article)
        if held is not article:
            twins[article.id] = held.id
    return tuple(first.values()), twins


def with_twins(
    questions: Sequence[GoldQuestion], twins: dict[str, str]
) -> tuple[GoldQuestion, ...]:
    """Return ``questions`` with the twins of the articles they name among the right ones."""

    def accept(question: GoldQuestion) -> GoldQuestion:
        named = [name for name in (question.article, *question.also) if name in twins]
        return replace(question, also=(*question.also, *(twins[name] for name in named if name)))

    return tuple(map(accept, questions)) if twins else tuple(questions)


def code_sha256(root: Path = ROOT) -> str:
    """Return one hash of the code that reads, splits and indexes: other code, another index."""
    files = [path for stage in ("corpus", "index") for path in (root / stage).rglob("*.py")]
    parts = [
        part
        for path in sorted(files)
        for part in (path.relative_to(root).as_posix().encode(), path.read_bytes())
    ]
    return hashlib.sha256(b"\x1f".join(parts)).hexdigest()


def strangers(questions: Sequence[GoldQuestion], is_known: Callable[[str], bool]) -> list[str]:
    """Return the articles that questions name and the index lacks: these cannot be answered."""
    named = dict.fromkeys(question.article for question in questions if question.article)
    return [name for name in named if not is_known(name)]
