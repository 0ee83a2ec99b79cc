"""Scripted replies with known errors in, how many the checks catch out.

    python -m evaluation.checking [SET] [--articles FOLDER]... [--cosines] [--reader]
        [--json]

A set is JSON Lines, one sentence of a reply a line: ``kind`` (below), ``sentence``, ``cites``
(source sentences whose passages it cites), ``invented`` (a passage number that is not there),
``evidence`` (the source sentences that bear it out or, for a wrong number, say otherwise),
``articles`` (those whose passages the writer saw) and ``fitted`` (whether the rules were written
with it in view).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from bot.checking.attributing import Who
from bot.checking.claims import split_claims
from bot.checking.evidence import Source
from bot.citing import Cited, cite
from bot.verifying import Cosines, Verdict, Verifier
from corpus.article import Article
from corpus.loaders import load_file
from corpus.splitting import SplitSettings, split
from evaluation.errors import EvaluationError

Kind = Literal[
    "right", "paraphrase", "wrong number", "wrong citation", "invented citation", "unsupported"
]
KINDS: Final[tuple[Kind, ...]] = (
    *("right", "paraphrase", "wrong number", "wrong citation"),
    *("invented citation", "unsupported"),
)
_SETS: Final = Path(__file__).parent / "sets"
SET: Final = _SETS / "checking" / "replies.jsonl"
FOLDERS: Final = (
    _SETS / "newswire" / "articles",
    _SETS.parent.parent / "corpus" / "articles",
)
_WORDS_TO_TOKENS: Final = 1.3


@dataclass(frozen=True, slots=True)
class Scripted:
    """One sentence of a scripted reply, and what is known of it; as in the set's file."""

    id: str
    kind: Kind
    fitted: bool
    articles: tuple[str, ...]
    article: str
    sentence: str
    cites: tuple[str, ...]
    evidence: tuple[str, ...]
    invented: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the checks made of a sentence.

    ``flagged``: contradicted or unsupported. ``caught``: the error of its kind is gone or marked;
    for a right sentence: nothing was flagged. ``before`` and ``after`` count citations: (right,
    all); those of a contradicted sentence are flagged with the right figure and are not counted.
    """

    scripted: Scripted
    verdict: Verdict
    cited: Cited
    flagged: bool
    caught: bool
    before: tuple[int, int]
    after: tuple[int, int]


def read_scripted(path: Path = SET) -> tuple[Scripted, ...]:
    """Return the sentences in ``path``; EvaluationError names the line that is none."""
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise EvaluationError(f"{path}: no such set ({exc.strerror})") from exc
    for number, line in enumerate(lines, start=1):
        try:
            entry: dict[str, Any] = json.loads(line)
            for name in ("articles", "cites", "evidence"):
                entry[name] = tuple(entry[name])
            found.append(Scripted(**entry))
        except (ValueError, TypeError, KeyError) as exc:
            raise EvaluationError(f"{path}, line {number}: no scripted sentence ({exc})") from exc
    return tuple(found)


def check_all(
    scripted: Sequence[Scripted],
    folders: Sequence[Path] = FOLDERS,
    cosines: Cosines | None = None,
    who: Who | None = None,
) -> tuple[Outcome, ...]:
    """Return the outcome of every sentence, each checked as a reply of its own."""
    return tuple(
        check(one, sources_of(one.articles, tuple(folders)), cosines, who) for one in scripted
    )


def check(
    scripted: Scripted,
    sources: Sequence[Source],
    cosines: Cosines | None = None,
    who: Who | None = None,
) -> Outcome:
    """Return what the checks make of one sentence, written over ``sources``."""
    marks = [_passage_of(quote, scripted.article, sources) for quote in scripted.cites]
    marks += [] if scripted.invented is None else [scripted.invented]
    reply = _with_marks(scripted.sentence, marks)
    verifier = Verifier(sources, cosines, who=who)
    verdicts = [verifier.verify(claim) for claim in split_claims(reply)]
    cited = cite(verdicts, range(1, len(sources) + 1))
    right = [c for c in cited.citations if _overlaps(c.quote, scripted.evidence)]
    flagged = any(v.support in ("unsupported", "contradicted") for v in verdicts)
    counted = [c for c in cited.citations if c.support != "contradicted"]
    true = scripted.kind not in ("wrong number", "unsupported")
    holders = {_passage_of(quote, scripted.article, sources) for quote in scripted.evidence}
    return Outcome(
        scripted,
        verdicts[0],
        cited,
        flagged,
        _caught(scripted, cited, flagged, len(right)),
        before=(len(holders & set(marks)) if true else 0, len(marks)),
        after=(len([c for c in counted if c in right]) if true else 0, len(counted)),
    )


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return, by kind, ``n`` and the share caught; the false alarms; citations before and after.

    Citation recall: of the sentences that the articles bear out, how many cite a right place.
    """
    by_kind = {kind: [o for o in outcomes if o.scripted.kind == kind] for kind in KINDS}
    sound = [*by_kind["right"], *by_kind["paraphrase"]]
    numbers = by_kind["wrong number"]
    return {
        "n": len(outcomes),
        "caught": {
            kind: {"n": len(some), "share": _share([o.caught for o in some])}
            for kind, some in by_kind.items()
            if kind not in ("right", "paraphrase")
        },
        "wrong_numbers_with_both": _share([bool(o.verdict.differences) for o in numbers]),
        "false_alarms": {
            "n": len(sound),
            "share": _share([o.flagged for o in sound]),
            "right": _share([o.flagged for o in by_kind["right"]]),
            "paraphrase": _share([o.flagged for o in by_kind["paraphrase"]]),
        },
        "citation_precision": {
            "before": _ratio([o.before for o in outcomes]),
            "after": _ratio([o.after for o in outcomes]),
        },
        "citation_recall": {
            "before": _share([o.before[0] > 0 for o in outcomes if _borne_out(o)]),
            "after": _share([o.after[0] > 0 for o in outcomes if _borne_out(o)]),
        },
    }


def as_text(found: Mapping[str, Any]) -> str:
    """Return ``figures`` as lines for the terminal."""
    lines = [f"{found['n']} sentences"]
    lines += [
        f"caught: {kind:20}{part['share']:.3f} of {part['n']}"
        for kind, part in found["caught"].items()
        if part["n"]
    ]
    lines.append(f"wrong numbers given with both values: {found['wrong_numbers_with_both']:.3f}")
    alarms = found["false_alarms"]
    lines.append(
        f"false alarms: {alarms['share']:.3f} of {alarms['n']} (near the source's words "
        f"{alarms['right']:.3f}, paraphrases {alarms['paraphrase']:.3f})"
    )
    for name in ("citation_precision", "citation_recall"):
        lines.append(f"{name}: {found[name]['before']:.3f} -> {found[name]['after']:.3f}")
    return "\n".join(lines)


@lru_cache(maxsize=16)
def sources_of(names: tuple[str, ...], folders: tuple[Path, ...]) -> tuple[Source, ...]:
    """Return the passages of the articles ``names``, numbered from 1 as a prompt would."""
    sources: list[Source] = []
    for name in names:
        for passage_article in _load(name, folders):
            for passage in split(passage_article, SplitSettings(), _count_tokens):
                sources.append(Source(len(sources) + 1, passage, passage_article))
    return tuple(sources)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of a set: all, and apart those that the rules were not fitted to."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.checking", description=__doc__)
    parser.add_argument("set", nargs="?", type=Path, default=SET)
    parser.add_argument("--articles", type=Path, action="append", metavar="FOLDER")
    parser.add_argument("--cosines", action="store_true", help="let the embedder judge paraphrases")
    parser.add_argument("--reader", action="store_true", help="let the reader say who it was")
    parser.add_argument("--json", action="store_true", help="print JSON, every outcome included")
    given = parser.parse_args(arguments)
    folders = tuple(given.articles or FOLDERS)
    cosines = _embedder_cosines() if given.cosines else None
    who = _reader_who() if given.reader else None
    outcomes = check_all(read_scripted(given.set), folders, cosines, who)
    unseen = [outcome for outcome in outcomes if not outcome.scripted.fitted]
    if given.json:
        value = {"all": figures(outcomes), "unseen": figures(unseen), "missed": _missed(outcomes)}
        text = json.dumps(value, ensure_ascii=False, indent=2)
    else:
        text = f"{as_text(figures(outcomes))}\n\nunseen by the rules: {as_text(figures(unseen))}"
    sys.stdout.write(text + "\n")
    return 0


def _caught(scripted: Scripted, cited: Cited, flagged: bool, right: int) -> bool:
    if scripted.kind in ("right", "paraphrase"):
        return not flagged
    if scripted.kind == "wrong citation":
        return right == len(cited.citations)
    if scripted.kind == "invented citation":
        return cited.invented == 1 and right == len(cited.citations)
    return flagged


def _missed(outcomes: Sequence[Outcome]) -> list[dict[str, str]]:
    return [
        {"id": o.scripted.id, "sentence": o.scripted.sentence, "text": o.cited.text}
        for o in outcomes
        if not o.caught
    ]


def _borne_out(outcome: Outcome) -> bool:
    return outcome.scripted.kind not in ("wrong number", "unsupported")


def _overlaps(quote: str, evidence: Sequence[str]) -> bool:
    return any(one in quote or quote in one for one in evidence)


def _passage_of(quote: str, article: str, sources: Sequence[Source]) -> int:
    """Return the number of the passage of ``article`` that holds ``quote``."""
    for source in sources:
        if source.article.id == article and quote in source.passage.text:
            return source.number
    raise EvaluationError(f"{article}: no passage holds {quote!r}")


def _with_marks(sentence: str, marks: Sequence[int]) -> str:
    return sentence[:-1] + " " + "".join(f"[{mark}]" for mark in marks) + sentence[-1]


def _load(name: str, folders: Sequence[Path]) -> tuple[Article, ...]:
    for folder in folders:
        if (folder / name).is_file():
            return (load_file(folder / name, folder),)
    raise EvaluationError(f"no article {name} in {', '.join(map(str, folders))}")


def _count_tokens(text: str) -> int:
    return int(_WORDS_TO_TOKENS * len(text.split()))


def _embedder_cosines() -> Cosines:
    from bot.checking.meaning import cosines_of
    from index.embedding import load_embedder

    return cosines_of(load_embedder)


def _reader_who() -> Who:
    from bot.checking.meaning import who_of
    from bot.reader.reading import OnnxReader

    return who_of(OnnxReader)


def _share(flags: Sequence[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0


def _ratio(parts: Sequence[tuple[int, int]]) -> float:
    total = sum(whole for _, whole in parts)
    return round(sum(part for part, _ in parts) / total, 4) if total else 0.0


if __name__ == "__main__":
    sys.exit(main())
