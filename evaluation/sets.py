"""A file or folder in, a QuestionSet out: JSON Lines, CSV, dialogues and SQuAD.

A folder stands for its ``*.jsonl`` and ``*.csv`` files and, where there is one, its ``articles``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus.article import Article
from evaluation.errors import SetError
from evaluation.questions import BadEntry, GoldQuestion, parse_entry
from evaluation.squad import parse_squad

SUFFIXES: Final = (".jsonl", ".csv")
_LISTED: Final = 5
"""Broken lines that an error names; the rest are counted."""
_LISTS: Final = ("answers", "evidence", "also")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no question: where it is, and why."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in their order. ``sha256`` is that of the files they come from.

    ``articles`` are those that the set itself holds (SQuAD's paragraphs), ``articles_folder`` the
    one beside the questions. ``faults`` are the lines that were skipped.
    """

    name: str
    questions: tuple[GoldQuestion, ...]
    sha256: str
    articles: tuple[Article, ...] = ()
    articles_folder: Path | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    place: str
    number: int
    value: object


def read_set(path: Path, *, gold: bool = False, skip_bad: bool = False) -> QuestionSet:
    """Return the questions of ``path``; SetError names every broken line and why.

    ``skip_bad`` leaves broken lines out instead. ``gold``, for SQuAD only, hands each question its
    own paragraph.
    """
    files = _files(path)
    digest = hashlib.sha256()
    questions: list[GoldQuestion] = []
    articles: tuple[Article, ...] = ()
    faults: list[Fault] = []
    for file in files:
        content = _bytes(file)
        digest.update(content)
        if file.suffix.lower() == ".json":
            found, articles, wrong = parse_squad(_json(content, file), str(file), gold)
            questions += found
            faults += [Fault(place, why) for place, why in wrong]
        else:
            # Lines are counted anew in each file: in a folder, its name keeps the ids apart.
            prefix = f"{file.stem}/" if path.is_dir() else ""
            questions += _read_entries(_entries(file, content, faults), prefix, faults)
    if gold and not articles:
        raise SetError(f"{path}: --gold is for a SQuAD .json, whose paragraphs it hands out")
    questions = _without_twins(questions, path, faults)
    if faults and not skip_bad:
        raise SetError(_told(faults))
    if not questions:
        raise SetError(f"{path}: no questions in it" + (f" ({_told(faults)})" if faults else ""))
    beside = path / "articles"
    return QuestionSet(
        name=path.stem,
        questions=tuple(questions),
        sha256=digest.hexdigest(),
        articles=articles,
        articles_folder=beside if beside.is_dir() else None,
        faults=tuple(faults),
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.suffix.lower() in SUFFIXES]
        if not files:
            raise SetError(f"{path}: no questions in this folder; it may hold .jsonl and .csv")
        return files
    if not path.exists():
        raise SetError(f"{path}: there is no such question set")
    if path.suffix.lower() not in (*SUFFIXES, ".json"):
        raise SetError(
            f"{path}: a question set is .jsonl, .csv, a SQuAD .json or a folder; "
            f"found {path.suffix or 'a name without suffix'}"
        )
    return [path]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise SetError(f"{path}: cannot be read ({exc.strerror})") from exc


def _json(content: bytes, path: Path) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as exc:
        raise SetError(f"{path}: not JSON ({exc})") from exc


def _entries(path: Path, content: bytes, faults: list[Fault]) -> Iterator[_Entry]:
    rows = _csv_rows if path.suffix.lower() == ".csv" else _json_lines
    yield from rows(path, content.removeprefix(b"\xef\xbb\xbf"), faults)


def _json_lines(path: Path, content: bytes, faults: list[Fault]) -> Iterator[_Entry]:
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            place = f"{path}, line {number}"
            try:
                yield _Entry(place, number, json.loads(line.decode("utf-8")))
            except (UnicodeDecodeError, RecursionError) as exc:
                faults.append(Fault(place, f"not UTF-8 JSON ({exc})"))
            except ValueError as exc:
                faults.append(Fault(place, f"not JSON ({exc})"))


def _csv_rows(path: Path, content: bytes, faults: list[Fault]) -> Iterator[_Entry]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as exc:
        number = content.count(b"\n", 0, exc.start) + 1
        raise SetError(f"{path}, line {number}: not UTF-8; save the file as UTF-8") from exc
    header = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True
    )
    missing = {"question", "answers"} - set(reader.fieldnames or ())
    if missing:
        raise SetError(f"{path}, line 1: no column {sorted(missing)[0]!r} in the header")
    while True:
        place = f"{path}, line {reader.line_num + 1}"
        try:
            row = next(reader, None)
        except csv.Error as exc:
            faults.append(Fault(place, f"not CSV ({exc})"))
            continue
        if row is None:
            return
        if None in row or None in row.values():
            faults.append(Fault(place, f"expected {len(reader.fieldnames or ())} columns"))
            continue
        try:
            yield _Entry(place, reader.line_num, _from_cells(row))
        except BadEntry as exc:
            faults.append(Fault(place, str(exc)))


def _from_cells(row: dict[str, str]) -> dict[str, Any]:
    """Return a row as the JSON entry it stands for: a list is JSON, or texts parted by ``|``."""
    entry: dict[str, Any] = {key: cell.strip() for key, cell in row.items()}
    for key in _LISTS:
        cell = entry.get(key, "")
        if cell.startswith("["):
            try:
                entry[key] = json.loads(cell)
            except ValueError as exc:
                raise BadEntry(f"“{key}” begins like a JSON list and is none ({exc})") from exc
        elif key == "evidence":
            entry[key] = [cell] if cell else []
        else:
            entry[key] = [part.strip() for part in cell.split("|") if part.strip()]
    return entry


def _read_entries(
    entries: Iterator[_Entry], prefix: str, faults: list[Fault]
) -> list[GoldQuestion]:
    """Return the entries' questions; one without an id gets ``prefix`` and its line for one."""
    questions: list[GoldQuestion] = []
    for entry in entries:
        try:
            questions += parse_entry(entry.value, f"{prefix}line-{entry.number}")
        except BadEntry as exc:
            faults.append(Fault(entry.place, str(exc)))
    return questions


def _without_twins(
    questions: Sequence[GoldQuestion], path: Path, faults: list[Fault]
) -> list[GoldQuestion]:
    """Return the questions whose id is their own; of several with one id, the first."""
    counts = Counter(question.id for question in questions)
    kept = {question.id: question for question in reversed(questions)}
    for name in (name for name, count in counts.items() if count > 1):
        faults.append(Fault(str(path), f"{counts[name]} questions have the id {name!r}"))
    return list(reversed(kept.values()))


def _told(faults: Sequence[Fault]) -> str:
    listed = "; ".join(str(fault) for fault in faults[:_LISTED])
    more = f"; and {len(faults) - _LISTED} more" if len(faults) > _LISTED else ""
    return f"{listed}{more}. --skip-bad runs the rest"
