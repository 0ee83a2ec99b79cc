"""A reply and the passages its writer saw in, a verdict on each sentence out. Pure, deterministic.

For each sentence the best evidence among all the passages is looked for: one source sentence, two
or three neighbours, or two from different places. What it cites is preferred, not trusted.

- verbatim, supported: it stays, and cites the exact sentence(s), wherever the writer's marker was
- contradicted: all but a number or date agrees with a source sentence; both values are given
- unsupported: nothing bears it out; it cites nothing
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Final

from bot.answer import Support
from bot.checking.attributing import (
    SURE_OF_ANOTHER,
    SURE_OF_THE_SAME,
    Who,
    WhoQuestion,
    names_another,
    names_the_same,
    who_question,
)
from bot.checking.claims import Claim
from bot.checking.evidence import Evidence, Source, find_evidence, join, merged, with_aliases
from bot.checking.matching import Difference, Match, known_names, match
from bot.language.moments import agrees
from bot.language.quantities import Quantity, same_value
from bot.language.synonyms import likeness
from bot.language.traits import Traits, traits_of, weight_of
from bot.language.words import stem, stems_of

Cosines = Callable[[str, Sequence[str]], Sequence[float]]
"""Returns how near, -1 to 1, a claim's meaning is to each of some texts."""

LEAST_WORDS: Final = 0.65
"""Share of a claim's words from which evidence bears it out, if nothing is at odds."""
LEAST_WORDS_WITH_FIGURE: Final = 0.50
"""The same, for a claim that gives a figure which the evidence gives too ("12.8 percent")."""
LEAST_WORDS_IF_NEAR: Final = 0.40
LEAST_COSINE: Final = 0.68
"""Below LEAST_WORDS, from LEAST_WORDS_IF_NEAR on, the meaning must be at least this near."""
LEAST_WORDING: Final = 0.55
"""Share of the words, figures left out, from which a differing figure is that of the same fact."""
CITED_BONUS: Final = 0.12
"""What the writer's own marker is worth, in share of words."""
LENGTH_COST: Final = 0.06
"""What each further sentence of evidence must bring."""
_TRIED: Final = 8
"""Sentences that are tried on their own; the first _JOINED also with others."""
_JOINED: Final = 4
_MOST_TWICE: Final = 2
"""Words that come twice in a row ("trade trade") from which a claim is babble."""
_FRAGMENT: Final = 2
"""Content words below which a claim ("USD 5 million.") is read together with the question."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: ``support`` is None for what asserts nothing.

    ``evidence`` bears it out, or, where it is contradicted, says otherwise: the ``differences``.
    ``score`` is the share, 0 to 1, of its words that the evidence holds.
    """

    claim: Claim
    support: Support | None
    evidence: tuple[Evidence, ...] = ()
    differences: tuple[Difference, ...] = ()
    score: float = 0.0

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of the passages that hold its evidence."""
        return frozenset(number for one in self.evidence for number in one.numbers)


@dataclass(frozen=True, slots=True)
class _Try:
    """Evidence for a claim, with how it matches and what it is worth."""

    evidence: tuple[Evidence, ...]
    match: Match
    worth: float


class Verifier:
    """Holds the evidence of some passages against claims."""

    def __init__(
        self,
        sources: Sequence[Source],
        cosines: Cosines | None = None,
        is_order: Callable[[str], bool] = lambda sentence: False,
        who: Who | None = None,
    ) -> None:
        """``cosines`` judges paraphrases that share few words; without it they are unsupported.

        ``who`` reads which person a passage names in a claim's place; without it names are checked
        by rules alone.

        ``is_order`` tells sentences addressed to the model: they bear out nothing.
        """
        self._evidence = find_evidence(sources, is_order)
        self._texts = {source.article.id: source.article.text for source in sources}
        self._cosines = cosines
        self._sources = {source.number: source for source in sources}
        self._who = who

    def verify(self, claim: Claim, question: str = "") -> Verdict:
        """Return the verdict on ``claim``, written in answer to ``question``."""
        if not claim.asserts:
            return Verdict(claim, None)
        if _babbles(claim.stated):
            return Verdict(claim, "unsupported")
        said, wanted = traits_of(claim.stated), wanted_of(claim, question)
        tries = list(self._tries(claim, said, wanted, stems_of(question)))
        supported = [t for t in tries if t.match.sound and self._enough(claim, said, t)]
        if supported:
            best = max(supported, key=lambda one: one.worth)
            support: Support = "verbatim" if _verbatim(claim, best.evidence) else "supported"
            if support == "supported" and self._of_another(said, best):
                return Verdict(claim, "unsupported", score=best.match.words)
            return Verdict(claim, support, best.evidence, score=best.match.words)
        differing = [t for t in tries if _only_differs(t.match)]
        if differing:
            best = max(differing, key=lambda t: t.worth + t.match.wording - _unlike(t.match))
            found = best.match.differences
            return Verdict(claim, "contradicted", best.evidence, found, best.match.words)
        return Verdict(claim, "unsupported", score=max((t.match.words for t in tries), default=0.0))

    def _tries(
        self, claim: Claim, said: Traits, wanted: Traits, asked: frozenset[str]
    ) -> Iterator[_Try]:
        ranked = sorted(self._evidence, key=lambda e: -_rough(wanted, asked, e, set(claim.cited)))[
            :_TRIED
        ]
        for parts, evidence in self._combined(ranked, apart=_of_several_facts(said)):
            if not _each_needed(wanted, parts, 1 if len(evidence) == 1 else 2):
                continue
            whole = evidence[0] if len(evidence) == 1 else _together(evidence)
            if wanted is not said and not _holds_all(said, whole):
                continue
            found = match(said, whole)
            if wanted is not said:
                full = match(wanted, whole)
                found = replace(found, words=full.words, wording=full.wording)
            yield _Try(evidence, found, _worth(found, evidence, claim, len(parts)))

    def _combined(
        self, ranked: Sequence[Evidence], *, apart: bool
    ) -> Iterator[tuple[tuple[Evidence, ...], tuple[Evidence, ...]]]:
        """Yield (sentences, what is cited for them): each, with neighbours, and pairs ``apart``.

        Only a claim of several facts may rest on two places.
        """
        places = {(e.passage.article_id, e.start): n for n, e in enumerate(self._evidence)}
        seen: set[tuple[int, int]] = set()
        for one in ranked:
            yield (one,), (one,)
        for one in ranked[:_JOINED]:
            here = places[one.passage.article_id, one.start]
            for first, last in ((here - 1, here), (here, here + 1), (here - 1, here + 1)):
                if (first, last) not in seen and self._neighbours(first, last):
                    seen.add((first, last))
                    parts = self._evidence[first : last + 1]
                    yield parts, (join(parts[0], parts[-1], self._texts.__getitem__),)
        for one, other in combinations(ranked[:_JOINED], 2) if apart else ():
            yield (one, other), (one, other)

    def _neighbours(self, first: int, last: int) -> bool:
        if first < 0 or last >= len(self._evidence):
            return False
        inside = self._evidence[first : last + 1]
        article = inside[0].passage.article_id
        text = self._texts[article]
        return all(e.passage.article_id == article for e in inside) and all(
            not text[a.end : b.start].strip() for a, b in pairwise(inside)
        )

    def _enough(self, claim: Claim, said: Traits, tried: _Try) -> bool:
        figure = any(_telling(quantity) for quantity in said.quantities)
        if tried.match.words >= (LEAST_WORDS_WITH_FIGURE if figure else LEAST_WORDS):
            return True
        if tried.match.words < LEAST_WORDS_IF_NEAR:
            return False
        text = " ".join(evidence.text for evidence in tried.evidence)
        if self._cosines is not None and self._cosines(claim.stated, [text])[0] >= LEAST_COSINE:
            return True
        return self._of_the_same(said, tried)

    def _of_another(self, said: Traits, tried: _Try) -> bool:
        """Tell whether the reader finds that the passage says it of another person or body."""
        asked, answer, margin = self._read(said, tried)
        names = tried.evidence[0].surroundings.names
        return asked is not None and (
            margin >= SURE_OF_ANOTHER and names_another(answer, asked, names)
        )

    def _of_the_same(self, said: Traits, tried: _Try) -> bool:
        """Tell whether the reader finds that the passage says it, of the same person or body."""
        asked, answer, margin = self._read(said, tried)
        return asked is not None and (margin >= SURE_OF_THE_SAME and names_the_same(answer, asked))

    def _read(self, said: Traits, tried: _Try) -> tuple[WhoQuestion | None, str, float]:
        """Return the question for whom a claim is about, the reader's answer and its margin."""
        evidence = tried.evidence[0]
        asked = who_question(said, evidence.surroundings.names)
        if self._who is None or asked is None or len(tried.evidence) > 1:
            return None, "", 0.0
        return asked, *self._who(asked.text, self._sources[evidence.numbers[0]])


def wanted_of(claim: Claim, question: str) -> Traits:
    """Return the traits of ``claim``; of a fragment ("12 people."), with those of its question."""
    said = traits_of(claim.stated)
    if len(said.stems) >= _FRAGMENT or not question:
        return said
    return traits_of(f"{said.text} {question}".strip())


def _of_several_facts(claim: Traits) -> bool:
    figures = [quantity for quantity in claim.quantities if not quantity.weak]
    return len(claim.clauses) > 1 or len(figures) + len(claim.moments) > 1


def _babbles(stated: str) -> bool:
    """Tell whether words come twice in a row, again and again: no sentence, whatever it holds."""
    words = re.findall(r"\w+", stated.lower())
    twice = sum(len(one) > 1 and one == other for one, other in pairwise(words))
    return bool(twice >= _MOST_TWICE)


def _holds_all(fragment: Traits, evidence: Evidence) -> bool:
    """Tell whether each word of a fragment ("Jalal Mirzayev.") is in ``evidence``, or meant there.

    Its question's words, which are held against the evidence too, must not bear out the answer.
    """
    around = evidence.surroundings
    names = with_aliases(evidence.traits.name_words, evidence.passage.text) | around.speakers
    meant = {stem(name) for name in names}
    return all(
        word in meant or weight_of(word) < 1.0 or likeness(word, evidence.traits.stems) > 0
        for word in fragment.stems
    )


def _rough(claim: Traits, asked: frozenset[str], evidence: Evidence, cited: set[int]) -> float:
    """Return a quick measure of how much of ``claim`` is in ``evidence``, to choose what to try."""
    source = evidence.traits
    weights = [(weight_of(word), likeness(word, source.stems)) for word in claim.stems]
    total = sum(weight for weight, _ in weights) + 1e-9
    numbers = {q.value for q in source.quantities} & {q.value for q in claim.quantities}
    dates = {m.written for m in source.moments} & {m.written for m in claim.moments}
    return (
        sum(weight * found for weight, found in weights) / total
        + 0.15 * len(numbers)
        + 0.1 * len(dates)
        + 0.1 * bool(cited & set(evidence.numbers))
        + 0.02 * len(asked & source.stems)
    )


def _worth(found: Match, evidence: tuple[Evidence, ...], claim: Claim, sentences: int) -> float:
    cited = all(set(claim.cited) & set(one.numbers) for one in evidence)
    return (
        found.words
        + CITED_BONUS * (cited and bool(claim.cited))
        - LENGTH_COST * (sentences - 1)
        - LENGTH_COST * (len(evidence) - 1)
    )


def _telling(quantity: Quantity) -> bool:
    """Tell whether two texts hardly give ``quantity`` by chance: it has a unit or many digits."""
    return bool(quantity.unit) or len(re.sub(r"\D", "", quantity.written)) >= 3


def _each_needed(claim: Traits, parts: Sequence[Evidence], least: int) -> bool:
    """Tell whether each of ``parts`` bears out something that no other does.

    That is ``least`` words of weight, names left out; a number or date counts for one. Without
    this, a few sentences together would bear out whatever is made of their words.
    """
    if len(parts) == 1:
        return True
    names = frozenset().union(*(known_names(claim, part.surroundings) for part in parts))
    words = frozenset(word for word in claim.stems - names if weight_of(word) == 1.0)
    held = [_held(claim, words, part.traits) for part in parts]
    for place, mine in enumerate(held):
        others = set().union(*(other for n, other in enumerate(held) if n != place))
        if len(mine - others) < least:
            return False
    return True


def _held(claim: Traits, words: frozenset[str], source: Traits) -> set[str]:
    found = {word for word in words if likeness(word, source.stems)}
    found |= {
        said.written
        for said in claim.quantities
        if any(same_value(said, one) for one in source.quantities)
    }
    return found | {
        said.written for said in claim.moments if any(agrees(said, m, ()) for m in source.moments)
    }


def _together(evidence: Iterable[Evidence]) -> Evidence:
    """Return several pieces of evidence as one to match against; it is never cited."""
    parts = tuple(evidence)
    return replace(
        parts[0],
        text="\n".join(part.text for part in parts),
        surroundings=merged(parts),
    )


def _unlike(found: Match) -> float:
    """Return what the differences cost: one that the source answers is better than one it lacks."""
    return sum(0.1 if difference.source else 0.3 for difference in found.differences)


def _only_differs(found: Match) -> bool:
    return (
        not found.faults
        and found.wording >= LEAST_WORDING
        and any(difference.source for difference in found.differences)
    )


def _verbatim(claim: Claim, evidence: Sequence[Evidence]) -> bool:
    plain = " ".join(re.findall(r"\w+", claim.stated.lower()))
    held = (" ".join(re.findall(r"\w+", one.text.lower())) for one in evidence)
    return any(plain in text for text in held)
