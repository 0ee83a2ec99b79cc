"""The command line: ``python -m bot COMMAND``. Exit code 0: done, 1: refused or failed, 2: misused.

Only argparse is imported here; each command imports what it needs, so that ``--help`` is instant.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BotError, SettingsError
from bot.settings import BotSettings, from_env

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.library import Library, Outcome


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command and return its exit code; errors are one line on stderr."""
    parser = make_parser()
    given = parser.parse_args(arguments)
    try:
        settings = _settings(given, os.environ if environ is None else environ)
        code: int = given.run(given, settings)
        return code
    except SettingsError as error:
        return _fail(error, 2)
    except BrokenPipeError:
        # `python -m bot articles | head`: the reader has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _fail("stopped", 1)
    except Exception as error:
        if not _expected(error):
            raise
        return _fail(error, 1)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of every command; each sets ``run`` to its function."""
    common = _common()
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Ask articles a question; get a short, exact, cited and honest answer.",
        epilog="Without a command: the chat page.",
        parents=[common],
    )
    parser.set_defaults(run=_chat, host=None, port=None)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")

    def command(name: str, run: object, summary: str) -> argparse.ArgumentParser:
        # SUPPRESS: an option given before the command must not be reset by the command's default.
        made = commands.add_parser(
            name, help=summary, description=summary, parents=[_quiet(common)]
        )
        made.set_defaults(run=run)
        return made

    chat = command("chat", _chat, "open the chat page")
    chat.add_argument("--host", default=argparse.SUPPRESS, help="address to listen on (BOT_HOST)")
    chat.add_argument(
        "--port", type=int, default=argparse.SUPPRESS, help="port to listen on (BOT_PORT)"
    )
    add = command("add", _add, "add articles: files, folders or URLs")
    add.add_argument("sources", nargs="+", metavar="PATH_OR_URL")
    sync = command("sync", _sync, "make the index equal to a folder of articles")
    sync.add_argument("folder", type=Path, metavar="FOLDER")
    sync.add_argument("--dry-run", action="store_true", help="only say what would be done")
    articles = command("articles", _articles, "list what is indexed")
    articles.add_argument("--json", action="store_true", help="print JSON")
    remove = command("remove", _remove, "take articles out of the index")
    remove.add_argument("ids", nargs="+", metavar="ID")
    command("rebuild", _rebuild, "embed every article anew, with the present settings")
    ask = command("ask", _ask, "answer one question")
    ask.add_argument("question", metavar="QUESTION")
    _retrieval_options(ask)
    search = command("search", _search, "list the passages nearest to a query")
    search.add_argument("query", metavar="QUERY")
    _retrieval_options(search)
    command("mcp", _mcp, "serve desktop assistants: the Model Context Protocol on stdin and stdout")
    _add_user(command("user", _user, "who may sign in: add, remove, list (BOT_AUTH)"))
    _add_evaluate(command("evaluate", _evaluate, "run a set of questions and report"))
    return parser


def _common() -> argparse.ArgumentParser:
    """Return the options of every command."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index", metavar="FOLDER", help="the index's folder (BOT_INDEX)")
    common.add_argument(
        "--model", metavar="PROVIDER:NAME", help="a chat model (BOT_MODEL); none: built-in reader"
    )
    common.add_argument(
        "--chroma", metavar="URL", help="a Chroma server instead of the embedded store"
    )
    return common


def _quiet(common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    quiet = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    for action in common._actions:
        quiet.add_argument(*action.option_strings, metavar=action.metavar, help=action.help)
    return quiet


def _retrieval_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--k", type=int, metavar="N", help="passages to retrieve (BOT_K)")
    parser.add_argument(
        "--article", action="append", metavar="ID", help="only this article (repeatable)"
    )
    parser.add_argument(
        "--source", metavar="NAME", help="only articles whose source's name holds this"
    )
    parser.add_argument(
        "--since", type=_date, metavar="DATE", help="only articles of this date (2023-05) or later"
    )
    parser.add_argument(
        "--until", type=_date, metavar="DATE", help="only articles of this date (2023) or earlier"
    )


def _date(value: str) -> str:
    if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-[0-3]\d)?)?", value):
        raise argparse.ArgumentTypeError(f"{value!r} is no year, month or day like 2023-05-09")
    return value


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    from evaluation.commands import add_arguments

    add_arguments(parser)


def _add_user(parser: argparse.ArgumentParser) -> None:
    from bot.doors.user_command import add_arguments

    add_arguments(parser)


def _settings(given: argparse.Namespace, environ: Mapping[str, str]) -> BotSettings:
    settings = from_env(environ)
    if given.index is not None:
        settings = replace(settings, index=Path(given.index))
    if given.model is not None:
        settings = replace(settings, model=given.model)
    if given.chroma is not None:
        settings = replace(settings, chroma_url=given.chroma)
    if getattr(given, "k", None) is not None:
        settings = replace(settings, k=given.k)
    return settings


def _chat(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.doors.serving import serve

    if given.host is not None:
        settings = replace(settings, host=given.host)
    if given.port is not None:
        settings = replace(settings, port=given.port)
    serve(settings)
    return 0


def _add(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.adding import add_sources

    with _library(settings) as library:
        return _report(add_sources(library, given.sources, settings, progress=_progress_bar))


def _sync(given: argparse.Namespace, settings: BotSettings) -> int:
    from index.syncing import sync

    with _library(settings) as library:
        outcomes = sync(
            library,
            given.folder,
            dry_run=given.dry_run,
            progress=_progress_bar,
            max_bytes=settings.max_upload_bytes,
        )
        return _report(outcomes)


def _articles(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.json_output import entry_as_json
    from index.library import read_entries

    entries = read_entries(settings.index)
    if given.json:
        _print_json([entry_as_json(entry) for entry in entries])
    for entry in () if given.json else entries:
        about = ", ".join(part for part in (entry.source, entry.published) if part)
        print(f"{entry.id}\t{entry.title}" + (f" ({about})" if about else ""))
    if not entries and not given.json:
        print("no articles yet; add some: python -m bot add PATH_OR_URL...", file=sys.stderr)
    return 0


def _remove(given: argparse.Namespace, settings: BotSettings) -> int:
    with _library(settings) as library:
        return _report(library.remove(given.ids))


def _rebuild(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.assembling import open_library

    with open_library(settings, _progress_bar, rebuild=True) as library:
        print(f"rebuilt: {len(library.entries())} articles")
    return 0


def _ask(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.json_output import answer_as_json

    with _bot(settings) as bot:
        started = time.perf_counter()
        answer = bot.chain.ask(given.question, articles=_chosen(bot, given))
        seconds = time.perf_counter() - started
        if given.json:
            _print_json(answer_as_json(answer, seconds, bot.library.article))
            return 0
        print(answer.text)
        for citation in answer.citations:
            print(f"\n[{citation.number}] {citation.passage.title} ({citation.passage.article_id})")
        if not answer.answered:
            for hit in answer.hits[:3]:
                print(
                    f"\n- {hit.passage.title} ({hit.passage.article_id}): {_clip(hit.passage.text)}"
                )
        for warning in answer.warnings:
            print(f"warning: {warning}", file=sys.stderr)
    return 0


def _search(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.json_output import hits_as_json

    with _bot(settings) as bot:
        hits = bot.chain.search(given.query, articles=_chosen(bot, given))
        if given.json:
            _print_json(hits_as_json(hits))
        for hit in () if given.json else hits:
            print(
                f"{hit.rank}. {hit.passage.article_id} {hit.score:.4f}  {_clip(hit.passage.text)}"
            )
    return 0


def _mcp(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.doors.mcp_hosting import serve_stdio
    from bot.doors.opening import open_desk

    # Whoever starts this owns the machine: there is nobody to sign in.
    desk = open_desk(replace(settings, auth="", user_collections=False))
    try:
        serve_stdio(desk)
    finally:
        desk.close()
    return 0


def _user(given: argparse.Namespace, settings: BotSettings) -> int:
    from bot.doors.user_command import run

    return run(given, settings)


def _evaluate(given: argparse.Namespace, settings: BotSettings) -> int:
    from evaluation.commands import run

    return run(given, settings)


@contextmanager
def _library(settings: BotSettings) -> Iterator[Library]:
    from bot.assembling import open_library

    with open_library(settings, _progress_bar) as library:
        yield library


@contextmanager
def _bot(settings: BotSettings) -> Iterator[Bot]:
    from bot.assembling import with_library

    with _library(settings) as library:
        if not library.entries():
            raise BotError(
                f"the index {settings.index} holds no articles; add some: "
                "python -m bot add PATH_OR_URL..."
            )
        yield with_library(settings, library)


def _chosen(bot: Bot, given: argparse.Namespace) -> frozenset[str] | None:
    """Return the ids that the options let through, or None if they let all."""
    from index.retrieval import ArticleFilter

    known = {entry.id for entry in bot.library.entries()}
    strangers = [wanted for wanted in given.article or () if wanted not in known]
    if strangers:
        raise BotError(f"no article {strangers[0]!r} in the index; see: python -m bot articles")
    wanted = ArticleFilter(
        frozenset(given.article) if given.article else None, given.source, given.since, given.until
    )
    if wanted == ArticleFilter():
        return None
    chosen = bot.library.select(wanted)
    if not chosen:
        raise BotError(
            "no article has this source and date (--source, --since, --until); see: "
            "python -m bot articles"
        )
    return chosen


def _report(outcomes: Sequence[Outcome]) -> int:
    for outcome in outcomes:
        line = f"{outcome.status}: {outcome.article_id}"
        print(line + (f" ({outcome.reason})" if outcome.reason else ""))
    return 1 if any(outcome.status == "refused" for outcome in outcomes) else 0


def _progress_bar(done: int, total: int, what: str) -> None:
    """Draw one line on stderr, if a person is watching."""
    if sys.stderr.isatty() and total > 0:
        filled = 30 * done // total
        end = "\n" if done >= total else ""
        bar = "#" * filled + "." * (30 - filled)
        print(f"\r[{bar}] {done}/{total} {what[:40]:40}", end=end, file=sys.stderr, flush=True)


def _expected(error: Exception) -> bool:
    """Tell whether ``error`` is one of ours, whose text is one clear line."""
    from corpus.errors import LoadError
    from index.errors import LibraryError

    return isinstance(error, BotError | LoadError | LibraryError)


def _fail(error: Exception | str, code: int) -> int:
    print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
    return code


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _clip(text: str, characters: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"
