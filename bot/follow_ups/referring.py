"""A conversation in, what its pronouns stand for out. Rules, for English; pure.

Who "she" is, is told by the articles that were cited: a name near "she" and "her" is a woman's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.answer import Turn
from bot.checking.evidence import persons_in
from bot.checking.markers import without_markers
from bot.language.moments import Moment, moment_spans
from bot.language.phrases import (
    AUXILIARY,
    PREPOSITION,
    as_written,
    is_institution,
    names_of,
    subject_of,
    with_article,
)
from bot.language.traits import bare

_BODY_OF: Final = re.compile(
    r"\b(?P<body>the (?:\w+ )?(?:board|cabinet|chamber|commission|committee|council|jury|panel|"
    r"parliament|senate)) of (?:the )?$"
)
"""Who acts for an institution is kept with its name: "the board of the bank"."""
Gender = Literal["he", "she", ""]

_WHO_IS: Final = re.compile(r"^who(?:[’']s| is| was| are| were)\b", re.IGNORECASE)
_OF_A_PERSON: Final = re.compile(
    r"^(?:who(?:[’']s| is| was)|how old (?:is|was)) (?P<name>(?!the\b)[^,?]+)\?*$", re.IGNORECASE
)
_AFTER_NAME: Final = re.compile(rf"^(?:[’']s)? ?((?!{PREPOSITION}\b|{AUXILIARY}\b)[a-z][\w-]*)")
_DEMONYM: Final = re.compile(
    r"^(?:\w+(?:ish|ese|ian|ean|can|nch|tch|kh|yz|bek|eek|iss|aeli|aqi|ani)|Thai|Dane|Pole)s?$"
)
"""What a word that tells of a country only looks like: it needs a noun to be a topic."""
_HE: Final = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_SHE: Final = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_MALE: Final = re.compile(
    r"\b(?:Mr|son|brother|father|husband|nephew|uncle|man|boy|king|prince|\w*(?:spokes|chair)man)\b",
    re.IGNORECASE,
)
_FEMALE: Final = re.compile(
    r"\b(?:Mrs|Ms|daughter|sister|mother|wife|widow|niece|aunt|woman|girl|queen|princess|actress|"
    r"\w*(?:spokes|chair)woman)\b",
    re.IGNORECASE,
)
_TITLED: Final = 25
"""Characters before a name in which its bearer's title or kinship is looked for."""
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

    @property
    def asked_who(self) -> bool:
        """Whether the last question was of who somebody is."""
        return bool(_WHO_IS.match(self.base))

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

    def is_person(self, name: str) -> bool:
        """Tell whether the articles use ``name`` for somebody, or "he" or "she" would be."""
        by_name = any(_words(name) & persons_in(text) for text in self.texts)
        return by_name or name in (self.person("he"), self.person("she"))

    def things(self) -> tuple[str, ...]:
        """Return those of ``names`` that are not people's."""
        people = set(self.people())
        return tuple(name for name in self.names() if name not in people)

    def person(self, gender: Gender) -> str:
        """Return the last person who may be meant by ``gender``; empty if there is none."""
        for name in self.people():
            if self._gender(name) in ("", gender):
                return name
        # No article says who is a person: then whoever was asked for, or asked about, is.
        for turn in reversed(self.turns):
            about = _OF_A_PERSON.match(turn.searched)
            named = names_of(turn.short) if turn.searched.lower().startswith("who ") else ()
            for name in (*named[:1], *(names_of(about["name"]) if about else ())):
                if not is_institution(name) and self._gender(name) in ("", gender):
                    return name
        return ""

    def date_answered(self) -> Moment | None:
        """Return the date that the last turn asked about or answered, else the one before."""
        last = self.turns[-1]
        spans = moment_spans(last.searched) or moment_spans(last.short)
        return spans[-1][1] if spans else self.moment()

    def moment(self) -> Moment | None:
        """Return the last date that was asked about, None if there was none."""
        dated = (moment_spans(turn.searched) for turn in reversed(self.turns))
        return next((spans[-1][1] for spans in dated if spans), None)

    def topic(self) -> str:
        """Return what the conversation is about, with its preposition: "in Atauro’s elections".

        In brackets where no preposition fits: "(Levan Asatiani)".
        """
        people = self.people()
        for turn in reversed(self.turns):
            found = _topic(turn.searched, people)
            if found:
                return found
        return ""

    def place(self) -> str:
        """Return what "there" most likely stands for: the last thing that was answered or asked."""
        answered = [name for name in names_of(self.turns[-1].short) if name in self.things()]
        found = answered or list(self.things())
        if not found:
            return ""
        name = with_article(found[0])
        return f"{'at' if name.lower().startswith('the ') else 'in'} {name}"

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
                before = text[max(0, match.start() - _TITLED) : match.start()].split("\n")[-1]
                he += len(_HE.findall(near)) + len(_MALE.findall(before))
                she += len(_SHE.findall(near)) + len(_FEMALE.findall(before))
        if he == she:
            return ""
        return "he" if he > she else "she"


def _topic(question: str, people: Sequence[str]) -> str:
    names = names_of(question)
    for name in sorted(names, key=lambda name: bool(_DEMONYM.search(name))):
        place = question.find(name)
        if place < 0:
            continue
        if name in people:
            return f"({name})"
        before = re.search(r"\b(?:in|at|for|during|on) (?:the )?$", question[:place])
        rest, phrase = question[place + len(name) :], name
        if re.match(r"[’']s\b", rest):
            rest, phrase = rest[2:], phrase + rest[:2]
            while match := _AFTER_NAME.match(rest):
                phrase, rest = f"{phrase} {match.group(1)}", rest[match.end() :]
        elif subject_of(question).startswith(f"the {name} "):
            # "the Fjordline tram", not "Fjordline".
            phrase = subject_of(question)
        elif _DEMONYM.search(name) and (match := _AFTER_NAME.match(rest)):
            phrase = f"{phrase} {match.group(1)}"
        phrase = as_written(phrase, question)
        body = _BODY_OF.search(question[:place])
        if body:
            return f"of {body.group('body')} of {phrase}"
        if not before:
            return f"of {phrase}"
        return f"{before.group()}{phrase}".replace(" the the ", " the ")
    return ""


def _words(name: str) -> frozenset[str]:
    return frozenset(bare(word) for word in re.split(r"[\s-]+", name))


def _until_another(text: str, people: frozenset[str]) -> str:
    """Return ``text`` up to its end of line, or to the next name of one of ``people``."""
    line = text.split("\n")[0]
    names = re.finditer(r"[A-Z][\w’'-]+", line)
    return line[: next((m.start() for m in names if bare(m.group()) in people), len(line))]


def known(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the texts that are there, each once."""
    return tuple(dict.fromkeys(text for text in texts if text))
