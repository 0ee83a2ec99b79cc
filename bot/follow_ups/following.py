"""A follow-up and the conversation in, a question that stands alone out. Rules, for English; pure.

"and in 2022?"          after "What was trade volume in 2023?": the slot is filled anew
"who succeeded him?"    the pronoun is replaced
"how many voted?"       what the conversation is about is added, if the talk is still of it
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

from bot.follow_ups.naming import asks_again, pronouns, with_names
from bot.follow_ups.opening import opened
from bot.follow_ups.referring import Conversation
from bot.follow_ups.slots import fill
from bot.language.intents import intent_of
from bot.language.moments import moment_spans
from bot.language.phrases import (
    AUXILIARY,
    PREPOSITION,
    capitalised,
    names_of,
    possessive,
    with_phrase,
)
from bot.language.question import STOPWORDS, content_words

Need = Literal["slot", "continued", "pronoun", "bare", ""]
"""Why a question does not stand alone: only a part of one ("and in 2022?"), one that goes on from
the last ("and what did they do?"), a pronoun, or no name in it at all; empty: it stands alone."""

_QUESTION_WORD: Final = r"(?:whom|whose|which|(?:who|what|when|where|why|how)[’']?s?)"
_ASKS: Final = re.compile(
    rf"^(?:{PREPOSITION} )?{_QUESTION_WORD}\b|^{AUXILIARY}\b|"
    r"^(?:tell|give|show|list|name|explain|describe|summari[sz]e|compare)\b",
    re.IGNORECASE,
)
_WORD_ALONE: Final = re.compile(
    rf"^(?:{_QUESTION_WORD}|how (?:much|many|come)|why (?:not|so \w+)|(?:since|until) when|"
    rf"(?:by|with|for|to) whom|{_QUESTION_WORD} else|"
    # "made where?", "doing what?"
    rf"(?!{_QUESTION_WORD}\b)(?!{AUXILIARY}\b)\w+ (?:where|when|what|how|why|by whom))\s*\?*$",
    re.IGNORECASE,
)
_FRONTED: Final = re.compile(
    rf"^(?P<thing>(?!{_QUESTION_WORD}\b)[^,?]{{2,40}}), (?P<before>{_QUESTION_WORD}\b[^,]*?)"
    r"\b(?P<pronoun>that|those|these|this|it|its|they|them|their|there|he|she|him|his|her)\b"
    r"(?! (?:the|a|an)\b)(?P<after>[^,]*)$",
    re.IGNORECASE,
)
"""What is spoken of first, then asked about: "the fine, how high was that?"."""
_PRONOUN: Final = re.compile(
    r"\b(?P<he>he|him|his|himself)\b|\b(?P<she>she|her|hers|herself)\b|\b(?P<it>it|its)\b|"
    r"\b(?P<they>they|them|their|theirs)\b|\b(?P<there>there)\b|\b(?P<that>that|this|those|these)\b",
    re.IGNORECASE,
)
# "is it true that", "are there any": no pronouns.
_EXPLETIVE: Final = re.compile(
    rf"\bit (?:true|possible|likely|clear|known|rain|snow)|\b{AUXILIARY} there\b|"
    r"\bthere (?:is|are|was|were|any)\b|\bthat (?=(?:the|a|an|he|she|it|they)\b)",
    re.IGNORECASE,
)
_POINTING: Final = re.compile(
    r"\b(?:that|this|those|these)(?=\s*\??$| (?:is|was|are|were|mean)\b)", re.I
)
_WHO_SAID: Final = re.compile(
    r"^who (?:said|says|stated|told|claimed|wrote|called it) (?:that|this|so|it)\b.{0,12}$", re.I
)
_YEAR_LATER: Final = re.compile(
    r"\b(?:(?:a|one) year (?P<later>later|after(?:wards)?)|(?:the )?(?P<next>next|following) year|"
    r"(?:a|one) year (?P<before>earlier|before)|the (?P<previous>previous|preceding) year)\b",
    re.IGNORECASE,
)
_ATTRIBUTIVE: Final = frozenset(("his", "her", "its", "their", "theirs", "hers"))


def need_of(question: str) -> Need:
    """Return why ``question`` does not stand alone, as far as it shows by itself."""
    rest = _LEAD.sub("", question).strip()
    if _WORD_ALONE.match(rest) or _FRONTED.match(rest):
        return "continued"
    if not _ASKS.match(rest) and len(content_words(rest)) <= 4 and _short(rest):
        opens = bool(re.match(PREPOSITION, rest, re.IGNORECASE)) or bool(moment_spans(rest))
        return "slot" if rest != question or opens or "?" in rest else ""
    if _pronouns(question):
        return "pronoun"
    if rest != question and not names_of(rest):
        return "continued"
    return "" if names_of(rest) else "bare"


def stand_alone(
    question: str, talk: Conversation, still_on_topic: Callable[[], bool] = lambda: True
) -> str:
    """Return ``question`` with what it takes from ``talk`` written out.

    ``still_on_topic`` is asked only where the question holds no sign either way.
    """
    need = need_of(question)
    if not talk.turns or not need:
        return question
    rest = _LEAD.sub("", question).strip()
    if _WORD_ALONE.match(rest):
        return capitalised(f"{rest.rstrip('?').strip()}: {talk.base}")
    if need == "slot":
        return fill(rest.rstrip("?").strip(), talk, led=rest != question)
    if _WHO_SAID.match(rest) and talk.statement():
        return f"Who said “{talk.statement()}”?"
    fronted = _FRONTED.match(rest)
    if fronted:
        before = fronted["before"].strip().lower()
        if fronted["pronoun"].lower() == "there" and talk.base.lower().startswith(before):
            return fill(f"in {fronted['thing']}", talk, led=True)
        return capitalised(with_phrase(_put_back(fronted), talk.topic()))
    dated = _with_year(rest, talk)
    named = _with_names(dated, talk)
    if need == "bare" and not still_on_topic():
        return question
    topic = talk.topic()
    if not names_of(named):
        named = with_phrase(named, topic)
    person = any(match.lastgroup in ("he", "she") for match in _pronouns(rest))
    goes_on = (rest != question and not person) or (need == "bare" and bool(topic))
    if goes_on and not moment_spans(named) and not _asks_time(named):
        moment = talk.moment()
        named = with_phrase(named, f"in {moment.written}" if moment and moment.year else "")
    return capitalised(named)


def _put_back(fronted: re.Match[str]) -> str:
    """Return the question with what was spoken of first in its pronoun's place."""
    thing, pronoun = fronted["thing"], fronted["pronoun"].lower()
    if pronoun in _ATTRIBUTIVE:
        thing = possessive(thing)
    elif pronoun == "there":
        thing = f"in {thing}"
    return f"{fronted['before']}{thing}{fronted['after']}"


def _with_year(question: str, talk: Conversation) -> str:
    match = _YEAR_LATER.search(question)
    moment = talk.moment()
    if match is None or moment is None or moment.year is None:
        return question
    step = 1 if match["later"] or match["next"] else -1
    date = moment.written.replace(str(moment.year), str(moment.year + step))
    return f"{question[: match.start()]}in {date}{question[match.end() :]}"


def _with_names(question: str, talk: Conversation) -> str:
    """Return ``question`` with its pronouns replaced, each as far as it can be told."""
    pieces, position = [], 0
    meant: dict[str, str] = {}
    for match in _pronouns(question):
        kind = match.lastgroup or ""
        stands_for = _referent(kind, talk)
        # "What are they paying for it?": two pronouns, two things.
        taken = (meant[other] for other in meant if other != kind)
        if not stands_for or any(other in stands_for for other in taken):
            continue
        meant[kind] = stands_for
        word = match.group().lower()
        if word in _ATTRIBUTIVE and not (word == "her" and _ends(question, match.end())):
            stands_for = possessive(stands_for)
        pieces += [question[position : match.start()], stands_for]
        position = match.end()
    return "".join([*pieces, question[position:]])


def _referent(kind: str, talk: Conversation) -> str:
    genders: dict[str, Gender] = {"he": "he", "she": "she"}
    if kind in genders:
        return talk.person(genders[kind])
    if kind == "they":
        return talk.thing(plural=True)
    return {"it": talk.thing, "there": talk.place}.get(kind, lambda: "")()


def _pronouns(question: str) -> list[re.Match[str]]:
    """Return the pronouns whose meaning is not in the question itself."""
    hidden = [match.span() for match in _EXPLETIVE.finditer(question)]
    found = []
    for match in _PRONOUN.finditer(question):
        if any(start <= match.start() < end for start, end in hidden):
            continue
        if match.lastgroup == "that" and not _POINTING.match(question, match.start()):
            continue
        # "What did Asatiani say of his term?" tells by itself.
        if match.lastgroup != "there" and names_of(question[: match.start()]):
            continue
        found.append(match)
    return found


def _asks_time(question: str) -> bool:
    return bool(re.match(r"(?:when|what (?:year|date|day))\b", question, re.IGNORECASE))


def _ends(question: str, place: int) -> bool:
    """Tell whether what follows is no noun: "who visits her there?", "did they see her?"."""
    following = re.match(r"\s*([\w’'-]+)", question[place:])
    return following is None or following.group(1).lower() in STOPWORDS


def _short(part: str) -> bool:
    return len(part.split()) <= 7
