"""A reply's verdicts and passages in, the figures that other articles give otherwise out. Pure.

A claim may be true to one article and out of date by another, whichever its writer cited. What
counts as a disagreement is said in ``conflicts.py``, for every answerer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.answer import Answer
from bot.checking.conflicts import Statement, cite_dated, newest_first, rivals
from bot.checking.evidence import Evidence, Source, find_evidence
from bot.checking.matching import Difference, likeness_in, match
from bot.language.counting import role, stand_alike
from bot.language.quantities import Quantity, quantities_in, same_value
from bot.language.question import analyse
from bot.language.traits import Traits, traits_of, weight_of
from bot.verifying import Verdict, wanted_of

LEAST_WORDING: Final = 0.75
"""Share of a claim's words, figures left out, that a sentence holds which disputes it."""
LEAST_BACK: Final = 0.6
"""Share of the words around the other figure that the claim or what it rests on holds."""
LEAST_ROLE: Final = 2
"""Words next to both figures that agree; one will do where a unit is given (see ``role``)."""
_MOST: Final = 3
"""Disputed claims that are shown of one reply."""


def disputed(
    verdicts: Sequence[Verdict],
    searched: str,
    sources: Sequence[Source],
    is_order: Callable[[str], bool] = lambda sentence: False,
) -> tuple[tuple[Statement, ...], ...]:
    """Return, for each claim that another article disputes, what all say of it, newest first.

    ``sources`` are the passages that were found, ``searched`` the question: a sentence that lacks
    a name of it is about something else. What two claims share is given once.
    """
    evidence = find_evidence(sources, is_order)
    published = {source.article.id: source.article.published for source in sources}
    found: dict[frozenset[tuple[str, int]], tuple[Statement, ...]] = {}
    for verdict in verdicts:
        for group in _groups(verdict, searched, evidence, published):
            key = frozenset((one.passage.article_id, one.start) for one in group)
            if len(found) < _MOST and not any(key <= known for known in found):
                found[key] = group
    return tuple(found.values())


def with_disputes(answer: Answer, groups: Sequence[Sequence[Statement]]) -> Answer:
    """Return ``answer`` with every statement of ``groups`` dated and cited below its text.

    A short answer that one of them gives becomes the newest of that group.
    """
    told = {(s.passage.article_id, s.start, s.end): s for group in groups for s in group}
    lines, citations = cite_dated(tuple(told.values()), answer.citations)
    newest = [group[0].figure for group in groups if _gives_one_of(answer.short, group)]
    return replace(
        answer,
        text="\n\n".join([answer.text, *lines]),
        short=newest[0] if newest else answer.short,
        citations=citations,
    )


def _gives_one_of(short: str, group: Sequence[Statement]) -> bool:
    figures = [quantity for one in group for quantity in quantities_in(one.figure)]
    return any(same_value(said, one) for said in quantities_in(short) for one in figures)


def _groups(
    verdict: Verdict,
    searched: str,
    evidence: Sequence[Evidence],
    published: dict[str, str | None],
) -> Iterator[tuple[Statement, ...]]:
    """Yield, for each disputed figure of a claim, the statement that is cited and its rivals."""
    said = _Said.of(verdict, searched)
    for figure, source in _figures(verdict):
        if verdict.differences and not said.same_role(figure, source, source):
            continue
        others = [
            _statement(one, difference.source, published, sure)
            for one in evidence
            if one.passage.article_id != source.passage.article_id
            for difference, sure in said.differing(one)
            if difference.said == figure.said
            and not said.gives_both(difference, source)
            and said.same_role(difference, one, source)
        ]
        others.sort(key=lambda one: -one.sure)
        best = _statement(source, figure.source, published, 1.0)
        differing = rivals(searched, best, others, LEAST_WORDING)
        if differing:
            yield newest_first((best, *differing))


@dataclass(frozen=True, slots=True)
class _Said:
    """A claim's traits: ``alone``, ``wanted`` (with the question, if it is a fragment), ``named``.

    ``named`` has the question's names too, unless the cited evidence itself lacks them.
    """

    alone: Traits
    wanted: Traits
    named: Traits

    @classmethod
    def of(cls, verdict: Verdict, searched: str) -> _Said:
        alone = traits_of(verdict.claim.stated)
        named = traits_of(", ".join([alone.text.rstrip(" .!"), *analyse(searched).names]))
        if any("name" in match(named, one).faults for one in verdict.evidence):
            named = alone
        return cls(alone, wanted_of(verdict.claim, searched), named)

    def differing(self, evidence: Evidence) -> Iterator[tuple[Difference, float]]:
        """Yield the figures that ``evidence`` gives otherwise, if it is about the same; how like.

        Where a date differs too it is about another time.
        """
        found = match(self.alone, evidence)
        if found.faults or "name" in match(self.named, evidence).faults:
            return
        dates = {moment.written for moment in self.alone.moments}
        if any(difference.said in dates for difference in found.differences):
            return
        wording = match(self.wanted, evidence).wording
        yield from ((difference, wording) for difference in found.differences if difference.source)

    def gives_both(self, difference: Difference, cited: Evidence) -> bool:
        """Tell whether claim and cited sentence explain both: "14.2 percent, down from 16.9"."""
        other = quantities_in(difference.source)
        told = (self.alone.quantities, cited.traits.quantities)
        return all(any(same_value(q, one) for q in known for one in other) for known in told)

    def same_role(self, difference: Difference, rival: Evidence, cited: Evidence) -> bool:
        """Tell whether the two figures of ``difference`` stand among like words."""
        other = _written(rival.traits, difference.source)
        said = _written(self.alone, difference.said)
        if other is None or said is None:
            return False
        texts = [(self.alone.text, said)]
        texts += [(cited.text, q) for q in cited.traits.quantities if same_value(said, q)]
        if not any(stand_alike(*each, rival.text, other) for each in texts):
            return False
        least = 1 if other.unit else LEAST_ROLE
        alike = max(role(*each, rival.text, other) for each in texts)
        return alike >= least and self._told_back(rival, other, cited) >= LEAST_BACK

    def _told_back(self, rival: Evidence, other: Quantity, cited: Evidence) -> float:
        """Return the share of the words in the rival figure's clause that claim or source hold."""
        names = rival.traits.name_words
        clause = next(c for c in rival.traits.clauses if c.start <= other.start < c.end)
        words = [word for word in clause.stems if word not in names]
        known = traits_of(f"{self.wanted.text}\n{cited.text}")
        total = sum(map(weight_of, words))
        found = sum(weight_of(w) * likeness_in(w, known, cited.surroundings) for w in words)
        return found / total if total else 1.0


def _written(traits: Traits, figure: str) -> Quantity | None:
    return next((q for q in traits.quantities if q.written == figure), None)


def _figures(verdict: Verdict) -> Iterator[tuple[Difference, Evidence]]:
    """Yield each figure of a claim, as said and as the evidence gives it, with that evidence."""
    true = {difference.said: difference.source for difference in verdict.differences}
    for said in traits_of(verdict.claim.stated).quantities:
        for one in () if said.weak else verdict.evidence:
            given = [q.written for q in one.traits.quantities if same_value(said, q)]
            corrected = true.get(said.written)
            written = corrected if corrected is not None else next(iter(given), "")
            if written and written in one.text:
                yield Difference(said.written, written), one
                break


def _statement(
    evidence: Evidence, figure: str, published: dict[str, str | None], sure: float
) -> Statement:
    return Statement(
        evidence.passage,
        evidence.start,
        evidence.end,
        evidence.text,
        figure,
        published.get(evidence.passage.article_id),
        sure,
    )
