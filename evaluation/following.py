"""Dialogues and the same turns written out in full in, how often follow-ups are right out.

    python -m evaluation.following [DIALOGUES] [--full SET] [--articles FOLDER] [--json]

Each follow-up is asked four ways: as it stands; rewritten after right former answers; rewritten
after the bot's own; and as a person wrote it out in full, against which the rewrites are measured.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.answer import Answer, Turn, turn_of
from evaluation.errors import EvaluationError
from evaluation.questions import GoldQuestion
from evaluation.records import Record
from evaluation.scoring import TextOf, score
from evaluation.sets import read_set

if TYPE_CHECKING:
    from bot.chain import Chain

_SETS: Final = Path(__file__).parent / "sets"
DIALOGUES: Final = _SETS / "newswire" / "dialogues.jsonl"
IN_FULL: Final = _SETS / "follow_ups" / "in_full.jsonl"
ARTICLES: Final = _SETS / "newswire" / "articles"
WAYS: Final = ("as it stands", "rewritten, right turns", "rewritten, own turns", "in full")
_NEAR: Final = 5
"""Passages among which the right one is looked for."""

Search = Callable[[str, Sequence[Turn]], Answer]


@dataclass(frozen=True, slots=True)
class Asked:
    """A follow-up asked one way: what was searched, and whether passage and citation are right."""

    id: str
    way: str
    searched: str
    passage: bool
    cited: bool


def ask_all_ways(
    dialogues: Sequence[GoldQuestion],
    in_full: Sequence[GoldQuestion],
    ask: Search,
    text_of: TextOf,
) -> tuple[Asked, ...]:
    """Return every answerable follow-up asked in each of WAYS; the two sets go by their ids."""
    full = {question.id: question for question in in_full}
    found: list[Asked] = []
    for dialogue in dict.fromkeys(question.dialogue for question in dialogues):
        right: list[Turn] = []
        own: list[Turn] = []
        for question in (q for q in dialogues if q.dialogue == dialogue):
            if question.id not in full:
                raise EvaluationError(f"{question.id} is not written out in full")
            asked = full[question.id].question
            answers = {
                WAYS[0]: ask(question.question, ()),
                WAYS[1]: ask(question.question, right),
                WAYS[2]: ask(question.question, own),
                WAYS[3]: ask(asked, ()),
            }
            if right and question.answerable:
                found += [_asked(way, question, a, text_of) for way, a in answers.items()]
            right.append(_right_turn(question, asked))
            own.append(turn_of(answers[WAYS[2]]))
    return tuple(found)


def table(asked: Sequence[Asked]) -> str:
    """Return, for each way, how many follow-ups found and cited the right passage."""
    lines = [f"{'follow-ups':26}{'n':>5}{'right passage':>16}{'right citation':>16}"]
    for way in WAYS:
        some = [one for one in asked if one.way == way]
        passages, cited = sum(o.passage for o in some), sum(o.cited for o in some)
        lines.append(f"{way:26}{len(some):>5}{passages:>16}{cited:>16}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask the follow-ups of a set in every way and print the table."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.following", description=__doc__)
    parser.add_argument("dialogues", nargs="?", type=Path, default=DIALOGUES)
    parser.add_argument("--full", type=Path, default=IN_FULL, metavar="SET")
    parser.add_argument("--articles", type=Path, default=ARTICLES, metavar="FOLDER")
    parser.add_argument("--json", action="store_true", help="print every question instead")
    given = parser.parse_args(arguments)
    asked = _run(given.dialogues, given.full, given.articles)
    rows = [
        {"id": o.id, "way": o.way, "searched": o.searched, "passage": o.passage, "cited": o.cited}
        for o in asked
    ]
    text = json.dumps(rows, ensure_ascii=False, indent=2) if given.json else table(asked)
    sys.stdout.write(text + "\n")
    return 0


def _run(dialogues: Path, full: Path, folder: Path) -> tuple[Asked, ...]:
    from bot.settings import BotSettings
    from evaluation.corpora import load_folder, open_bot

    with tempfile.TemporaryDirectory() as scratch:
        settings = BotSettings(index=Path(scratch) / "index")
        articles = load_folder(folder, settings)
        with open_bot(settings, articles, lambda done, total, what: None) as bot:
            texts = {article.id: article.text for article in articles}
            return ask_all_ways(
                read_set(dialogues).questions,
                read_set(full).questions,
                _search(bot.chain),
                texts.get,
            )


def _search(chain: Chain) -> Search:
    return lambda question, turns: chain.ask(question, turns=tuple(turns))


def _asked(way: str, question: GoldQuestion, answer: Answer, text_of: TextOf) -> Asked:
    record: Record = score(question, answer, 0.0, text_of)
    return Asked(
        question.id,
        way,
        answer.searched,
        any(hit.right for hit in record.reply.hits[:_NEAR]),
        any(citation.right for citation in record.reply.citations),
    )


def _right_turn(question: GoldQuestion, asked: str) -> Turn:
    short = question.answers[0] if question.answerable else ""
    articles = (question.article,) if question.article else ()
    return Turn(question.question, asked, short, short, articles)


if __name__ == "__main__":
    sys.exit(main())
