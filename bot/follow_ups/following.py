"""A follow-up and the conversation in, a question that stands alone out. Rules, for English; pure.

"and in 2022?"          after "What was trade volume in 2023?": the slot is filled anew
"who succeeded him?"    the pronoun is replaced
"how many voted?"       what the conversation is about is added, if the talk is still of it
"more than in 2021?"    the whole last question is added
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

from bot.follow_ups.antecedents import spelt_out
from bot.follow_ups.continuing import (
    QUESTION_WORD,
    asks_as_much,
    continued,
    counting,
    counts_nothing,
    only_continues,
)
from bot.follow_ups.dates import RELATIVE, with_date
from bot.follow_ups.opening import opened
from bot.follow_ups.pronouns import ATTRIBUTIVE, pronouns, with_names
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
from bot.language.question import content_words

Need = Literal["slot", "continued", "pronoun", "bare", ""]
"""Why a question does not stand alone: only a part of one ("and in 2022?"), one that goes on from
the last ("and what did they do?"), a pronoun, or no name in it at all; empty: it stands alone."""

_ASKS: Final = re.compile(
    rf"^(?:{PREPOSITION} )?{QUESTION_WORD}\b|^{AUXILIARY}\b|"
    r"^(?:tell|give|show|list|name|explain|describe|summari[sz]e|compare)\b",
    re.IGNORECASE,
)
_SAYS: Final = re.compile(
    r"^(?:(?:i|you|we|he|she|it|they)(?:[’']\w+| \w+)|(?:that|this)(?:[’']s| is| was))\b", re.I
)
"""A statement is no part of a question: "no, that's wrong"."""
_FRONTED: Final = re.compile(
    rf"^(?P<thing>(?!{QUESTION_WORD}\b)[^,?]{{2,40}}), (?P<before>{QUESTION_WORD}\b[^,]*?)"
    r"\b(?P<pronoun>that|those|these|this|it|its|they|them|their|there|he|she|him|his|her)\b"
    r"(?! (?:the|a|an)\b)(?P<after>[^,]*)$",
    re.IGNORECASE,
)
"""What is spoken of first, then asked about: "the fine, how high was that?"."""
_WHO_SAID: Final = re.compile(
    r"^who (?:said|says|stated|told|claimed|wrote|called it) (?:that|this|so|it)\b.{0,12}$", re.I
)
_REFERRING_BACK: Final = re.compile(
    r"\b(?:those|these|(?:was|were)\b.*\bthen(?=\W*$)|that (?:day|year|month|week|night|time)|"
    r"this (?!year|month|week|season|spring|summer|autumn|winter|morning|time)[a-z]+)\b",
    re.IGNORECASE,
)
_OPENS: Final = re.compile(
    rf"{PREPOSITION}\b|(?:his|her|its|their) (?!.*\b{AUXILIARY}\b)", re.IGNORECASE
)
"""What begins a part of a question, with no question mark too: "in 2022", "his age"."""
_JOINS: Final = re.compile(
    r"(?:and|n|but|or|so|then|also|no|sorry|actually|not|i)\b", re.IGNORECASE
)
"""Leads that go on from what was said; "now" and "well" may open something new."""


def need_of(question: str) -> Need:
    """Return why ``question`` does not stand alone, as far as it shows by itself."""
    rest, led = opened(question)
    if only_continues(rest) or asks_as_much(rest) or _FRONTED.match(rest):
        return "continued"
    if not _ASKS.match(rest) and len(content_words(rest)) <= 4 and _short(rest):
        if _SAYS.match(rest) or intent_of(rest) in ("thanks", "greeting"):
            return ""
        opens = bool(_OPENS.match(rest) or moment_spans(rest))
        return "slot" if led or opens or "?" in rest else ""
    if pronouns(rest):
        return "pronoun"
    if counts_nothing(rest):
        return "continued"
    if led and not names_of(rest) and _JOINS.match(question.strip()):
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
    rest, led = opened(question)
    if only_continues(rest):
        return continued(with_date(rest, talk.moment()), talk.base)
    if need == "slot":
        return fill(rest.rstrip("?").strip(), talk, led=led)
    if asks_as_much(rest) and re.match(r"how (?:much|many)\b", talk.base, re.IGNORECASE):
        return fill(asks_as_much(rest), talk, led=True)
    if _WHO_SAID.match(rest) and talk.statement():
        return f"Who said “{talk.statement()}”?"
    fronted = _FRONTED.match(rest)
    if fronted:
        before = fronted["before"].strip().lower()
        if fronted["pronoun"].lower() == "there" and talk.base.lower().startswith(before):
            return fill(f"in {fronted['thing']}", talk, led=True)
        return capitalised(with_phrase(_put_back(fronted), talk.topic()))
    # "Those two", or "the bridge" after "the Kestrel bridge": the talk is still of it.
    refers = bool(_REFERRING_BACK.search(rest)) or spelt_out(rest, talk) != rest
    if need == "bare" and not refers and not still_on_topic():
        return question
    return _written_out(rest, need, talk, led=led)


def _written_out(rest: str, need: Need, talk: Conversation, *, led: bool) -> str:
    """Return the whole question ``rest`` with names for its pronouns, or with its topic."""
    rest = counting(rest, talk.base)
    named = with_names(with_date(rest, talk.date_answered()), talk)
    topic = talk.topic()
    left = [match.lastgroup for match in pronouns(named)]
    if not names_of(named):
        named = spelt_out(named, talk)
    if not names_of(named):
        if need == "pronoun" and (left == ["that"] or (left and not topic)):
            # "When was that?": of all that was asked, not of a name in it.
            return continued(named, talk.base)
        if need != "pronoun" and not topic and named == rest:
            return continued(named, talk.base)
        named = with_phrase(named, topic)
    person = any(match.lastgroup in ("he", "she") for match in pronouns(rest))
    goes_on = (led and not person) or (need == "bare" and bool(topic))
    dated = moment_spans(named) or RELATIVE.search(named) or _asks_time(named)
    if goes_on and not dated:
        moment = talk.moment()
        named = with_phrase(named, f"in {moment.written}" if moment and moment.year else "")
    return capitalised(named)


def _put_back(fronted: re.Match[str]) -> str:
    """Return the question with what was spoken of first in its pronoun's place."""
    thing, pronoun = fronted["thing"], fronted["pronoun"].lower()
    if pronoun in ATTRIBUTIVE:
        thing = possessive(thing)
    elif pronoun == "there":
        thing = f"in {thing}"
    return f"{fronted['before']}{thing}{fronted['after']}"


def _asks_time(question: str) -> bool:
    return bool(re.match(r"(?:when|what (?:year|date|day))\b", question, re.IGNORECASE))


def _short(part: str) -> bool:
    return len(part.split()) <= 7
