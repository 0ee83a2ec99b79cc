"""A claim and a piece of evidence in, how far the one bears out the other out. Pure.

Each trait is checked on its own (words, numbers and dates, names, negation, opposites, quotes), so
that a verdict can say what was wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from bot.checking.evidence import Evidence, Surroundings, with_aliases
from bot.language.counting import may_count_the_same, role
from bot.language.moments import Moment, agrees, within
from bot.language.opposing import only_planned, says_the_opposite
from bot.language.quantities import Quantity, same_unit, same_value
from bot.language.synonyms import likeness
from bot.language.traits import Name, Traits, bare, sentences_in, weight_of
from bot.language.words import stem

Fault = Literal["name", "negation", "opposite", "quote", "clause", "order"]
"""What of a claim is at odds with its evidence, numbers aside."""

NEAR_WEIGHT: Final = 0.3
"""What a word counts that stands only near the evidence (headline, lead, sentences before)."""
LEAST_OF_A_CLAUSE: Final = 0.4
"""Share of a clause's words that the evidence must hold: below, the clause is an addition."""
LEAST_IN_ONE: Final = 0.6
"""Share of a clause's words that one sentence must hold, where the evidence has several."""
_WEIGHTY_CLAUSE: Final = 3.0
_PLACING: Final = re.compile(
    r"\b(?:in|at|near|of|from|for|on|during|since|until|under|after|before|with|like)\s(?:the\s)?$",
    re.IGNORECASE,
)
"""Words before a name that may stand first or last alike ("in Dili")."""
ROLE_MARGIN: Final = 2
"""Words by which another number must fit a claim's number better to be the one that is meant."""
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
        ("opposite", says_the_opposite(claim, source) or only_planned(claim, source)),
        ("quote", _quote_fails(claim, source)),
        ("clause", _clause_fails(claim, source, around) or _scattered(claim, source, around)),
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


def likeness_in(wanted: str, source: Traits, around: Surroundings) -> float:
    """Return how well the stem ``wanted`` is in ``source``: less if it is only near."""
    here = likeness(wanted, source.stems)
    return here or (NEAR_WEIGHT if likeness(wanted, around.near) else 0.0)


def _shares(claim: Traits, source: Traits, around: Surroundings) -> tuple[float, float]:
    """Return the share of the claim's words and figures that are there, and that of its words."""
    wanted = claim.stems - known_names(claim, around)
    total = sum(map(weight_of, wanted))
    found = sum(weight_of(word) * likeness_in(word, source, around) for word in wanted)
    wording = found / total if total else 1.0
    numbers = [said for said in claim.quantities if not said.weak]
    total += len(numbers) + len(claim.moments)
    found += sum(any(same_value(s, q) for q in source.quantities) for s in numbers)
    found += sum(any(agrees(s, m, around.moments) for m in source.moments) for s in claim.moments)
    return (found / total if total else 1.0), wording


def _number_difference(claim: Traits, said: Quantity, source: Traits) -> Difference | None:
    equal = [
        q
        for q in source.quantities
        if same_value(said, q) and may_count_the_same(claim.text, said, source.text, q)
    ]
    rivals = [
        q
        for q in source.quantities
        if same_unit(said, q) and q not in equal and (said.unit == q.unit or said.unit == "share")
    ]
    fit = {q: role(claim.text, said, source.text, q) for q in (*equal, *rivals)}
    best = max(rivals, key=lambda q: fit[q], default=None)
    if not equal:
        return Difference(said.written, best.written if best else "")
    most = max(fit[q] for q in equal)
    if best is not None and fit[best] >= most + ROLE_MARGIN:
        return Difference(said.written, best.written)
    return None


def _said_too(claim: Traits, quantity: Quantity) -> bool:
    return any(same_value(said, quantity) for said in claim.quantities)


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
        weights = [(weight_of(word), likeness_in(word, source, around)) for word in clause.stems]
        weights += [(1.0, float(_said_too(source, number))) for number in numbers]
        total = sum(weight for weight, _ in weights)
        held = sum(weight * found for weight, found in weights)
        if total >= 2.0 and held / total < LEAST_OF_A_CLAUSE:
            return True
    return False


def _scattered(claim: Traits, source: Traits, around: Surroundings) -> bool:
    """Tell whether a clause of the claim is made of words of several sentences, at home in none."""
    sentences = sentences_in(source)
    if len(sentences) < 2:
        return False
    for clause in claim.clauses:
        total = sum(map(weight_of, clause.stems))
        held = (
            sum(weight_of(word) * likeness_in(word, one, around) for word in clause.stems)
            for one in sentences
        )
        if total >= _WEIGHTY_CLAUSE and max(held) / total < LEAST_IN_ONE:
            return True
    return False


def _order_fails(claim: Traits, source: Traits, around: Surroundings) -> bool:
    """Tell whether two names change places around a word ("A succeeded B" for "B succeeded A").

    In the passive the order is the other way round.
    """
    ours, theirs = (
        [
            name
            for name in traits.names
            if not _PLACING.search(traits.text[: name.start])
            and any(_is_name(word, name, around) for word in name.words)
        ]
        for traits in (claim, source)
    )
    for first, second in pairwise(ours):
        found = [
            (one, other)
            for one in theirs
            for other in theirs
            if set(first.words) & set(one.words) and set(second.words) & set(other.words)
        ]
        turned = [_turned(claim, (first, second), source, pair) for pair in found]
        if turned and all(turned):
            return True
    return False


def _turned(
    claim: Traits, ours: tuple[Name, Name], source: Traits, theirs: tuple[Name, Name]
) -> bool:
    first, last = sorted(theirs, key=lambda name: name.start)
    between = claim.text[ours[0].start : ours[1].start]
    other = source.text[first.start : last.start]
    names = {stem(bare(word)) for name in (*ours, *theirs) for word in name.words}
    words = {stem(word) for word in _WORD.findall(between)} - names
    shared = {word for word in words & {stem(w) for w in _WORD.findall(other)} if len(word) > 3}
    if not shared or ours[0].words == ours[1].words or theirs[0] == theirs[1]:
        return False
    voices = (ours[1].before == "by") != (last.before == "by")
    return (theirs[0].start > theirs[1].start) != voices
