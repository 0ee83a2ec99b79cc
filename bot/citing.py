"""A reply's verdicts in, its text with only true markers and the citations out. Pure.

Whoever writes the text, a marker survives only if its number belongs to a citation; the others are
dropped and counted, so that no reader clicks on a source that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.answer import Answer, Citation
from bot.checking.evidence import Evidence
from bot.checking.markers import cited_numbers, keep_known
from bot.checking.matching import Difference
from bot.verifying import Verdict
from corpus.article import Article

__all__ = ["Cited", "NOT_FOUND", "check_quotes", "cite", "cited_numbers", "keep_known"]

NOT_FOUND: Final = "not found in the articles"
"""What stands behind a sentence that no passage bears out."""
_ENDING: Final = re.compile(r"[.!?]*[”\"')\]*_]*\s*$")


@dataclass(frozen=True, slots=True)
class Cited:
    """A checked reply. ``citations`` are numbered 1, 2, ... as they first appear in ``text``.

    ``kept``, ``moved`` and ``removed`` count the writer's markers on sentences: pointing at the
    evidence, replaced by one that does, taken away. ``invented`` counts those of passages that do
    not exist, ``added`` the citations given to sentences that had none.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    kept: int = 0
    moved: int = 0
    removed: int = 0
    invented: int = 0
    added: int = 0


def cite(verdicts: Sequence[Verdict], known: Collection[int]) -> Cited:
    """Return the text of ``verdicts`` with its citations; ``known`` are the passages' numbers."""
    numbering: dict[tuple[str, int, int], Citation] = {}
    pieces: list[str] = []
    counts = dict.fromkeys(("kept", "moved", "removed", "invented", "added"), 0)
    for verdict in verdicts:
        text = verdict.claim.text
        if not text.strip(" :") or (verdict.support is None and _only_sources(text)):
            counts["removed"] += len(set(verdict.claim.cited) & set(known))
            counts["invented"] += len(set(verdict.claim.cited) - set(known))
            continue
        marks = "".join(f"[{_number(verdict, one, numbering)}]" for one in verdict.evidence)
        pieces.append(verdict.claim.before + _marked(text, _note(verdict), marks))
        for name, count in _count(verdict, known).items():
            counts[name] += count
    return Cited("".join(pieces).strip(), tuple(numbering.values()), **counts)


def check_quotes(answer: Answer, article_of: Callable[[str], Article | None]) -> Answer:
    """Return ``answer`` with only those citations whose quote stands in its article, word for word.

    A citation that points at other text, or at an article that is gone, is removed with its
    markers, and ``warnings`` says so: a wrong citation is worse than none.
    """
    true = tuple(c for c in answer.citations if _stands(c, article_of(c.passage.article_id)))
    text, dropped = keep_known(answer.text, {citation.number for citation in true})
    lost = len(answer.citations) - len(true)
    warnings = answer.warnings
    if lost:
        warnings += (f"{lost} citation(s) removed: the article does not hold the quoted words",)
    elif dropped:
        warnings += (f"{dropped} citation mark(s) removed: no such passage",)
    used = set(cited_numbers(text))
    return replace(
        answer,
        text=text,
        citations=tuple(citation for citation in true if citation.number in used),
        warnings=warnings,
    )


def _number(
    verdict: Verdict, evidence: Evidence, numbering: dict[tuple[str, int, int], Citation]
) -> int:
    """Return the number of the citation of ``evidence``, made if it is new."""
    key = (evidence.passage.article_id, evidence.start, evidence.end)
    support = verdict.support or "supported"
    if key not in numbering:
        numbering[key] = Citation(
            len(numbering) + 1,
            evidence.passage,
            evidence.start,
            evidence.end,
            evidence.text,
            support,
        )
    elif support == "contradicted":
        numbering[key] = replace(numbering[key], support=support)
    return numbering[key].number


def _note(verdict: Verdict) -> str:
    if verdict.support == "unsupported":
        return NOT_FOUND
    told = [_difference(difference) for difference in verdict.differences]
    return "; ".join(told)


def _difference(difference: Difference) -> str:
    if difference.source:
        return f"the article says {difference.source}, not {difference.said}"
    return f"{difference.said}: {NOT_FOUND}"


def _marked(text: str, note: str, marks: str) -> str:
    """Return ``text`` with the note and the markers before its full stop."""
    added = (f" ({note})" if note else "") + (f" {marks}" if marks else "")
    if not added:
        return text
    ending = _ENDING.search(text)
    end = ending.start() if ending else len(text)
    # Behind a quotation's own stop: “We want to see the film.” [1]
    if re.search(r"[.!?][”\"]", text[end:]):
        return text.rstrip() + added
    return text[:end] + added + text[end:]


def _count(verdict: Verdict, known: Collection[int]) -> dict[str, int]:
    cited = set(verdict.claim.cited)
    true = cited & verdict.numbers
    wrong = (cited & set(known)) - verdict.numbers
    covered = any(true & set(one.numbers) for one in verdict.evidence)
    moves = bool(wrong) and bool(verdict.evidence) and not covered
    return {
        "kept": len(true),
        "moved": len(wrong) if moves else 0,
        "removed": 0 if moves else len(wrong),
        "invented": len(cited - set(known)),
        "added": len(verdict.evidence) if not cited else 0,
    }


def _only_sources(text: str) -> bool:
    return bool(re.match(r"^\W*(sources?|references?|citations?)\W*$", text, re.IGNORECASE))


def _stands(citation: Citation, article: Article | None) -> bool:
    return article is not None and article.text[citation.start : citation.end] == citation.quote
