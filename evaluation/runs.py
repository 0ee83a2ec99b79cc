"""A run's folder: its settings, records, figures and report, written and read.

run.json (what was run), predictions.jsonl (a record a line), metrics.json (the figures),
report.html (for people). A folder without metrics.json is a run that did not come to its end.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from bot.settings import BotSettings
from corpus.article import Article
from evaluation.errors import RunError
from evaluation.records import Record, read_records
from evaluation.sets import QuestionSet

PREDICTIONS: Final = "predictions.jsonl"
METRICS: Final = "metrics.json"
REPORT: Final = "report.html"
SETTINGS: Final = "run.json"
_BACKUP: Final = "predictions.before.jsonl"
_PACKAGES: Final = (
    "chromadb",
    "langchain",
    "langchain-core",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "torch",
)
_MUST_AGREE: Final = ("set", "articles", "settings")
"""What must be the same for a run to be gone on with."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run read back: where it is, what was run, and its records."""

    folder: Path
    about: dict[str, Any]
    records: tuple[Record, ...]


def describe(
    asked: QuestionSet, settings: BotSettings, articles: Sequence[Article] | None
) -> dict[str, Any]:
    """Return what run.json holds: the set and its hash, settings, articles' hash, versions."""
    shown = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {
        "set": {
            "name": asked.name,
            "sha256": asked.sha256,
            "skipped": [str(fault) for fault in asked.faults],
            "gold": any(question.only for question in asked.questions),
        },
        "articles": None if articles is None else articles_sha256(articles),
        "settings": {
            name: str(value) if isinstance(value, Path) else value for name, value in shown.items()
        },
        "versions": {"python": platform.python_version()}
        | {name: found for name in _PACKAGES if (found := _version(name))},
        "commit": _commit(),
        "questions": len(asked.questions),
    }


def articles_sha256(articles: Sequence[Article]) -> str:
    """Return one hash of what the articles are and say, whatever their order and their folder."""

    def told(article: Article) -> str:
        known = {name: value for name, value in asdict(article).items() if name != "path"}
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode("ascii")).hexdigest()

    return hashlib.sha256("\n".join(sorted(map(told, articles))).encode("ascii")).hexdigest()


def start(folder: Path, about: dict[str, Any], *, resume: bool) -> tuple[Record, ...]:
    """Make ``folder`` ready for a run and return the records it goes on after.

    Without ``resume`` a former run's predictions are kept beside, under another name. With it,
    RunError if the folder holds no run, or one of another set, other articles or settings.
    """
    predictions = folder / PREDICTIONS
    records: tuple[Record, ...] = ()
    if resume:
        former = _about(folder)
        for key in _MUST_AGREE:
            if former.get(key) != about[key]:
                raise RunError(
                    f"{folder}: this run was made with {_difference(key, former, about)}; "
                    "run it anew, without --resume"
                )
        records = read_records(predictions) if predictions.exists() else ()
    elif predictions.exists():
        predictions.replace(folder / _BACKUP)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in (METRICS, REPORT):
        (folder / stale).unlink(missing_ok=True)
    write_json(folder / SETTINGS, about)
    return records


def read_run(folder: Path) -> Run:
    """Return the run in ``folder``; RunError says what is missing."""
    return Run(folder, _about(folder), read_records(folder / PREDICTIONS))


def write_json(path: Path, value: object) -> None:
    """Write ``value`` to ``path``, at once or not at all."""
    scratch = path.with_name(path.name + ".new")
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    # A lone surrogate, which a set may hold, is written as the JSON escape it came from.
    scratch.write_text(text, encoding="utf-8", errors="backslashreplace")
    scratch.replace(path)


def _about(folder: Path) -> dict[str, Any]:
    path = folder / SETTINGS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise RunError(f"{folder}: no run in this folder ({SETTINGS}: {exc.strerror})") from exc
    except ValueError as exc:
        raise RunError(f"{path}: not JSON ({exc})") from exc
    if not isinstance(found, dict):
        raise RunError(f"{path}: expected an object")
    return found


def _difference(key: str, former: dict[str, Any], about: dict[str, Any]) -> str:
    before, now = former.get(key), about[key]
    if isinstance(before, dict) and isinstance(now, dict):
        name = next(name for name in (*now, *before) if before.get(name) != now.get(name))
        return f"another {key} {name}: {before.get(name)!r}, now {now.get(name)!r}"
    return f"other {key}"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Return the commit of the checkout this file lies in, None where there is none."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
