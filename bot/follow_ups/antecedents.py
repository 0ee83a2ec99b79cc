"""A conversation in, what "it", "they" and "the bridge" most likely stand for out. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.follow_ups.referring import Conversation
from bot.language.phrases import (
    AUXILIARY,
    PREPOSITION,
    as_written,
    is_function_word,
    is_plural,
    names_of,
    subject_of,
)

_ASKED_NOUN: Final = re.compile(
    rf"^(?:what|which|how (?:many|much)) (?P<noun>(?:[\w’'-]+ ){{0,2}}?[\w’'-]+) {AUXILIARY}\b",
    re.IGNORECASE,
)
_ASKED_MANY: Final = re.compile(
    rf"^(?:what|which|how many) (?P<noun>(?:(?!{AUXILIARY}\b)[\w’'-]+ )?(?!{AUXILIARY}\b)"
    r"(?:[a-z][\w-]*[^s\W]s|people|men|women|children))\b",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|several) "
    r"(?!years|months|weeks|days|hours|times)[a-z][\w-]+s\b"
)
_NAMED_MANY: Final = re.compile(
    rf"\b(?:[\w-]+ )?(?!(?:{AUXILIARY}|Which|What|How|Who|Whose)\b)[A-Z][\w’-]+ "
    r"(?!(?:is|was|has|does)\b)[a-z]{3,}s\b"
)
"""Many, by their name: "six Kazakh weightlifters"."""


def thing(talk: Conversation, *, plural: bool = False, acting: bool = False) -> str:
    """Return what "it" (or "they") most likely stands for; empty if there is nothing.

    ``acting``: it does something, as the subject of the last question did.
    """
    subject = _subject(talk)
    answer = _answer(talk, plural=plural)
    if answer:
        return answer
    if acting and subject and set(names_of(subject)) & set(talk.things()):
        return subject
    if subject and _is_common(subject) and is_plural(subject) == plural:
        # "The price of oil", not "the price".
        whole = re.search(rf"{re.escape(subject)} of [a-z-]+(?= {PREPOSITION}\b|[?,]|$)", talk.base)
        return _with_its_name(re.sub(r"^an? ", "the ", whole.group() if whole else subject), talk)
    counted = _counted(talk, acting=acting) if plural else ""
    asked = _ASKED_NOUN.match(talk.base)
    if not counted and asked and is_plural(asked["noun"]) == plural:
        return f"the {asked['noun']}"
    return counted or _named_thing(subject, talk, plural=plural)


def owner(talk: Conversation) -> str:
    """Return whose "its" is: the Bank's after "the rate of the Bank", not the rate's."""
    subject = subject_of(talk.base)
    others = PREPOSITION.replace("|of|", "|")
    of = re.search(
        rf"\b{re.escape(subject)} of (.+?)(?= {others}\b|[,?]|$)", talk.base, re.IGNORECASE
    )
    return of.group(1) if subject and of and names_of(of.group(1)) else thing(talk)


def spelt_out(question: str, talk: Conversation) -> str:
    """Return ``question`` with the last one's whole phrase for "the bridge", if it has one."""

    def whole(match: re.Match[str]) -> str:
        noun = re.escape(match["noun"])
        phrase = re.search(
            rf"\bthe (?:(?:[A-Z][\w’'-]*|&) )+{noun}\b|"
            # "the repairs of the Kestrel bridge | cost", "the port of Baku"
            rf"\bthe {noun} (?:of|in) the [A-Z][\w’'-]* [a-z]{{3,}}(?= (?!{PREPOSITION}\b)[a-z])|"
            rf"\bthe {noun} (?:of|in) (?:the )?[A-Z][\w-]*(?: [A-Z][\w-]*)*"
            # "in Atauro’s local elections"
            rf"(?:[’']s(?: (?!{PREPOSITION}\b|{AUXILIARY}\b)[a-z][\w-]*){{1,2}})?",
            talk.base,
        )
        return phrase.group() if phrase else match.group()

    return re.sub(r"\bthe (?P<noun>[a-z]{3,})\b(?! of\b)", whole, question)


def _answer(talk: Conversation, *, plural: bool) -> str:
    """Return what was answered to "which film", or the many to "which" or "who"; or nothing."""
    last = talk.turns[-1]
    names = names_of(last.short)
    asked = re.match(r"(?:which|who)\b", talk.base, re.IGNORECASE)
    if not asked or not set(names) <= set(talk.things()):
        return ""
    if plural:
        listed = re.fullmatch(r"[A-Z][^,]*(?:, [A-Z][^,]*)*,? and (?:the )?[A-Z].*", last.short)
        return last.short.rstrip(".") if listed and len(names) > 1 else ""
    if len(names) != 1:
        return ""
    return as_written(names[0], last.short) if asked.group().lower() == "which" else ""


def _subject(talk: Conversation) -> str:
    """Return the subject of the last question, if it is no person: "who is the governor?"."""
    return "" if talk.asked_who else subject_of(talk.base)


def _counted(talk: Conversation, *, acting: bool) -> str:
    """Return the many that the last question speaks of; empty if there are none."""
    counted = None if acting else _COUNTED.search(talk.base)
    many = _NAMED_MANY.search(talk.base) or counted
    asked = _ASKED_MANY.match(talk.base)
    noun = many.group() if many else asked["noun"] if asked else ""
    return f"the {noun}" if noun else ""


def _named_thing(subject: str, talk: Conversation, *, plural: bool) -> str:
    known = talk.things()
    answered = [name for name in names_of(talk.turns[-1].short) if name in known]
    asked_about = [name for name in names_of(talk.base) if name in known]
    # "Who is the buyer?" - "And what are they paying for it?": they are the answer.
    found = [*answered, *asked_about] if plural else [*asked_about, *known]
    name = (found or [*known, ""])[0]
    if name and subject in (name, f"the {name}"):
        return subject
    # "the earthquake in Van", not "Van".
    of = re.search(
        rf"\bthe (?:[a-z][\w-]* )?[a-z][\w-]* (?:in|of) (?:the )?{re.escape(name)}(?![\w’'])",
        talk.base,
    )
    if name and of and not talk.asked_who and is_plural(of.group()) == plural:
        return of.group()
    whole = re.search(rf"\bthe {re.escape(name)} (?!\w+ed\b)([a-z]{{3,}})\b", talk.base)
    # "the Zarrin tunnel", not "Zarrin".
    if name and whole and not is_function_word(whole.group(1)):
        return whole.group()
    return as_written(name, talk.base) if name else ""


def _with_its_name(phrase: str, talk: Conversation) -> str:
    """Return "the archive Casa Blanca" for "the archive" where the cited articles call it so."""
    called = rf"\b[Tt]{re.escape(phrase[1:])} ((?:[A-Z][\w-]+ )*[A-Z][\w-]+)"
    names = {name for text in talk.texts for name in re.findall(called, text)}
    return f"{phrase} {names.pop()}" if len(names) == 1 and phrase.startswith("the ") else phrase


def _is_common(subject: str) -> bool:
    """Tell whether ``subject`` is no bare name: "the port of Baku", not "the Bank of Kenya"."""
    return not names_of(subject) or bool(re.match(r"the [a-z]", subject))
