"""A part of a question and the talk in, the last question with that part in its place out. Pure.

"and in 2022?" after "What was trade volume in 2023?" asks for the trade volume in 2022.
"""

from __future__ import annotations

import re
from typing import Final

from bot.follow_ups.continuing import continued
from bot.follow_ups.counterparts import (
    counterpart,
    exchanged,
    is_new_topic,
    is_unlike,
    named_in,
    with_capitals,
)
from bot.follow_ups.dates import RELATIVE, dated, with_date, with_relative
from bot.follow_ups.pronouns import with_names
from bot.follow_ups.referring import Conversation
from bot.language.moments import moment_spans
from bot.language.phrases import (
    AUXILIARY,
    PREPOSITION,
    capitalised,
    is_institution,
    is_plural,
    names_of,
    subject_of,
    with_phrase,
)

_OTHER: Final = re.compile(r"(?:the|any) others?(?: \w+)?", re.IGNORECASE)
_HOW_MANY: Final = re.compile(
    rf"^how (?:many|much) (?!{AUXILIARY}\b)(?P<noun>[a-z][\w-]*)", re.IGNORECASE
)
_OWNED: Final = re.compile(r"^(?:his|her|its|their) ", re.IGNORECASE)


def fill(part: str, talk: Conversation, *, led: bool) -> str:
    """Return the last question with ``part`` in the place of what it stands against.

    ``led``: it was led in by "and" or "what about", and so stands against something.
    """
    base = talk.base.rstrip("?").strip()
    if _OTHER.fullmatch(part):
        # Which is the other cannot be told.
        return continued(part, talk.base)
    part = with_date(with_capitals(part, talk), talk.moment())
    # "and the one in Durban?"
    part = re.sub(rf"^the ones? (?={PREPOSITION}\b)", "", part, flags=re.IGNORECASE)
    if _OWNED.match(part):
        return _owned(with_names(part, talk), part, talk)
    base, part = dated(base, with_names(part, talk))
    if not part:
        return f"{base}?"
    relative = RELATIVE.fullmatch(part)
    if relative:
        return f"{with_relative(base, part, today=bool(relative['today']))}?"
    if re.match(rf"{PREPOSITION}\b", part, re.IGNORECASE):
        return f"{_with_prepositional(base, part)}?"
    name = named_in(part, talk)
    if name:
        return _with_name(name, part, base, talk, led=led)
    return _with_noun(part, base, talk, led=led)


def _with_name(name: str, part: str, base: str, talk: Conversation, *, led: bool) -> str:
    """Return ``base`` with ``name``, which ``part`` is or holds, for the name it stands against."""
    if is_unlike(name, base, talk):
        return f"Who is {name}?" if talk.asked_who else continued(part, talk.base)
    if is_new_topic(name, part, base, talk):
        return capitalised(f"{part}?")
    replaced = counterpart(name, base, part, talk)
    if replaced:
        return f"{exchanged(base, replaced, name, part)}?"
    subject = subject_of(base)
    if subject and (led or part.lower().startswith("the ")):
        return f"{base.replace(subject, name, 1)}?"
    return f"{part}: {base}?"


def _with_noun(part: str, base: str, talk: Conversation, *, led: bool) -> str:
    """Return ``base`` with ``part``, which holds no name, for its subject or what that is of."""
    counted = _counted(part, base, talk)
    if counted:
        return f"{counted}?"
    subject = subject_of(base)
    of = re.search(rf"\b{re.escape(subject)} of (?P<noun>[a-z-]+)(?= {PREPOSITION}\b|$)", base)
    if subject and of and re.fullmatch(r"[a-z-]+", part):
        # "And gas?" after "the price of oil".
        return f"{base[: of.start('noun')]}{part}{base[of.end('noun') :]}?"
    owner = re.match(r"(?P<owner>.+?[’']s?) [a-z]", subject)
    if owner and names_of(owner["owner"]) and not talk.asked_who:
        # "And the profit?" after "Solvex’s loss" is Solvex’s too.
        its = f"{owner['owner']} {re.sub(r'^the ', '', part, flags=re.IGNORECASE)}"
        return f"{base.replace(subject, its, 1)}?"
    if _is_unclear(part, subject, talk):
        return continued(part, talk.base)
    if subject and (led or part.lower().startswith("the ")):
        return f"{base.replace(subject, part, 1)}?"
    topic = talk.topic()
    return capitalised(with_phrase(part, topic)) if topic else f"{part}: {base}?"


def _with_prepositional(base: str, part: str) -> str:
    """Return ``base`` with ``part`` ("in Georgia") for its phrase of that kind, or at its end."""
    preposition = part.split()[0]
    named = names_of(part)
    if part.lower().startswith("according to"):
        preposition = part[: len("according to")]
    span = _phrase_with(preposition, base, named=bool(named))
    if span and not moment_spans(part) and not moment_spans(base[slice(*span)]):
        if named and named[0] in base:
            # "And to Lima?" after "from Lima to Cusco".
            former = names_of(base[slice(*span)])[-1]
            return exchanged(base, former, named[0], part) if former != named[0] else base
        return f"{base[: span[0]]}{part}{base[span[1] :]}"
    if named and preposition.lower() == "in":
        # "And in Oslo?" after "the mayor of Bergen".
        places = [name for name in names_of(base) if f" of {name}" in base]
        if places and not is_institution(places[-1]):
            return base.replace(f" of {places[-1]}", f" of {named[0]}", 1)
    return f"{base} {part}"


def _phrase_with(preposition: str, base: str, *, named: bool) -> tuple[int, int] | None:
    """Return where the phrase of ``base`` is that the preposition opens: the last of a name, or the
    first of none.

    What is of no name stands against none: "in dollars" is not instead of "in Bergen".
    """
    ends = rf"(?=,| {PREPOSITION}\b|$)"
    found = list(re.finditer(rf"\b{preposition}\b.*?{ends}", base, re.IGNORECASE))
    alike = [phrase for phrase in found if bool(names_of(phrase.group())) == named]
    if not alike:
        return None
    phrase = alike[-1] if named else alike[0]
    # "did the tram | in Bergen | cost": the verb behind a name is no part of its phrase.
    verb = re.fullmatch(rf"{preposition} (?:[A-Z][\w’'-]* ?)+(?P<verb> [a-z]+)", phrase.group())
    end = phrase.end()
    if verb and re.search(r"\b(?:did|does|do|will|would|can)\b", base, re.IGNORECASE):
        end = phrase.start() + verb.start("verb")
    return phrase.start(), end


def _owned(named: str, part: str, talk: Conversation) -> str:
    """Return what is asked of something's own: "and her husband?", ``named`` if it can be told.

    What the last question asked of its owner is asked of it; "who is" goes on to who it is.
    """
    owner = named.removesuffix(part[part.index(" ") :])
    if named == part:
        return continued(part, talk.base)
    base = talk.base.rstrip("?").strip()
    subject = subject_of(base)
    bare_owner = re.sub(r"[’']s?$", "", owner)
    if subject == bare_owner or re.match(rf"{re.escape(bare_owner)}[’']", subject):
        return f"{base.replace(subject, named, 1)}?"
    opening = re.match(r"^(?:who|what) (?:is|was|are|were)\b", base, re.IGNORECASE)
    return f"{opening.group()} {named}?" if opening else capitalised(f"{named}?")


def _counted(part: str, base: str, talk: Conversation) -> str:
    """Return ``base`` counting ``part``: "and children?" after "How many people died?"."""
    match = _HOW_MANY.match(base)
    if match is None or not re.fullmatch(r"[a-z-]+", part):
        return ""
    much = match.group().lower().startswith("how much") and _is_known(part, talk)
    if not is_plural(part) and not (much and names_of(subject_of(base))):
        return ""
    return f"How {'many' if is_plural(part) else 'much'} {part}{base[match.end() :]}"


def _is_known(word: str, talk: Conversation) -> bool:
    """Tell whether the articles have ``word``: in lower case no name then, that has its capital."""
    return any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for text in talk.texts)


def _is_unclear(part: str, subject: str, talk: Conversation) -> bool:
    """Tell whether ``part`` may be no noun, "and normally?", or a name not known, "and oslo?".

    Then it is not put for "the mayor" or a name; many things have no article either.
    """
    one = re.fullmatch(r"[a-z-]+", part) and not is_plural(part) and not _is_known(part, talk)
    return bool(one and (names_of(subject) or re.match(r"(?:the|an?) ", subject)))
