"""A question in, its names and noun phrases out; phrases put into it. Rules, for English; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.language.moments import moment_spans
from bot.language.question import STOPWORDS
from bot.language.traits import bare, traits_of

AUXILIARY: Final = (
    r"(?:was|were|is|are|did|does|do|has|have|had|will|would|can|could|should|may|might)"
)
PREPOSITION: Final = (
    r"(?:in|on|at|from|to|of|for|by|with|about|under|over|during|since|until|before|after|between|"
    r"against|according to|because of|instead of)"
)
_NOUN_PHRASE: Final = r"(?:(?:the|a|an|its|most|all|some|many) )?(?:[\w’'-]+ ){0,4}?[\w’'-]+"
_SUBJECT: Final = re.compile(
    rf"^(?P<head>.*?\b{AUXILIARY}) (?P<subject>{_NOUN_PHRASE})"
    rf"(?P<tail> (?:{PREPOSITION})\b.*|,.*|)\??$",
    re.IGNORECASE,
)
_NAME_TAIL: Final = re.compile(r"(?:-\w+)+|(?: & [A-Z]\w*)+")
_ORDINARY: Final = frozenset(
    "what which who whom whose when where why how and but so did does".split()
)
_DETERMINED: Final = 2
"""Words of a noun phrase that is a noun and its article."""


def names_of(text: str) -> tuple[str, ...]:
    """Return the capitalised phrases of ``text`` as written, dates and opening words left out."""
    dates = [span for span, _ in moment_spans(text)]
    found = []
    for name in traits_of(text).names:
        if any(start <= name.start < end for start, end in dates):
            continue
        if name.opening and (len(name.words) == 1 and name.words[0] in _ORDINARY | STOPWORDS):
            continue
        found.append(_written(text, name.start, name.words))
    return tuple(name for name in found if name)


def subject_of(question: str) -> str:
    """Return the noun phrase behind the question's auxiliary, its verb left out; empty if unclear.

    >>> subject_of("How many town halls did the ruling party win?")
    'the ruling party'
    """
    match = _SUBJECT.match(question)
    if match is None:
        return ""
    words = match["subject"].split()
    verb_first = re.search(r"\b(?:is|are|was|were)$", match["head"], re.IGNORECASE)
    if not verb_first:
        # "did the ruling party win": the verb comes last; "does the winner of the prize get" has
        # it behind the whole phrase.
        whole = match["tail"].startswith(" of ") and len(words) == _DETERMINED
        words = words if whole else words[:-1]
    elif len(words) > _DETERMINED and re.search(r"(?:ing|ed)$", words[-1]):
        # "are the people sleeping", "was the old bridge closed".
        words = words[:-1]
    bared = [bare(word) for word in words]
    empty = (
        not words
        or bared[-1] in STOPWORDS
        or bared[0] in ("he", "she", "it", "they", "that", "any")
        or re.match(rf"{PREPOSITION}\b", words[0], re.IGNORECASE)
    )
    return "" if empty else " ".join(words)


def with_article(name: str) -> str:
    """Return ``name`` with "the" where English wants it: before "Bank of ...", "Court"."""
    institution = re.search(
        r"\b(?:of|Bank|Court|Council|Commission|Committee|Party|Board|Union|Ministry|Agency|"
        r"Association|Company|Group|University|Club|Directorate|Institute)\b",
        name,
    )
    bare_name = not re.match(r"the\b", name, re.IGNORECASE)
    return f"the {name}" if institution and bare_name else name


def with_phrase(question: str, phrase: str) -> str:
    """Return ``question`` with ``phrase``: "of ..." behind its subject, all else at its end."""
    if not phrase:
        return question
    subject = subject_of(question)
    if subject.startswith("the ") and phrase.startswith("of "):
        return question.replace(subject, f"{subject} {phrase}", 1)
    if phrase.startswith("of "):
        phrase = f"at {phrase[3:]}" if phrase.startswith("of the ") else f"({phrase[3:]})"
    return f"{question.rstrip('?').strip()} {phrase}?"


def possessive(name: str) -> str:
    """Return ``name`` as an owner: "Nordwell’s", "Herons’"."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def capitalised(question: str) -> str:
    """Return ``question`` with a capital at its start, the rest as it is."""
    return question[:1].upper() + question[1:]


def is_plural(phrase: str) -> bool:
    """Tell whether ``phrase`` looks like many of something."""
    last = phrase.split()[-1].lower()
    return bool(re.search(r"[^s]s$", last)) or last in ("people", "men", "women", "children")


def is_function_word(word: str) -> bool:
    """Tell whether ``word``, in lower case, says nothing by itself."""
    return word in STOPWORDS or bool(re.fullmatch(rf"{AUXILIARY}|{PREPOSITION}", word))


def _written(text: str, start: int, words: Sequence[str]) -> str:
    """Return the name at ``start`` as the text writes it: "Noh Ji-hun", "KZ-5", "Tool & Gear"."""
    end = start
    lowered = text.lower()
    for word in words:
        place = lowered.find(word, end)
        if place < 0:
            return ""
        start = place if word == words[0] and end <= start else start
        end = place + len(word)
    tail = _NAME_TAIL.match(text, end)
    return text[start : tail.end()] if tail else text[start:end]
