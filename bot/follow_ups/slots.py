"""A part of a question and the talk in, the last question with that part in its place out. Pure.

"and in 2022?" after "What was trade volume in 2023?" asks for the trade volume in 2022.
"""

from __future__ import annotations

import re
from typing import Final

from bot.follow_ups.referring import Conversation
from bot.language.moments import moment_spans
from bot.language.phrases import PREPOSITION, capitalised, names_of, subject_of, with_phrase
from bot.language.question import STOPWORDS, content_words

_RELATIVE: Final = re.compile(
    r"\b(?:(?:this|last|next|(?:the )?(?:previous|following|same)|(?:the|a|one)) "
    r"(?:year|month|week|season|quarter|spring|summer|autumn|winter|day|time)"
    r"(?: (?:earlier|later|before|after|ago))?|now|today|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
_ALIKE: Final = 2
"""First letters by which two names are taken to be of one sort: "KZ-10", "KZ-5"."""


def fill(part: str, talk: Conversation, *, led: bool) -> str:
    """Return the last question with ``part`` in the place of what it stands against.

    ``led``: it was led in by "and" or "what about", and so stands against something.
    """
    base = talk.base.rstrip("?").strip()
    spans = moment_spans(part)
    old = moment_spans(base)
    if spans and old and len(content_words(part)) <= 2:
        start, end = old[-1][0]
        return f"{base[:start]}{spans[0][1].written}{base[end:]}?"
    if _RELATIVE.fullmatch(part):
        then = _RELATIVE.search(base)
        start, end = then.span() if then else (len(base), len(base))
        return f"{base[:start].rstrip()} {part}{base[end:]}?"
    preposition = re.match(rf"({PREPOSITION})\b", part, re.IGNORECASE)
    if preposition:
        same = _phrase_with(preposition.group(1), base, named=bool(names_of(part)))
        if same and not spans and not moment_spans(same.group()):
            return f"{base[: same.start()]}{part}{base[same.end() :]}?"
        return f"{base} {part}?"
    name = _named(part, talk)
    replaced = _like(name, base) if name else ""
    if replaced:
        return f"{_exchanged(base, replaced, name)}?"
    subject = subject_of(base)
    if subject and (led or part.lower().startswith("the ")):
        return f"{base.replace(subject, name or part, 1)}?"
    topic = talk.topic()
    return capitalised(with_phrase(part, topic) if topic and not name else f"{part}: {base}?")


def _phrase_with(preposition: str, base: str, *, named: bool) -> re.Match[str] | None:
    """Return the phrase of ``base`` that the preposition opens: the first, or the last name's."""
    ends = rf"(?=,| {PREPOSITION}\b|$)"
    found = list(re.finditer(rf"\b{preposition}\b.*?{ends}", base, re.IGNORECASE))
    of_names = [phrase for phrase in found if named and names_of(phrase.group())]
    return next(iter(of_names[-1:] or found[:1]), None)


def _named(part: str, talk: Conversation) -> str:
    """Return the name that ``part`` is or holds; known from the talk, it may be in lower case."""
    names = names_of(part)
    if names:
        return names[0]
    words = {word.lower() for word in part.split()} - STOPWORDS
    known = (name for name in talk.names() if words & {w.lower() for w in name.split()})
    return next(known, "")


def _like(name: str, base: str) -> str:
    """Return the name of ``base`` that ``name`` stands against: the most alike, or the last."""
    others = [other for other in names_of(base) if other.lower() != name.lower()]
    alike = [other for other in others if other[:_ALIKE].lower() == name[:_ALIKE].lower()]
    return (alike or others or [""])[-1]


def _exchanged(base: str, former: str, name: str) -> str:
    """Return ``base`` with ``name`` in the place of ``former``, and the other way round."""
    mark = "\0"
    marked = base.replace(former, mark, 1)
    return marked.replace(name, former, 1).replace(mark, name)
