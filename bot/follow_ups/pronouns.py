"""A question and the talk before it in, the question with its pronouns replaced out. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.follow_ups.antecedents import owner, thing
from bot.follow_ups.referring import Conversation, Gender
from bot.language.phrases import AUXILIARY, names_of, possessive
from bot.language.question import STOPWORDS

_PRONOUN: Final = re.compile(
    r"\b(?P<he>he|him|his|himself)\b|\b(?P<she>she|her|hers|herself)\b|\b(?P<it>it|its)\b|"
    r"\b(?P<they>they|them|their|theirs)\b|\b(?P<there>there)\b|\b(?P<that>that|this|those|these)\b",
    re.IGNORECASE,
)
# "is it true that", "are there any": no pronouns.
_EXPLETIVE: Final = re.compile(
    rf"\bit (?:true|possible|likely|clear|known|rain|snow)|\b{AUXILIARY} there\b|"
    r"\bthere (?:is|are|was|were|any|be)\b|\bthat (?=(?:the|a|an|he|she|it|they)\b)",
    re.IGNORECASE,
)
_POINTING: Final = re.compile(
    r"\b(?:that|this|those|these)(?=\s*\??$| (?:is|was|are|were|mean|happen|compare|in|to|for)\b)",
    re.IGNORECASE,
)
_AUXILIARY_BEFORE: Final = re.compile(
    rf"(?:^{AUXILIARY}|\b(?:do|does|did|will|would|can|could)) $", re.IGNORECASE
)
_ACTING: Final = re.compile(
    # "They" of a body are known by what only people do: not "what do they cost?".
    r"\bthey\b.*\b(?:do|doing|done|sa(?:y|id)|want|plan|think|need|decide|promise|expect|hope|try|"
    r"win|play|pay|offer|buy|sell|raise|close|cut|make)|"
    r"\b(?:did|does|do|has|have|had|will|would|can|could) it\b",
    re.IGNORECASE,
)
# Exports fall, who exports does not.
_AMOUNTING: Final = re.compile(
    r"\b(?:fall|rise|grow|drop|increase|decrease|decline|shrink|change)\b", re.IGNORECASE
)
ATTRIBUTIVE: Final = frozenset(("his", "her", "its", "their", "theirs", "hers"))


def pronouns(question: str) -> list[re.Match[str]]:
    """Return the pronouns whose meaning is not in the question itself."""
    hidden = [match.span() for match in _EXPLETIVE.finditer(question)]
    found = []
    for match in _PRONOUN.finditer(question):
        points = match.lastgroup == "that" and _points(question, match)
        if not points and any(start <= match.start() < end for start, end in hidden):
            continue
        if match.lastgroup == "that" and not points:
            continue
        # "What did Asatiani say of his term?" tells by itself.
        if match.lastgroup != "there" and names_of(question[: match.start()]):
            continue
        found.append(match)
    return found


def with_names(question: str, talk: Conversation) -> str:
    """Return ``question`` with its pronouns replaced, each as far as it can be told."""
    pieces, position = [], 0
    meant: dict[str, str] = {}
    for match in pronouns(question):
        kind = match.lastgroup or ""
        word = match.group().lower()
        stands_for = _referent(kind, word, question, talk)
        # "What are they paying for it?": two pronouns, two things. But "she" and "her" of one
        # question are one, and the second is understood.
        taken = (meant[other] for other in meant if other != kind)
        # "Does she regret it?" after "Who is the mayor of Bergen?": not Bergen.
        if word == "it" and talk.asked_who and meant.keys() & {"he", "she"}:
            continue
        if kind in meant or not stands_for or any(other in stands_for for other in taken):
            continue
        meant[kind] = stands_for
        if word in ATTRIBUTIVE and not (word == "her" and _ends(question, match.end())):
            stands_for = possessive(stands_for)
        pieces += [question[position : match.start()], stands_for]
        position = match.end()
    return "".join([*pieces, question[position:]])


def _referent(kind: str, word: str, question: str, talk: Conversation) -> str:
    genders: dict[str, Gender] = {"he": "he", "she": "she"}
    if kind in genders:
        return talk.person(genders[kind])
    acting = bool(_ACTING.search(question)) and not _AMOUNTING.search(question)
    if kind == "they":
        many = thing(talk, plural=True, acting=acting)
        # "How many doses did they get?": not the doses.
        asked = many.removeprefix("the ") in question
        return thing(talk, plural=True, acting=True) if asked else many
    if word == "it":
        return thing(talk, acting=acting)
    if word == "its":
        return owner(talk)
    if kind == "that" and re.match(r"who(?:[’']?s| is| was) that\W*$", question, re.IGNORECASE):
        # "Who is that?", of whoever was answered.
        return next(iter(names_of(talk.turns[-1].short)), "")
    return talk.place() if kind == "there" else ""


def _points(question: str, match: re.Match[str]) -> bool:
    """Tell whether "that" is a pronoun: "when was that?", "does that hold for women?"."""
    return bool(
        _POINTING.match(question, match.start())
        or _AUXILIARY_BEFORE.search(question[: match.start()])
    )


def _ends(question: str, place: int) -> bool:
    """Tell whether what follows is no noun: "who visits her there?", "did they see her?"."""
    following = re.match(r"\s*([\w’'-]+)", question[place:])
    return following is None or following.group(1).lower() in STOPWORDS
