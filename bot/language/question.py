"""A question's text in, what it asks for out: its words, names, numbers, years and kind of answer.

Rules, not a model: they say what must be found near an answer (a year, a name), and what an answer
looks like (a sum of money, a date), for English. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "money",
    "percent",
    "number",
    "duration",
    "age",
    "date",
    "time",
    "person",
    "place",
    "quote",
    "reason",
    "other",
]

# Function words, question words and the verbs questions are built with: they say nothing of what
# an answer must be about.
STOPWORDS: Final = frozenset(
    """a about above after again against all also am an and any are as at be because been before
    being below between both but by can could did do does doing done down during each few for from
    further get gets got had has have having he her here hers him his how i if in into is it its
    just let me more most much many my no nor not now of off on once only or other our out over own
    s same she should so some such than that the their them then there these they this those
    through to too under until up us very was we were what when where which while who whom whose
    why will with would you your tell say says said according please exactly happen happened
    name named called""".split()
)

_WORD: Final = re.compile(r"[^\W_]+(?:[.,][0-9]+)*(?:['’][a-z]+)?")
_YEAR: Final = re.compile(r"\b(?:1[5-9]|20)[0-9]{2}\b")
_NUMBER: Final = re.compile(r"\b[0-9][0-9,]*(?:\.[0-9]+)?\b")
_NAME: Final = re.compile(r"\b[A-Z][\w’'-]*(?:\s+(?:of\s+|de\s+|al\s+)?[A-Z][\w’'-]*)*")

_SAYING: Final = "say|said|state|tell|told|announce|warn|think|comment|argue|describe|explain"
_AMOUNT: Final = (
    "price|cost|worth|value|volume|revenue|budget|salary|fee|fine|loss|profit|sum|amount|"
    "investment|gdp"
)
_TIME: Final = "time|seconds|minutes|hours|days|weeks|months|years|decades"
_CURRENCY: Final = "dollars|euros|pounds|rupiahs?|manats?|yen|lari|francs?"
_PLACE: Final = (
    "country|city|town|place|region|province|village|state|island|venue|port|district|capital"
)

# The first pattern that matches decides: "how much time" is no sum of money.
_PATTERNS: Final[tuple[tuple[Kind, str], ...]] = (
    ("reason", r"^\s*(and |but |so )?(why\b|how come|for what reason)"),
    ("reason", r"^\s*what (was|is) the reason"),
    ("percent", r"\b(what|which|how (many|much)) (per ?cent|percentage|share|proportion)\b"),
    ("percent", r"\bby how much\b|\bwhat (is|was) the (\w+ )*rate\b"),
    ("quote", rf"^\s*what (did|does|do|had|has) [^?]*\b({_SAYING})\b"),
    ("time", r"\b(what|which) time\b|\bat what hour\b"),
    ("date", r"^\W*(and |so |since )?when\b|\bwhen (did|do|is|was|were|will|are|has)\b"),
    ("date", r"\b(what|which) (\w+ )?(year|date|day|month)\b|\bhow long ago\b"),
    ("duration", rf"\bhow (many|much) ({_TIME})\b|\bhow long\b"),
    ("duration", r"\b(what|which) (length|period|stretch|span|amount) of time\b"),
    ("age", r"\bhow old\b|\b(what|which) age\b|\bwhat (is|was) the age\b"),
    ("money", rf"\bhow many ({_CURRENCY})\b"),
    ("money", rf"\bhow much\b(?! (time|of))|\b({_AMOUNT})\b"),
    ("number", r"\bhow (many|far|tall|large|big|high|fast|deep|often)\b"),
    ("number", r"\bwhat (is |was )?(the )?(number|total|population|distance|turnout|size)\b"),
    ("person", r"\b(who|whom|whose)\b"),
    ("person", r"\bwhich (person|minister|official|president|man|woman|player|ambassador)\b"),
    ("place", rf"\bwhere\b|\b(which|what) ({_PLACE})\b"),
)
_KINDS: Final = tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks for.

    ``words`` are its content words in lower case, in order, each once; ``names`` its capitalised
    phrases except a first word that is capitalised only by its place; ``numbers`` and ``years`` as
    written.
    """

    text: str
    kind: Kind
    words: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    years: tuple[str, ...]


def analyse(text: str) -> Question:
    """Return what ``text`` asks for."""
    return Question(
        text=text,
        kind=_kind(text),
        words=content_words(text),
        names=_names(text),
        numbers=tuple(dict.fromkeys(_NUMBER.findall(text))),
        years=tuple(dict.fromkeys(_YEAR.findall(text))),
    )


def content_words(text: str) -> tuple[str, ...]:
    """Return ``text``'s words that are no stopwords, in lower case, in order, each once."""
    words = (_bare(match.group()) for match in _WORD.finditer(text))
    return tuple(dict.fromkeys(word for word in words if word and word not in STOPWORDS))


def years_in(text: str) -> frozenset[str]:
    """Return the years from 1500 to 2099 that ``text`` names."""
    return frozenset(_YEAR.findall(text))


def _bare(word: str) -> str:
    """Return ``word`` in lower case without a possessive ending."""
    return re.sub(r"['’]s?$", "", word.lower())


def _kind(text: str) -> Kind:
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return kind
    return "other"


def _names(text: str) -> tuple[str, ...]:
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        if match.start() == len(text) - len(text.lstrip()):
            # The first word is capitalised by its place; the rest of the phrase may be a name.
            first, _, rest = name.partition(" ")
            name = rest if _bare(first) in STOPWORDS else name
        if name and _bare(name) not in STOPWORDS:
            found.append(name)
    return tuple(dict.fromkeys(found))
