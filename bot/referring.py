"""A conversation in, what its pronouns stand for out. Rules, for English; pure.

Who "she" is, is told by the articles that were cited: a name near "she" and "her" is a woman's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.answer import Turn
from bot.evidence import persons_in
from bot.markers import without_markers
from bot.moments import Moment, moment_spans
from bot.question import STOPWORDS
from bot.traits import bare, traits_of

Gender = Literal["he", "she", ""]

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
_ASKED_NOUN: Final = re.compile(
    rf"^(?:what|which|how (?:many|much)) (?P<noun>(?:[\w’'-]+ ){{0,2}}?[\w’'-]+) {AUXILIARY}\b",
    re.IGNORECASE,
)
_AFTER_NAME: Final = re.compile(rf"^(?:[’']s)? ?((?!{PREPOSITION}\b|{AUXILIARY}\b)[a-z][\w-]*)")
_HE: Final = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_SHE: Final = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_ORDINARY: Final = frozenset(
    "what which who whom whose when where why how and but so did does".split()
)
_LONGEST_QUOTE: Final = 200
_SPAN: Final = 160
"""Characters behind a name in which its pronouns are looked for."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, newest last, and the texts of the articles that were cited in them."""

    turns: tuple[Turn, ...]
    texts: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The last question as it was searched."""
        return self.turns[-1].searched or self.turns[-1].question

    def names(self) -> tuple[str, ...]:
        """Return the names that were mentioned, the last first; each once."""
        found: list[str] = []
        for turn in reversed(self.turns):
            said = (turn.short, turn.searched, turn.text if turn.short else "")
            found += [name for text in said for name in names_of(text)]
        return tuple(dict.fromkeys(found))

    def people(self) -> tuple[str, ...]:
        """Return those of ``names`` that the articles use for people."""
        known = frozenset(word for text in self.texts for word in persons_in(text))
        return tuple(name for name in self.names() if _words(name) & known)

    def things(self) -> tuple[str, ...]:
        """Return those of ``names`` that are not people's."""
        people = set(self.people())
        return tuple(name for name in self.names() if name not in people)

    def person(self, gender: Gender) -> str:
        """Return the last person who may be meant by ``gender``; empty if there is none."""
        for name in self.people():
            if self._gender(name) in ("", gender):
                return name
        return ""

    def moment(self) -> Moment | None:
        """Return the last date that was asked about, None if there was none."""
        dated = (moment_spans(turn.searched) for turn in reversed(self.turns))
        return next((spans[-1][1] for spans in dated if spans), None)

    def topic(self) -> str:
        """Return what the conversation is about, with its preposition: "in Atauro’s elections"."""
        for turn in reversed(self.turns):
            found = _topic(turn.searched)
            if found:
                return found
        return ""

    def thing(self, *, plural: bool = False) -> str:
        """Return what "it" (or "they") most likely stands for; empty if there is nothing."""
        subject = subject_of(self.base)
        if subject and not names_of(subject) and _is_plural(subject) == plural:
            return subject
        asked = _ASKED_NOUN.match(self.base)
        if asked and _is_plural(asked["noun"]) == plural:
            return f"the {asked['noun']}"
        things = [name for name in names_of(self.base) if name in self.things()]
        if things:
            return with_article(things[0])
        return with_article(self.things()[0]) if self.things() else ""

    def place(self) -> str:
        """Return what "there" most likely stands for: the last thing that was answered or asked."""
        answered = [name for name in names_of(self.turns[-1].short) if name in self.things()]
        found = answered or list(self.things())
        return with_article(found[0]) if found else ""

    def statement(self) -> str:
        """Return what was answered last, in one line without markers; empty for a refusal."""
        last = self.turns[-1]
        said, _ = without_markers(last.text)
        lines = [line for line in said.splitlines() if line.strip()]
        return " ".join(lines[-1].split())[:_LONGEST_QUOTE] if last.short and lines else ""

    def _gender(self, name: str) -> Gender:
        last = name.split()[-1]
        he = she = 0
        for text in self.texts:
            for match in re.finditer(rf"\b{re.escape(last)}\b", text):
                near = _until_another(text[match.end() : match.end() + _SPAN], persons_in(text))
                he += len(_HE.findall(near))
                she += len(_SHE.findall(near))
        if he == she:
            return ""
        return "he" if he > she else "she"


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
    subject = match["subject"]
    if re.search(r"\b(?:did|does|do|will|would|can|could|should|has|have|had)$", match["head"]):
        # "did the ruling party win": the verb comes last.
        subject = " ".join(subject.split()[:-1])
    words = [bare(word) for word in subject.split()]
    empty = not words or words[-1] in STOPWORDS or words[0] in ("he", "she", "it", "they", "that")
    return "" if empty else subject


def with_article(name: str) -> str:
    """Return ``name`` with "the" where English wants it: before "Bank of ...", "Court"."""
    institution = re.search(
        r"\b(?:of|Bank|Court|Council|Commission|Committee|Party|Board|Union|Ministry|Agency|"
        r"Association|Company|Group|University|Club|Directorate|Institute)\b",
        name,
    )
    bare_name = not re.match(r"the\b", name, re.IGNORECASE)
    return f"the {name}" if institution and bare_name else name


def _topic(question: str) -> str:
    for name in names_of(question):
        place = question.find(name)
        if place < 0:
            continue
        before = re.search(r"\b(in|at|for|during|on) (?:the )?$", question[:place])
        rest, phrase = question[place + len(name) :], name
        if re.match(r"[’']s\b", rest):
            rest, phrase = rest[2:], phrase + rest[:2]
            while match := _AFTER_NAME.match(rest):
                phrase, rest = f"{phrase} {match.group(1)}", rest[match.end() :]
        phrase = with_article(phrase)
        return f"{before.group(1)} {phrase}" if before else f"of {phrase}"
    return ""


def _written(text: str, start: int, words: Sequence[str]) -> str:
    """Return the name at ``start`` as the text writes it."""
    end = start
    lowered = text.lower()
    for word in words:
        place = lowered.find(word, end)
        if place < 0:
            return ""
        start = place if word == words[0] and end <= start else start
        end = place + len(word)
    return text[start:end]


def _words(name: str) -> frozenset[str]:
    return frozenset(bare(word) for word in re.split(r"[\s-]+", name))


def _until_another(text: str, people: frozenset[str]) -> str:
    """Return ``text`` up to its end of line, or to the next name of one of ``people``."""
    line = text.split("\n")[0]
    names = re.finditer(r"[A-Z][\w’'-]+", line)
    return line[: next((m.start() for m in names if bare(m.group()) in people), len(line))]


def _is_plural(phrase: str) -> bool:
    last = phrase.split()[-1].lower()
    return bool(re.search(r"[^s]s$", last)) or last in ("people", "men", "women", "children")


def known(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the texts that are there, each once."""
    return tuple(dict.fromkeys(text for text in texts if text))
