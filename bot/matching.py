"""A claim and a piece of evidence in, how far the one bears out the other out. Pure.

Each trait is checked on its own (words, numbers and dates, names, negation, opposites, quotes), so
that a verdict can say what was wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.evidence import Evidence, Surroundings, with_aliases
from bot.moments import Moment, agrees, within
from bot.quantities import Quantity, same_unit, same_value
from bot.synonyms import likeness, opposed
from bot.traits import Name, Traits, bare, weight_of
from bot.words import stem

Fault = Literal["name", "negation", "opposite", "quote", "clause", "order"]
"""What of a claim is at odds with its evidence, numbers aside."""

NEAR_WEIGHT: Final = 0.3
"""What a word counts that stands only near the evidence (headline, lead, sentences before)."""
LEAST_OF_A_CLAUSE: Final = 0.4
"""Share of a clause's words that the evidence must hold: below, the clause is an addition."""
ROLE_MARGIN: Final = 2
"""Words by which another number must fit a claim's number better to be the one that is meant."""
_AROUND: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A number or date as the claim has it, and as the source has it (empty: it has none)."""

    said: str
    source: str


@dataclass(frozen=True, slots=True)
class Match:
    """How evidence bears on a claim.

    ``words`` is the share, 0 to 1, of its words and figures that are there; ``wording`` that of its
    words alone, figures left out.
    """

    words: float
    wording: float
    differences: tuple[Difference, ...]
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is at odds, apart from how many words agree."""
        return not self.differences and not self.faults


def match(claim: Traits, evidence: Evidence) -> Match:
    """Return how ``evidence`` bears on ``claim``."""
    source, around = evidence.traits, evidence.surroundings
    checks = (
        ("name", _names_fail(claim, source, around, evidence)),
        ("negation", _negation_fails(claim, source)),
        ("opposite", opposed(claim.stems, source.stems) is not None),
        ("quote", _quote_fails(claim, source)),
        ("clause", _clause_fails(claim, source, around)),
        ("order", _order_fails(claim, source, around)),
    )
    words, wording = _shares(claim, source, around)
    return Match(
        words=words,
        wording=wording,
        differences=differences(claim, source, around),
        faults=tuple(fault for fault, fails in checks if fails),  # type: ignore[misc]
    )


def differences(claim: Traits, source: Traits, around: Surroundings) -> tuple[Difference, ...]:
    """Return the claim's numbers and dates that the source does not bear out."""
    found = [_number_difference(claim, said, source) for said in claim.quantities if not said.weak]
    found += [_moment_difference(said, source, around) for said in claim.moments]
    return tuple(difference for difference in found if difference is not None)


def known_names(claim: Traits, around: Surroundings) -> frozenset[str]:
    """Return the stems of the claim's names: these are checked by ``_names_fail``."""
    return frozenset(
        stem(word) for name in claim.names for word in name.words if _is_name(word, name, around)
    )


def _shares(claim: Traits, source: Traits, around: Surroundings) -> tuple[float, float]:
    """Return the share of the claim's words and figures that are there, and that of its words."""
    wanted = claim.stems - known_names(claim, around)
    total = sum(map(weight_of, wanted))
    found = sum(weight_of(word) * _likeness(word, source, around) for word in wanted)
    wording = found / total if total else 1.0
    numbers = [said for said in claim.quantities if not said.weak]
    total += len(numbers) + len(claim.moments)
    found += sum(any(same_value(s, q) for q in source.quantities) for s in numbers)
    found += sum(any(agrees(s, m, around.moments) for m in source.moments) for s in claim.moments)
    return (found / total if total else 1.0), wording


def _likeness(wanted: str, source: Traits, around: Surroundings) -> float:
    here = likeness(wanted, source.stems)
    return here or (NEAR_WEIGHT if likeness(wanted, around.near) else 0.0)


def _number_difference(claim: Traits, said: Quantity, source: Traits) -> Difference | None:
    equal = [q for q in source.quantities if same_value(said, q)]
    rivals = [
        q
        for q in source.quantities
        if same_unit(said, q) and q not in equal and (said.unit == q.unit or said.unit == "share")
    ]
    fit = {q: _role(claim.text, said, source.text, q) for q in (*equal, *rivals)}
    best = max(rivals, key=lambda q: fit[q], default=None)
    if not equal:
        return Difference(said.written, best.written if best else "")
    most = max(fit[q] for q in equal)
    if best is not None and fit[best] >= most + ROLE_MARGIN:
        return Difference(said.written, best.written)
    return None


def _said_too(claim: Traits, quantity: Quantity) -> bool:
    return any(same_value(said, quantity) for said in claim.quantities)


def _role(claim: str, said: Quantity, source: str, quantity: Quantity) -> int:
    """Return how many of the words next to both numbers agree: what they count and how."""
    left, right = _neighbours(claim, said.start, said.end)
    before, behind = _neighbours(source, quantity.start, quantity.end)
    return (
        sum(likeness(word, before) > 0 for word in left)
        + sum(likeness(word, behind) > 0 for word in right)
        + int(bool(left and before and left[-1] == before[-1]))
        + int(bool(right and behind and right[0] == behind[0]))
    )


def _neighbours(text: str, start: int, end: int) -> tuple[list[str], list[str]]:
    """Return the stems next to ``text[start:end]``, within its clause."""
    left = re.split(r"[,;:()]\s", text[:start])[-1]
    right = re.split(r"[,;:()](?:\s|$)|[.!?](?:\s|$)", text[end:])[0]
    return (
        [stem(word) for word in _WORD.findall(left)[-_AROUND:]],
        [stem(word) for word in _WORD.findall(right)[:_AROUND]],
    )


def _moment_difference(said: Moment, source: Traits, around: Surroundings) -> Difference | None:
    if any(agrees(said, moment, around.moments) for moment in source.moments):
        return None
    alike = [m for m in source.moments if set(m.parts) & set(said.parts)]
    if alike:
        return Difference(said.written, alike[0].written)
    return None if within(said, around.moments) else Difference(said.written, "")


def _names_fail(claim: Traits, source: Traits, around: Surroundings, evidence: Evidence) -> bool:
    here = with_aliases(source.name_words, evidence.passage.text)
    missing = [
        name
        for name in claim.names
        for word in name.words
        if _is_name(word, name, around) and not _among(word, here)
    ]
    if not missing:
        return False
    words = {w for name in missing for w in name.words if _is_name(w, name, around)}
    words = {word for word in words if not _among(word, here)}
    if any(not _among(word, around.near_names) for word in words):
        return True
    people = words & around.persons
    strangers = (source.name_words & around.persons) - _related(claim.name_words, around)
    if people and (
        strangers or not (people & around.speakers or source.name_words & around.persons)
    ):
        return True
    return any(_place_taken(name, claim, source) for name in missing)


def _is_name(word: str, name: Name, around: Surroundings) -> bool:
    """Tell whether ``word`` must be found: no common word, and no chance capital of an opening."""
    if len(word) < 2 or word in around.common:
        return False
    return not (name.opening and len(name.words) == 1 and not _among(word, around.names))


def _among(word: str, names: frozenset[str]) -> bool:
    """Tell whether ``names`` hold ``word``, or what it derives from (Georgian, Georgia)."""
    if word in names:
        return True
    return len(word) >= 5 and any(
        len(name) >= 4 and (word.startswith(name[: max(4, len(name) - 1)]) or name.startswith(word))
        for name in names
    )


def _related(words: frozenset[str], around: Surroundings) -> frozenset[str]:
    """Return ``words`` with the other parts of those people's names."""
    return words | {name for name in around.speakers if words & around.speakers}


def _place_taken(name: Name, claim: Traits, source: Traits) -> bool:
    """Tell whether the source names another thing behind the same preposition ("in Ermera")."""
    if not name.before:
        return False
    return any(
        other.before == name.before and not set(other.words) & claim.name_words
        for other in source.names
    )


def _negation_fails(claim: Traits, source: Traits) -> bool:
    denied = (claim.negated - claim.affirmed) & (source.affirmed - source.negated)
    affirmed = (claim.affirmed - claim.negated) & (source.negated - source.affirmed)
    names = claim.name_words
    return any(word not in names and weight_of(word) == 1.0 for word in denied | affirmed)


def _quote_fails(claim: Traits, source: Traits) -> bool:
    plain = _plain(source.text)
    return any(_plain(quote) not in plain for quote in claim.quotes)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _clause_fails(claim: Traits, source: Traits, around: Surroundings) -> bool:
    for clause in claim.clauses:
        numbers = [
            q for q in claim.quantities if clause.start <= q.start < clause.end and not q.weak
        ]
        weights = [(weight_of(word), _likeness(word, source, around)) for word in clause.stems]
        weights += [(1.0, float(_said_too(source, number))) for number in numbers]
        total = sum(weight for weight, _ in weights)
        held = sum(weight * found for weight, found in weights)
        if total >= 2.0 and held / total < LEAST_OF_A_CLAUSE:
            return True
    return False


def _order_fails(claim: Traits, source: Traits, around: Surroundings) -> bool:
    """Tell whether two people change places ("A succeeded B" for "B succeeded A")."""
    ours = [name for name in claim.names if set(name.words) & around.persons]
    theirs = [name for name in source.names if set(name.words) & around.persons]
    if len(ours) != 2 or len(theirs) != 2:
        return False
    first = _place_of(ours[0], theirs)
    second = _place_of(ours[1], theirs)
    if first is None or second is None or first < second or first == second:
        return False
    between = claim.text[ours[0].start : ours[1].start]
    other = source.text[theirs[0].start : theirs[1].start]
    shared = {stem(w) for w in _WORD.findall(between)} & {stem(w) for w in _WORD.findall(other)}
    passive = " by " in between or " by " in other
    names = {stem(bare(w)) for name in (*ours, *theirs) for w in name.words}
    return not passive and any(len(word) > 3 and word not in names for word in shared)


def _place_of(name: Name, others: Sequence[Name]) -> int | None:
    found = [place for place, other in enumerate(others) if set(name.words) & set(other.words)]
    return found[0] if found else None
