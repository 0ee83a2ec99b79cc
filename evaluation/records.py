"""One record for each question: what was asked, what was said, what it scored; as a JSON line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evaluation.errors import RunError
from evaluation.questions import GoldQuestion

Verdict = Literal[
    "right", "failed", "wrong passage", "wrong words", "refused wrongly", "answered wrongly"
]
"""What became of a question: ``wrong passage``, nothing cited is right; ``wrong words``, the
citation is right and the short answer is not; ``answered wrongly``, it should have been refused."""

RIGHT_F1 = 0.5
"""F1 from which a short answer with a right citation counts as right in a verdict."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it was given. ``verbatim``: the article holds the quote at that place."""

    number: int
    article: str
    start: int
    end: int
    quote: str
    support: str
    verbatim: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as it was retrieved. ``right``: it holds the evidence or an accepted answer."""

    article: str
    title: str
    start: int
    end: int
    text: str
    score: float
    rank: int
    right: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot said; all empty when the question failed."""

    searched: str = ""
    answered: bool = False
    text: str = ""
    short: str = ""
    confidence: float = 0.0
    answerer: str = ""
    warnings: tuple[str, ...] = ()
    citations: tuple[Cited, ...] = ()
    hits: tuple[Found, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A question, the reply and its scores. ``seconds`` is the time to the reply or the failure.

    ``error`` is the failure's text, empty when there was none. ``judged`` is what an LLM judge
    said, 0 or 1, None without one.
    """

    gold: GoldQuestion
    reply: Reply
    seconds: float
    em: float = 0.0
    f1: float = 0.0
    answer_in_text: bool = False
    error: str = ""
    judged: float | None = None
    judge_said: str = ""

    @property
    def refused(self) -> bool:
        """Whether the bot said that the articles do not answer; a failure is no refusal."""
        return not self.error and not self.reply.answered

    @property
    def rank(self) -> int | None:
        """The rank of the first right passage, None if none is right."""
        return min((hit.rank for hit in self.reply.hits if hit.right), default=None)

    @property
    def cites_right(self) -> bool:
        """Whether a citation is right: what ``confidence`` is the probability of."""
        return any(citation.right for citation in self.reply.citations)

    @property
    def unit(self) -> str:
        """What is resampled together: the turns of a dialogue depend on each other."""
        return self.gold.dialogue or self.gold.id

    @property
    def verdict(self) -> Verdict:
        """What became of the question, in one word or two."""
        if self.error:
            return "failed"
        if not self.gold.answerable:
            return "right" if self.refused else "answered wrongly"
        if self.refused:
            return "refused wrongly"
        if not self.cites_right:
            return "wrong passage"
        return "right" if self.f1 >= RIGHT_F1 or self.answer_in_text else "wrong words"


def to_line(record: Record) -> str:
    """Return ``record`` as one line of JSON, without the line end."""
    reply = asdict(record.reply)
    timings = {name: round(seconds, 6) for name, seconds in reply.pop("timings").items()}
    line = {
        **asdict(record.gold),
        **reply,
        "scores": {
            "em": record.em,
            "f1": round(record.f1, 6),
            "answer_in_text": record.answer_in_text,
            "rank": record.rank,
            "verdict": record.verdict,
            "judged": record.judged,
            "judge_said": record.judge_said,
        },
        "seconds": round(record.seconds, 6),
        "timings": timings,
        "error": record.error,
    }
    return json.dumps(line, ensure_ascii=False)


def from_line(line: str) -> Record:
    """Return the record of a line; ``from_line(to_line(record))`` keeps all but float digits.

    ValueError (KeyError, TypeError) if it is none.
    """
    entry: dict[str, Any] = json.loads(line)
    scores = entry["scores"]
    return Record(
        gold=GoldQuestion(
            id=entry["id"],
            question=entry["question"],
            answers=tuple(entry["answers"]),
            article=entry["article"],
            evidence=tuple(entry["evidence"]),
            kind=entry["kind"],
            also=tuple(entry["also"]),
            dialogue=entry["dialogue"],
            only=entry["only"],
        ),
        reply=Reply(
            searched=entry["searched"],
            answered=entry["answered"],
            text=entry["text"],
            short=entry["short"],
            confidence=entry["confidence"],
            answerer=entry["answerer"],
            warnings=tuple(entry["warnings"]),
            citations=tuple(Cited(**citation) for citation in entry["citations"]),
            hits=tuple(Found(**hit) for hit in entry["hits"]),
            timings=entry["timings"],
        ),
        seconds=entry["seconds"],
        em=scores["em"],
        f1=scores["f1"],
        answer_in_text=scores["answer_in_text"],
        error=entry["error"],
        judged=scores["judged"],
        judge_said=scores["judge_said"],
    )


def read_records(path: Path) -> tuple[Record, ...]:
    """Return the records of a predictions file, in order.

    A last line without its line end was being written when the run died: it is left out. RunError
    for a missing file and for any other line that is no record.
    """
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise RunError(f"{path}: no such run ({exc.strerror})") from exc
    whole = content[: content.rfind(b"\n") + 1]
    records = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            records.append(from_line(line.decode("utf-8")))
        except (ValueError, KeyError, TypeError) as exc:
            raise RunError(f"{path}, line {number}: no record of this program ({exc!r})") from exc
    return tuple(records)


def with_judgement(record: Record, judged: float | None, said: str) -> Record:
    """Return ``record`` with what the judge said of it."""
    return replace(record, judged=judged, judge_said=said)
