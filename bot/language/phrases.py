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
# A second article, "more" or "so" begins something else: "was the winner the year before", "is
# that more than", "is the ticket so cheap".
_WORD: Final = r"(?!(?:the|a|an|more|less|than|so|too|very|still|already|not)\b)[\w’'-]+"
_NOUN_PHRASE: Final = rf"(?:(?:the|a|an|its|most|all|some|many) )?(?:{_WORD} ){{0,4}}?{_WORD}"
_SUBJECT: Final = re.compile(
    rf"^(?P<head>.*?\b{AUXILIARY}) (?P<subject>{_NOUN_PHRASE})"
    rf"(?P<tail> (?:{PREPOSITION})\b.*|,.*|)\??$",
    re.IGNORECASE,
)
_CAPITALISED: Final = r"[A-Z][\w’'-]*(?: (?:of )?[A-Z][\w’'-]*)*"
_OF_NAME: Final = re.compile(
    rf" of {_CAPITALISED}(?=(?: (?:in|at|from) {_CAPITALISED})? (?!{PREPOSITION}\b)[a-z])"
)
"""What belongs to the subject if a verb comes after it: "did the port | of Baku handle"."""
_IN_NAME: Final = re.compile(
    rf"(?: (?:in|at|from|near|to) {_CAPITALISED})+ (?!{PREPOSITION}\b)[a-z]+(?:$| {PREPOSITION}\b)"
)
"""What holds the verb at its end: "did the tram | in Bergen cost"."""
_PARTICLES: Final = frozenset(("out", "up", "down", "off", "over", "away", "back", "in", "on"))
_PLACED: Final = re.compile(r"(?:in|at|on|during) ")
_INSTITUTION: Final = re.compile(
    r"\b(?:of|Bank|Court|Council|Commission|Committee|Party|Board|Union|Ministry|Agency|"
    r"Association|Company|Group|University|Club|Directorate|Institute)\b"
)
_NAME_TAIL: Final = re.compile(r"(?:-\w+)+|(?: & [A-Z]\w*)+")
_ORDINARY: Final = frozenset(
    """what which who whom whose when where why how and but so did does since may might without
    give show list explain describe compare please another many several""".split()
)
_DETERMINED: Final = 2
"""Words of a noun phrase that is a noun and its article."""
_ASKED_BEFORE: Final = re.compile(
    rf"\b(?:what|which|how (?:many|much)) (?!{AUXILIARY}\b)[\w’'-]+ (?:\w+ )?{AUXILIARY}$",
    re.IGNORECASE,
)


def names_of(text: str) -> tuple[str, ...]:
    """Return the capitalised phrases of ``text`` as written, dates and opening words left out."""
    dates = [span for span, _ in moment_spans(text)]
    found = []
    for name in traits_of(text).names:
        if any(start <= name.start < end for start, end in dates):
            continue
        alone = name.words[0] if len(name.words) == 1 else ""
        # "Why: How many voted?" holds no name.
        if alone in _ORDINARY or (name.opening and alone in STOPWORDS):
            continue
        found.append(_written(text, name.start, name.words))
    return tuple(name for name in found if name)


def subject_of(question: str) -> str:
    """Return the noun phrase behind the question's auxiliary, its verb left out; empty if unclear.

    >>> subject_of("How many town halls did the ruling party win?")
    'the ruling party'
    >>> subject_of("How much cargo did the port of Baku handle?")
    'the port of Baku'
    """
    match = _SUBJECT.match(question)
    if match is None:
        return ""
    words = match["subject"].split()
    verb_first = re.search(r"\b(?:is|are|was|were)$", match["head"], re.IGNORECASE)
    if not verb_first:
        words = _before_verb(words, match["tail"].rstrip("? "))
    elif (len(words) > _DETERMINED or words[0][0].isupper()) and re.search(
        r"(?:ing|ed)$", words[-1]
    ):
        # "are the people sleeping", "was the old bridge closed", "is Georgia going".
        words = words[:-1]
    elif len(words) == 1 and words[0].islower() and _ASKED_BEFORE.search(match["head"]):
        # "How many votes were cast": the votes are the subject.
        words = []
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
    bare_name = not re.match(r"the\b", name, re.IGNORECASE)
    return f"the {name}" if is_institution(name) and bare_name else name


def as_written(name: str, text: str) -> str:
    """Return ``name`` with "the" where English wants it, or where ``text`` has it for itself.

    Not where the article is another noun's: "the Harlan & Sons mill".
    """
    itself = re.search(
        rf"\b[Tt]he {re.escape(name)}(?=[?,.]|$| (?:{PREPOSITION}|{AUXILIARY}|\w+ed)\b)", text
    )
    return itself.group() if itself else with_article(name)


def is_institution(name: str) -> bool:
    """Tell whether ``name`` looks like a body's: "Bank of ...", "... Court"."""
    return bool(_INSTITUTION.search(name))


def with_phrase(question: str, phrase: str) -> str:
    """Return ``question`` with ``phrase``: "of ..." behind its subject, all else at its end.

    Where the subject says already of what it is ("the number of deaths"), in brackets.
    """
    if not phrase:
        return question
    subject = subject_of(question)
    says = f"{subject} of " in question or " of " in subject
    if subject.startswith("the ") and phrase.startswith("of ") and not says:
        return question.replace(subject, f"{subject} {phrase}", 1)
    if phrase.startswith("of "):
        body = phrase.startswith("of the ") and is_institution(phrase[7:]) and not says
        phrase = f"at {phrase[3:]}" if body else f"({phrase[3:]})"
    asked = question.rstrip("?").strip()
    if re.search(rf"\b{PREPOSITION}$", asked, re.IGNORECASE) and not _PLACED.match(phrase):
        # "How many voted against" + "for the bill"; but "what did they ask for" + "in Van".
        phrase = re.sub(rf"^{PREPOSITION} ", "", phrase)
    return f"{asked} {phrase}?"


def possessive(name: str) -> str:
    """Return ``name`` as an owner: "Nordwell’s", "Herons’"."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def capitalised(question: str) -> str:
    """Return ``question`` with a capital at its start, the rest as it is."""
    return question[:1].upper() + question[1:]


def is_plural(phrase: str) -> bool:
    """Tell whether ``phrase`` looks like many of something."""
    last = re.split(r" (?:of|in) ", phrase)[0].split()[-1].lower()
    return bool(re.search(r"[^s]s$", last)) or last in ("people", "men", "women", "children")


def is_function_word(word: str) -> bool:
    """Tell whether ``word``, in lower case, says nothing by itself."""
    return word in STOPWORDS or bool(re.fullmatch(rf"{AUXILIARY}|{PREPOSITION}", word))


def _before_verb(words: list[str], tail: str) -> list[str]:
    """Return the subject of ``words``, which hold it and mostly its verb; ``tail`` is behind them.

    "the ruling party win": the verb comes last; "the winner | of the prize get" has it behind the
    whole phrase; "the quake strike Van" has a name behind it.
    """
    of_name = _OF_NAME.match(tail)
    if of_name:
        return [*words, *of_name.group().split()]
    if _IN_NAME.match(tail) or (tail.startswith(" of ") and len(words) == _DETERMINED):
        return words
    end = len(words)
    while end > 1 and words[end - 1].lower() in _PARTICLES:
        # "did the fire break out": the verb is before.
        end -= 1
    while end and words[end - 1][0].isupper():
        end -= 1
    return words[: (end or len(words)) - 1]


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
