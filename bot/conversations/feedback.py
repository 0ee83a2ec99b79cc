"""What a visitor says of an answer in, a row of a question set out: ``evaluate`` reads the file.

``feedback.jsonl`` in the index's folder holds the judgements from which the right answer is known:
a good answer is right as it stands, a bad one once the visitor has said what would be. Until then
it waits in ``feedback-open.jsonl``, the same rows with ``"answers": null``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal, get_args

from bot.conversations.conversation import Exchange

Verdict = Literal["good", "bad", "wrong"]
"""``wrong``: the passage is the wrong one, whatever the answer."""
VERDICTS: Final[tuple[str, ...]] = get_args(Verdict)
KNOWN: Final = "feedback.jsonl"
OPEN: Final = "feedback-open.jsonl"
LONGEST_ANSWER: Final = 500
"""Characters of a visitor's own answer that are kept."""


def judged(exchange: Exchange, verdict: Verdict, right: str | None = None) -> dict[str, Any]:
    """Return the row for a judgement; ``answers`` is None if the right answer is not known.

    ``right`` is what the visitor says would be right, "" for "the articles do not say". The
    question is the one that was searched, which stands alone. ValueError without an answer.
    """
    answer = exchange.answer
    if answer is None:
        raise ValueError(f"nothing was answered to {exchange.question!r}")
    answers: list[str] | None = None
    if verdict == "good":
        answers = [answer.short or answer.text] if answer.answered else []
    elif right is not None:
        answers = [right.strip()[:LONGEST_ANSWER]] if right.strip() else []
    good = verdict == "good"
    return {
        "id": f"feedback-{exchange.id}",
        "question": answer.searched,
        "answers": answers,
        "article": answer.citations[0].passage.article_id if good and answer.citations else None,
        "evidence": [citation.quote for citation in answer.citations] if good else [],
        "kind": "unanswerable" if answers == [] else "feedback",
        "verdict": verdict,
        "asked": answer.question,
        "said": answer.short or answer.text,
        "quoted": [citation.quote for citation in answer.citations],
        "confidence": round(answer.confidence, 4),
        "answerer": answer.answerer,
        "at": exchange.at.isoformat(timespec="seconds"),
    }


class FeedbackStore:
    """The two files of judgements in a folder; one row for an answer, the last one counts."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the index's; it is made when the first row comes."""
        self._folder = folder
        self._lock = Lock()

    def put(self, row: Mapping[str, Any]) -> None:
        """Store the row, in place of an earlier one on the same answer."""
        home, other = (OPEN, KNOWN) if row["answers"] is None else (KNOWN, OPEN)
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, added in ((home, [dict(row)]), (other, [])):
                kept = [each for each in _read(self._folder / name) if each["id"] != row["id"]]
                _write(self._folder / name, [*kept, *added])


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Replace the file as a whole: a kill in between leaves the former one."""
    if not rows and not path.exists():
        return
    new = path.with_suffix(".new")
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    new.write_text("".join(lines), encoding="utf-8")
    new.replace(path)
