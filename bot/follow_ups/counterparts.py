"""A part of a question in, which name of the last question it stands against out. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.follow_ups.referring import Conversation
from bot.language.phrases import as_written, is_institution, names_of
from bot.language.question import STOPWORDS

_ALIKE: Final = 2
"""First letters by which two names are taken to be of one sort: "KZ-10", "KZ-5"."""


def with_capitals(part: str, talk: Conversation) -> str:
    """Return ``part`` with capitals where the articles write a word with them alone: "poti"."""

    def written(match: re.Match[str]) -> str:
        word = match.group()
        within = re.compile(rf"(?<=[a-z,;] ){word}\b", re.IGNORECASE)
        found = [use.group() for text in talk.texts for use in within.finditer(text)]
        small = any(re.search(rf"\b{word}\b", text) for text in talk.texts)
        return found[0] if found and not small and word not in STOPWORDS else word

    return re.sub(r"\b[a-z]{3,}\b", written, part)


def named_in(part: str, talk: Conversation) -> str:
    """Return the name that ``part`` is or holds; known from the talk, it may be in lower case."""
    names = names_of(part)
    if names:
        return names[0]
    words = {word.lower() for word in part.split()} - STOPWORDS
    known = (name for name in talk.names() if words & {w.lower() for w in name.split()})
    return next(known, "")


def is_unlike(name: str, base: str, talk: Conversation) -> bool:
    """Tell whether ``name`` is a person's and nobody is in ``base`` for it to stand against."""
    return talk.is_person(name) and not any(talk.is_person(other) for other in names_of(base))


def is_new_topic(name: str, part: str, base: str, talk: Conversation) -> bool:
    """Tell whether ``part`` names something not heard of that ``base`` has no like of.

    An article stands against an article: "the Bank of Uganda" against "the Bank of Kenya".
    """
    if len(name.split()) == 1 or not part.lower().startswith(f"the {name.lower()}"):
        return False
    heard = any(name in text for text in (*talk.texts, *talk.names()))
    return not heard and not any(
        re.search(rf"\bthe {re.escape(other)}(?! [a-z]+\b)", base, re.IGNORECASE)
        or is_institution(other)
        for other in names_of(base)
    )


def counterpart(name: str, base: str, part: str, talk: Conversation) -> str:
    """Return the name of ``base`` that ``name`` stands against: the most alike, or the last.

    A person stands against a person, what has an article against what has one.
    """
    others = [other for other in names_of(base) if other.lower() != name.lower()]
    people = [other for other in others if talk.is_person(other)]
    others = people if people and talk.is_person(name) else others
    article = part.lower().startswith(f"the {name.lower()}")
    alike_in_article = [
        other
        for other in others
        if bool(re.search(rf"\bthe {re.escape(other)}", base, re.IGNORECASE)) == article
    ]
    # "the Umgeni bridge" stands against "the Kestrel bridge".
    noun = re.search(rf"{re.escape(name)} ([a-z]+)", part)
    same = [other for other in others if noun and f"{other} {noun.group(1)}" in base]
    if same:
        return same[-1]
    alike = [other for other in others if other[:_ALIKE].lower() == name[:_ALIKE].lower()]
    return (alike or alike_in_article or others or [""])[-1]


def exchanged(base: str, former: str, name: str, part: str) -> str:
    """Return ``base`` with ``name`` in the place of ``former``, and the other way round."""
    whole = as_written(former, base)
    article = f"the {name}".lower() in part.lower() or as_written(name, base) != name
    if former != whole in base and not article:
        # "The Salt Road" and Oslo: the article goes with its name.
        former = whole
    mark = "\0"
    marked = base.replace(former, mark, 1)
    return marked.replace(name, former, 1).replace(mark, name)
