"""A claim about a person in, the question that asks who it is out. Pure rules, for English.

The reader answers it from the passage: if it names somebody else, the claim mistakes who did or
said it; if it names the same, a claim in other words than its source's is borne out after all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from bot.checking.evidence import Source
from bot.language.traits import Traits, traits_of

Who = Callable[[str, Source], tuple[str, float]]
"""Returns what a reader answers to a question from a passage, and how sure it is: its margin over
"no answer here", above 0 rather an answer."""

SURE_OF_ANOTHER: Final = 4.5
"""Margin from which a person that the reader names is another than the claim's."""
SURE_OF_THE_SAME: Final = 3.0
"""Margin from which the reader's naming the same person bears out a claim in other words."""
_TITLES: Final = re.compile(r"^(?:(?:the|his|her|its|[A-Z]\w+|[a-z]+) ){0,4}$")
# Not "The EU observers noted": it is the observers who did.
_GROUP: Final = (
    r"(?!(?:was|is|has|does)\b)(?:[a-z-]+s|people) "
    r"(?:\w+ed|said|told|were|are|have|had|will)\b"
)
_PREDICATE: Final = re.compile(
    rf"(?:, [^,]{{2,60}},)?\s+((?!(?:of|and|in|at|from|to|for)\b)(?!{_GROUP})[a-z].*)"
)


@dataclass(frozen=True, slots=True)
class WhoQuestion:
    """A question for the person that a claim is about; ``names`` are that person's names."""

    text: str
    names: frozenset[str]


def who_question(claim: Traits, known: Collection[str]) -> WhoQuestion | None:
    """Return the question for the subject of ``claim``, None if it is none of the ``known`` names.

    >>> who_question(traits_of("Governor Levan Asatiani kept the rate."), {"levan", "asatiani"})
    WhoQuestion(text='Who kept the rate?', names=frozenset({'asatiani', 'levan'}))
    """
    name = next((name for name in claim.names if set(name.words) & set(known)), None)
    if name is None or not _TITLES.match(claim.text[: name.start]):
        return None
    last = re.search(re.escape(name.words[-1]), claim.text[name.start :], re.IGNORECASE)
    predicate = _PREDICATE.match(claim.text, name.start + last.end()) if last else None
    if predicate is None:
        return None
    asked = f"Who {predicate.group(1).rstrip(' .!')}?"
    return WhoQuestion(asked, frozenset(name.words) & frozenset(known))


def names_another(answer: str, asked: WhoQuestion, known: Collection[str]) -> bool:
    """Tell whether ``answer`` holds ``known`` names, and none of whom the claim is about."""
    named = traits_of(answer).name_words & set(known)
    return bool(named) and named.isdisjoint(asked.names)


def names_the_same(answer: str, asked: WhoQuestion) -> bool:
    """Tell whether ``answer`` names whom the claim is about."""
    return not traits_of(answer).name_words.isdisjoint(asked.names)
