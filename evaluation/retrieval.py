"""``python -m evaluation.retrieval``: how well passages are found, a row a way of ranking.

    python -m evaluation.retrieval --squad FILE [--distractors FILE...] [--newswire] [--read N...]

``--read N`` adds a row: the first N hits in the reader's order; several N show what reading more of
them brings, and costs. The index is kept in ``--cache``: a second run embeds nothing but the
questions.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evaluation.paragraphs import RetrievalSet, newswire, squad_open
from evaluation.ranks import Figures, Rank, measure, table
from evaluation.reranking import reading_order

if TYPE_CHECKING:
    from index.library import Library

CACHE: Final = Path(".evaluation-indexes")
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
        with open_index(each, given.cache) as library:
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


@contextmanager
def open_index(asked: RetrievalSet, cache: Path) -> Iterator[Library]:
    """Open the index of the set's articles, made now if ``cache`` lacks it."""
    from bot.assembling import open_library
    from bot.settings import BotSettings

    named = "\x1f".join(f"{article.id}\x1e{article.sha256}" for article in asked.articles)
    folder = cache / hashlib.sha256(named.encode("utf-8")).hexdigest()[:16]
    with open_library(BotSettings(index=folder)) as library:
        held = {entry.id for entry in library.entries()}
        started = time.monotonic()
        missing = [article for article in asked.articles if article.id not in held]
        if missing:
            library.add_many(missing, _progress)
            print(f"indexed in {time.monotonic() - started:.0f} s: {folder}", file=sys.stderr)
        yield library


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
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="FOLDER", help="the indexes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
