"""A claim and evidence in, whether the one says the opposite of the other out. Pure, for English.

Words stand against one another by ``synonyms.py``, sides ("above", "below") and what is done
against what is only planned by rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from bot.language.synonyms import likeness, opposed, thesaurus
from bot.language.traits import Traits, sentences_in
from bot.language.words import stem

_SIDES: Final = {
    "above": ("below", "under"),
    "below": ("above", "over"),
    "under": ("above", "over"),
    "before": ("after",),
    "after": ("before",),
    "against": ("for", "in favor of", "in favour of"),
    "without": ("with",),
}
_PLANNED: Final = re.compile(
    r"\b(?:will|would|may|might|could|should|(?:is|are|was|were) to|(?:plan|expect)\w* to|if"
    r"|whether)\b"
)
_DONE: Final = re.compile(r"(?<!be )(?<!is )(?<!are )(?<!not )\b([a-z]{3,}ed)\b")
_PLANS: Final = frozenset({"plan", "expect", "schedul", "intend", "propos"})


def says_the_opposite(claim: Traits, source: Traits) -> bool:
    """Tell whether a word stands against its opposite: anywhere, or where the rest agrees.

    "It lowered its forecast for inflation and raised that for growth" holds both: then the part
    that is most like the claim's decides.
    """
    said = claim.stems - claim.negated
    if opposed(said, source.stems) is not None or _sides_differ(claim.text, source.text):
        return True
    parts = sentences_in(source)
    levels = ([part.stems for part in parts], [c.stems for part in parts for c in part.clauses])
    return any(
        _opposed_where_alike(word, clause.stems, level)
        for clause in claim.clauses
        for word in said & set(clause.stems) & thesaurus().opposite.keys()
        for level in levels
    )


def only_planned(claim: Traits, source: Traits) -> bool:
    """Tell whether the claim has done what the source has only planned ("is to be enlarged")."""
    if _PLANNED.search(claim.text):
        return False
    clauses = [
        (part.text[c.start : c.end], c.stems) for part in sentences_in(source) for c in part.clauses
    ]
    for match in _DONE.finditer(claim.text):
        done = stem(match.group(1))
        where = [text for text, stems in clauses if done in stems]
        if done not in _PLANS and where and all(_PLANNED.search(text) for text in where):
            return True
    return False


def _opposed_where_alike(
    word: str, clause: Sequence[str], parts: Sequence[Collection[str]]
) -> bool:
    """Tell whether all ``parts`` that hold most of the rest of ``clause`` say the opposite."""
    rest = [other for other in clause if other != word]
    shared = [_shared(rest, part) for part in parts]
    most = max(shared, default=0)
    if not most or 2 * most < len(rest):
        return False
    alike = [part for part, count in zip(parts, shared, strict=True) if count == most]
    # What the claim names too ("its forecast for growth") is the matter, not what was done to it.
    return all(opposed({word}, set(part) - set(rest)) is not None for part in alike)


def _sides_differ(claim: str, source: str) -> bool:
    """Tell whether the same word stands behind "above" in the one, behind "below" in the other."""
    for side, others in _SIDES.items():
        here, there = _behind(claim, side), _behind(source, side)
        against = frozenset(word for other in others for word in _behind(source, other))
        if here & against and not here & there:
            return True
    return False


def _behind(text: str, side: str) -> frozenset[str]:
    """Return the stem of the first content word behind each ``side`` in ``text``."""
    article = r"(?:the |a |an |its |their |his |her )?"
    found = re.findall(rf"\b{side}\s+{article}([a-z]{{3,}})", text.lower())
    return frozenset(map(stem, found))


def _shared(wanted: Sequence[str], found: Collection[str]) -> int:
    return sum(likeness(word, found) > 0 for word in wanted)
