"""``python -m bot evaluate``: the command's options, and what it does with them.

Exit code 0: done; 1: below a floor, or failed; 2: misused.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bot.assembling import Bot
    from bot.settings import BotSettings
    from corpus.article import Article
    from evaluation.records import Record
    from evaluation.running import Judge, Progress
    from evaluation.sets import QuestionSet

    OpenBot = Callable[
        [BotSettings, Sequence[Article] | None, Progress], AbstractContextManager[Bot]
    ]

RUNS: Final = Path(".runs")
"""Where runs go without ``--out``."""
FLOORS: Final = (
    "hit@1 hit@5 mrr em f1 answer_in_text citation_precision citation_recall quote_verbatim "
    "refusal_recall refusal_precision answerable_lost p50_ms p95_ms aurc ece judged"
).split()
_BAR: Final = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give ``parser`` the options of ``evaluate``. Light: imports nothing heavy."""
    parser.add_argument(
        "set",
        nargs="?",
        type=Path,
        metavar="SET",
        help="questions: .jsonl, .csv, a SQuAD .json, or a folder of them",
    )
    parser.add_argument(
        "--articles",
        type=Path,
        metavar="FOLDER",
        help="ask these articles, not the current index (a set's own folder: its articles/)",
    )
    parser.add_argument(
        "--gold", action="store_true", help="SQuAD: each question sees only its own paragraph"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help=f"the run's folder (default: {RUNS}/SET-TIME)"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first N questions")
    parser.add_argument("--k", type=int, metavar="N", help="passages to retrieve (BOT_K)")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave broken lines out instead of stopping"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run in --out after its last record"
    )
    parser.add_argument(
        "--floor",
        type=_floors,
        default={},
        metavar="f1=0.8,...",
        help="exit with 1 below these (for answerable_lost, p50_ms, p95_ms, aurc, ece: above)",
    )
    parser.add_argument(
        "--judge",
        metavar="PROVIDER:NAME",
        help="let this chat model judge the answers too (never by default)",
    )
    parser.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("RUN_A", "RUN_B"),
        help="compare two runs' folders instead: what changed, and is it significant",
    )


def run(
    arguments: argparse.Namespace, settings: BotSettings, open_bot: OpenBot | None = None
) -> int:
    """Evaluate, or compare, as the options say; return the exit code."""
    if arguments.compare is not None:
        return _compare(arguments)
    if arguments.set is None:
        return _misused("evaluate needs a SET of questions, or --compare RUN_A RUN_B")
    if arguments.resume and arguments.out is None:
        return _misused("--resume needs --out FOLDER, the run to go on with")
    if arguments.gold and arguments.articles is not None:
        return _misused("--gold hands out the set's own paragraphs: leave --articles out")
    return _evaluate(arguments, settings, open_bot)


def _evaluate(
    arguments: argparse.Namespace, settings: BotSettings, open_bot: OpenBot | None
) -> int:
    from evaluation import runs
    from evaluation.metrics import below_floor, metrics_as_json, table
    from evaluation.reporting import make_report
    from evaluation.sets import read_set

    asked = read_set(arguments.set, gold=arguments.gold, skip_bad=arguments.skip_bad)
    for fault in asked.faults:
        _tell(f"skipped: {fault}")
    if arguments.limit is not None:
        asked = replace(asked, questions=asked.questions[: arguments.limit])
    folder: Path = arguments.out or RUNS / f"{asked.name}-{datetime.now():%Y%m%d-%H%M%S}"
    records, about = _run(arguments, settings, asked, folder, open_bot)
    metrics = metrics_as_json(records)
    report = make_report(about, metrics, records)
    (folder / runs.REPORT).write_text(report, encoding="utf-8", errors="xmlcharrefreplace")
    runs.write_json(folder / runs.METRICS, metrics)
    if arguments.json:
        print(json.dumps(metrics, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        print(table(metrics))
        print(f"\nreport: {folder / runs.REPORT}")
    failures = below_floor(metrics, arguments.floor)
    for failure in failures:
        _tell(f"below the floor: {failure}")
    return 1 if failures else 0


def _run(
    arguments: argparse.Namespace,
    settings: BotSettings,
    asked: QuestionSet,
    folder: Path,
    open_bot: OpenBot | None,
) -> tuple[tuple[Record, ...], dict[str, Any]]:
    """Return the run's records and what is known of the run."""
    from evaluation import corpora, runs
    from evaluation.running import run_questions
    from evaluation.scoring import is_article

    articles = _articles(arguments, settings, asked)
    questions = asked.questions
    about = runs.describe(asked, settings, articles)
    if articles is not None:
        distinct, twins = corpora.without_twins(articles)
        articles, questions = distinct, corpora.with_twins(questions, twins)
        cache = corpora.cache_of(articles, settings, folder.resolve().parent)
        settings = replace(settings, index=cache)
    judge = _judge(arguments)
    done = runs.start(folder, about, resume=arguments.resume)
    progress = _Progress()
    with (open_bot or corpora.open_bot)(settings, articles, progress) as bot:
        held = [entry.id for entry in bot.library.entries()]
        missing = corpora.strangers(
            questions, lambda name: any(is_article(found, name) for found in held)
        )
        if missing:
            _tell(
                f"warning: the set names {len(missing)} article(s) that are not in the index: "
                f"{', '.join(missing[:5])}; give their folder: --articles FOLDER"
            )
        try:
            records = run_questions(
                questions,
                bot.chain.ask,
                lambda name: _text(bot, name),
                folder / runs.PREDICTIONS,
                done=done,
                judge=judge,
                progress=progress,
            )
        except KeyboardInterrupt:
            _tell(f"\nstopped; every finished record is kept. Go on: --out {folder} --resume")
            raise
    return records, about


def _articles(
    arguments: argparse.Namespace, settings: BotSettings, asked: QuestionSet
) -> tuple[Article, ...] | None:
    """Return the articles that the set brings, or None for those of the current index."""
    from evaluation.corpora import load_folder

    folder = arguments.articles or asked.articles_folder
    if asked.articles and arguments.articles is None:
        return asked.articles
    return load_folder(folder, settings) if folder else None


def _text(bot: Bot, article_id: str) -> str | None:
    article = bot.library.article(article_id)
    return article.text if article else None


def _judge(arguments: argparse.Namespace) -> Judge | None:
    if arguments.judge is None:
        return None
    from evaluation.judging import load_judge

    return load_judge(arguments.judge)


def _compare(arguments: argparse.Namespace) -> int:
    from evaluation.comparing import compare, comparison_as_json, comparison_as_text
    from evaluation.runs import read_run, write_json

    former, latter = (read_run(folder) for folder in arguments.compare)
    found = compare(former.records, latter.records)
    value = comparison_as_json(found)
    if arguments.out is not None:
        arguments.out.mkdir(parents=True, exist_ok=True)
        write_json(arguments.out / "comparison.json", value)
    if arguments.json:
        print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        print(comparison_as_text(found))
    return 0


class _Progress:
    """Draws one line on stderr, with the time left, if a person is watching."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, done: int, total: int, what: str) -> None:
        if not sys.stderr.isatty() or total <= 0:
            return
        if done == 0:
            self._started = time.monotonic()
        elapsed = time.monotonic() - self._started
        left = f"{elapsed * (total - done) / done:.0f} s left" if done else ""
        filled = _BAR * done // total
        bar = "#" * filled + "." * (_BAR - filled)
        text = " ".join(what.split())[:40]
        line = f"\r[{bar}] {done}/{total} {left:>12} {text:40}"
        print(line, end="\n" if done >= total else "", file=sys.stderr, flush=True)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more; found {text}")
    return number


def _floors(text: str) -> dict[str, float]:
    floors = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name not in FLOORS:
            raise argparse.ArgumentTypeError(f"no figure {name!r}; there are: {', '.join(FLOORS)}")
        try:
            floors[name] = float(value)
        except ValueError as exc:
            raise argparse.ArgumentTypeError(f"{part.strip()}: expected {name}=NUMBER") from exc
    return floors


def _misused(message: str) -> int:
    _tell(f"error: {message}")
    return 2


def _tell(message: str) -> None:
    print(message, file=sys.stderr)
