"""A sentence in, its checkable traits out: words, names, figures, dates, negations, quotes. Pure.

Rules for English; a claim and a source sentence are compared trait by trait (``matching.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.language.moments import Moment, moment_spans
from bot.language.quantities import Quantity, quantities_in
from bot.language.question import STOPWORDS
from bot.language.words import stem
from corpus.sentences import Span, sentence_spans

_TOKEN: Final = re.compile(r"[^\W_]+(?:[’'][^\W\d_]+)?")
_CLAUSE_END: Final = re.compile(
    r"[,;:()—–]|\s(?:and|but|while|whereas|which|who|because|after|before|although|though|despite|"
    r"with|since|as)\s"
)
# "He has not said whether he will go" does not say that he will.
_NEGATIONS: Final = frozenset(
    "not no never nobody none neither nor without cannot hardly whether if unless".split()
)
_NEGATION_REACH: Final = 4
"""Words after a negation that it is taken to deny."""
_QUOTE: Final = re.compile(r"[“\"]([^“”\"]{8,})[”\"]")
# Words that any report on anything holds; they bear little.
_LIGHT: Final = frozenset(
    """accord report articl passag stori year peopl total amount number state told tell announc note
    add time also includ current overal around roughli approxim near mr mrs ms new made make take
    took one two use part well still yet today ago late earli day month week set reach show stood
    stand come came go went give given get put keep main first last next becom""".split()
)
_NOT_NAMES: Final = frozenset(
    "i yes no mr mrs ms dr the a an in on at for but and or so if as it he she they we you".split()
)


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised phrase: its words in lower case. ``opening``: it opens the sentence."""

    words: tuple[str, ...]
    start: int
    opening: bool
    before: str = ""
    """The word before it, in lower case, if it is a preposition."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence: (start, end), and the stems of its content words."""

    start: int
    end: int
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traits:
    """What can be checked of ``text``. ``stems`` are those of its content words, numbers left out.

    ``negated`` are the stems that a negation denies, ``affirmed`` those that stand without one.
    """

    text: str
    stems: frozenset[str]
    names: tuple[Name, ...]
    quantities: tuple[Quantity, ...]
    moments: tuple[Moment, ...]
    clauses: tuple[Clause, ...]
    negated: frozenset[str]
    affirmed: frozenset[str]
    quotes: tuple[str, ...]

    @property
    def name_words(self) -> frozenset[str]:
        """The words of its names, in lower case."""
        return frozenset(word for name in self.names for word in name.words)


@lru_cache(maxsize=8_192)
def traits_of(text: str) -> Traits:
    """Return the traits of ``text``, one sentence or a few."""
    tokens = _tokens(text)
    clauses = tuple(_clauses(text, tokens))
    negated, affirmed = _polarity(text, tokens)
    return Traits(
        text=text,
        stems=frozenset(s for clause in clauses for s in clause.stems),
        names=tuple(_names(text, tokens)),
        quantities=quantities_in(text),
        moments=tuple(moment for _, moment in moment_spans(text)),
        clauses=clauses,
        negated=negated,
        affirmed=affirmed,
        quotes=tuple(match.group(1) for match in _QUOTE.finditer(text)),
    )


def sentences_in(source: Traits) -> tuple[Traits, ...]:
    """Return the traits of each sentence of ``source``."""
    return tuple(traits_of(source.text[start:end]) for start, end in _spans(source.text))


def names_in(text: str) -> tuple[Name, ...]:
    """Return the capitalised phrases of ``text``, in order; dates left out."""
    taken = [span for span, _ in moment_spans(text)]
    tokens = [
        match
        for match in _TOKEN.finditer(text)
        if match.group()[0].isupper()
        and not any(start <= match.start() < end for start, end in taken)
    ]
    return tuple(_names(text, tokens))


def weight_of(stemmed: str) -> float:
    """Return how much a word bears on what is said: 1, or less for what any report holds."""
    return 0.3 if stemmed in _LIGHT else 1.0


def bare(token: str) -> str:
    """Return ``token`` in lower case without a possessive ending."""
    return re.sub(r"[’']s?$", "", token.lower())


@lru_cache(maxsize=4_096)
def _spans(text: str) -> tuple[Span, ...]:
    return sentence_spans(text)


def _tokens(text: str) -> list[re.Match[str]]:
    """Return the words of ``text`` that are no part of a number or a date."""
    taken = [span for span, _ in moment_spans(text)]
    taken += [(q.start, q.end) for q in quantities_in(text) if not q.weak and q.unit != "share"]
    return [
        match
        for match in _TOKEN.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    ]


def _content(token: str) -> str | None:
    word = bare(token)
    empty = (
        word in STOPWORDS or word in _NEGATIONS or len(word) < 2 or word.endswith(("n't", "n’t"))
    )
    return None if empty else stem(word)


def _clauses(text: str, tokens: list[re.Match[str]]) -> list[Clause]:
    ends = [match.start() for match in _CLAUSE_END.finditer(text)] + [len(text)]
    clauses, start = [], 0
    for end in ends:
        stems = tuple(
            found
            for token in tokens
            if start <= token.start() < end and (found := _content(token.group())) is not None
        )
        clauses.append(Clause(start, end, stems))
        start = end
    return clauses


def _polarity(text: str, tokens: list[re.Match[str]]) -> tuple[frozenset[str], frozenset[str]]:
    negated: set[str] = set()
    affirmed: set[str] = set()
    since, last_end = _NEGATION_REACH + 1, 0
    for token in tokens:
        word = token.group().lower()
        if re.search(r"[,;:.]", text[last_end : token.start()]):
            since = _NEGATION_REACH + 1
        last_end = token.end()
        if word in _NEGATIONS or re.search(r"n[’']t$", word):
            since = 0
            continue
        since += 1
        found = _content(token.group())
        if found is not None:
            (negated if since <= _NEGATION_REACH else affirmed).add(found)
    return frozenset(negated), frozenset(affirmed)


def _names(text: str, tokens: list[re.Match[str]]) -> list[Name]:
    names: list[list[re.Match[str]]] = []
    for token in tokens:
        if not token.group()[0].isupper() or bare(token.group()) in _NOT_NAMES:
            continue
        # "Soares-Guterres", "Timor-Leste" and "Rosa Martins-Lay" are one name each.
        if names and text[names[-1][-1].end() : token.start()] in (" ", "-", "’", " of ", " da "):
            names[-1].append(token)
        else:
            names.append([token])
    return [_name(text, group) for group in names]


def _name(text: str, group: list[re.Match[str]]) -> Name:
    before = text[: group[0].start()].rstrip()
    opening = not before or before[-1] in '.!?“"‘'
    preceding = re.search(r"\b(in|at|of|from|to|for|by|near)(?: the)?$", before)
    words = tuple(bare(token.group()) for token in group)
    if opening and len(words) > 1 and words[0] in STOPWORDS:
        words = words[1:]
    return Name(words, group[0].start(), opening, preceding.group(1) if preceding else "")
