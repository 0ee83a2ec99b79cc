"""``python -m evaluation.retrieval``: how well passages are found, a row a way of ranking.

    python -m evaluation.retrieval --squad FILE [--distractors FILE...] [--newswire] [--read N...]

``--read N`` adds a row: the first N hits in the reader's order; several N show what reading more of
them brings, and costs. The index is kept in ``--cache``: a second run embeds nothing but the
questions.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.settings import BotSettings
from evaluation.corpora import CACHE, index_name, open_index
from evaluation.paragraphs import RetrievalSet, newswire, squad_open
from evaluation.ranks import Figures, Rank, measure, table
from evaluation.reranking import reading_order

if TYPE_CHECKING:
    from index.library import Library

DEPTH: Final = 10
"""Hits looked at: hit@10 and the reciprocal rank see no further."""
_NEWSWIRE: Final = Path(__file__).parent / "sets" / "newswire"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each set asked for."""
    given = _parser().parse_args(arguments)
    sets = []
    if given.squad:
        sets.append(squad_open(given.squad, given.distractors, given.limit))
    if given.newswire:
        sets.append(newswire(_NEWSWIRE, given.limit))
    if not sets:
        print("error: name a set: --squad FILE, --newswire", file=sys.stderr)
        return 2
    for each in sets:
        settings = BotSettings(index=given.cache / index_name(each.articles, BotSettings()))
        started = time.monotonic()
        with open_index(settings, each.articles, _progress) as library:
            seconds = time.monotonic() - started
            print(f"the index is open after {seconds:.0f} s: {settings.index}", file=sys.stderr)
            figures = compare(each, rankings(library, given.read))
        print(f"\n{each.name}: {len(each.articles):,} articles, {len(each.questions):,} questions")
        print(table(figures))
    return 0


def rankings(library: Library, read: Sequence[int] = ()) -> dict[str, Rank]:
    """Return each way of ranking by its name: each side alone, both fused, the reader on top.

    One with the reader for each number of hits to ``read``.
    """
    from bot.once import once
    from bot.reader.reading import OnnxReader
    from index.hybrid import DEFAULTS

    # Alone means alone: no preference for dates either.
    dense = library.retriever(replace(DEFAULTS, words_weight=0.0, date_bonus=0.0))
    words = library.retriever(replace(DEFAULTS, dense_weight=0.0, date_bonus=0.0))
    load_reader = once(OnnxReader)
    ways: dict[str, Rank] = {
        "dense only": dense.retrieve,
        "BM25 only": words.retrieve,
        "fused": library.retrieve,
    }
    for count in read:
        ways[f"fused + reader, {count} read"] = reading_order(library, count, load_reader)
    return ways


def compare(asked: RetrievalSet, ways: Mapping[str, Rank]) -> dict[str, Figures]:
    """Return the figures of each way of ranking over all questions of the set."""
    return {name: measure(rank, asked.questions, DEPTH) for name, rank in ways.items()}


def _progress(done: int, total: int, what: str) -> None:
    if done % 500 == 0 or done == total:
        print(f"{done:,} of {total:,} articles", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation.retrieval", description=__doc__)
    parser.add_argument("--squad", type=Path, metavar="FILE", help="a SQuAD .json, all paragraphs")
    parser.add_argument(
        "--distractors",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="SQuAD files whose paragraphs make the search harder",
    )
    parser.add_argument("--newswire", action="store_true", help="the set of wire stories too")
    parser.add_argument(
        "--read",
        type=int,
        nargs="+",
        default=[],
        metavar="N",
        help="let the reader order the first N hits",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N questions")
    parser.add_argument(
        "--cache", type=Path, default=Path(CACHE), metavar="FOLDER", help="the indexes"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
