"""Questions in, records out: asks one after the other and keeps each record as it is done.

A record is on disk before the next question is asked, so that a crash loses none; a later run with
the records so far goes on after them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bot.answer import Answer, Turn
from evaluation.questions import GoldQuestion
from evaluation.records import Record, to_line
from evaluation.scoring import TextOf, fail, score

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what)."""
Judge = Callable[[Record], Record]
"""Returns the record with a judgement of its answer."""


class Ask(Protocol):
    """Answers a question: ``bot.chain.Chain.ask``, or a fake."""

    def __call__(
        self, question: str, *, articles: Collection[str] | None, turns: Sequence[Turn]
    ) -> Answer:
        """Return the answer, found in ``articles`` (None: all) and given the former ``turns``."""
        ...


def run_questions(
    questions: Sequence[GoldQuestion],
    ask: Ask,
    text_of: TextOf,
    path: Path,
    *,
    done: Sequence[Record] = (),
    judge: Judge | None = None,
    progress: Progress | None = None,
) -> tuple[Record, ...]:
    """Return the records of ``questions``, in order, written to ``path`` one by one.

    ``done`` are the records of a former run; they begin the file and are not asked again, but
    judged if they were not. A question that raises is a failed record; only KeyboardInterrupt and
    the like end the run.
    """
    former = {
        record.gold.id: judge(record) if judge and record.judged is None else record
        for record in done
    }
    kept = [former[question.id] for question in questions if question.id in former]
    _rewrite(path, kept)
    records = dict(former)
    with path.open("ab") as file:
        for number, question in enumerate(questions):
            if progress:
                progress(number, len(questions), question.question)
            if question.id in records:
                continue
            record = _ask(question, ask, text_of, _turns(question, questions[:number], records))
            record = judge(record) if judge else record
            file.write(_encoded(record))
            file.flush()
            os.fsync(file.fileno())
            records[question.id] = record
    if progress:
        progress(len(questions), len(questions), "asked")
    return tuple(records[question.id] for question in questions)


def _ask(question: GoldQuestion, ask: Ask, text_of: TextOf, turns: Sequence[Turn]) -> Record:
    articles = frozenset({question.only}) if question.only else None
    started = time.perf_counter()
    try:
        answer = ask(question.question, articles=articles, turns=turns)
        seconds = time.perf_counter() - started
        return score(question, answer, seconds, text_of)
    # Whatever goes wrong with one question is that question's record, and scores 0.
    except Exception as exc:
        return fail(question, exc, time.perf_counter() - started)


def _turns(
    question: GoldQuestion, before: Sequence[GoldQuestion], records: Mapping[str, Record]
) -> tuple[Turn, ...]:
    """Return the former turns of the question's dialogue, as they were answered."""
    if question.dialogue is None:
        return ()
    return tuple(
        _turn(records[former.id]) for former in before if former.dialogue == question.dialogue
    )


def _turn(record: Record) -> Turn:
    question = record.gold.question
    reply = record.reply
    cited = tuple(dict.fromkeys(citation.article for citation in reply.citations))
    return Turn(question, reply.searched or question, reply.text, reply.short, cited)


def _rewrite(path: Path, records: Sequence[Record]) -> None:
    """Make ``path`` hold these records and nothing else, at once or not at all."""
    scratch = path.with_suffix(".new")
    scratch.write_bytes(b"".join(map(_encoded, records)))
    scratch.replace(path)


def _encoded(record: Record) -> bytes:
    # A lone surrogate, which a set may hold, is written as the JSON escape it came from.
    return to_line(record).encode("utf-8", "backslashreplace") + b"\n"
