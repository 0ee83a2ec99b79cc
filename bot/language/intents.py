"""A question's text in, what sort of reply it wants out. Rules, for English; pure."""

from __future__ import annotations

import re
from typing import Final, Literal

Intent = Literal["greeting", "thanks", "summary", "yes_no", "list", "fact"]

_GREETING: Final = re.compile(
    r"(hi|hello|hey|hiya|greetings|good (morning|afternoon|evening|day)|salam|howdy)"
    r"( there| all| everyone| bot)?( how are you( doing)?( today)?)?|how are you( doing)?( today)?"
)
_THANKS: Final = re.compile(
    r"(many )?(thanks|thank you|thx|ty|cheers)( a lot| so much| very much| again)?"
    r"|(ok|okay|great|good|nice|cool|perfect)( thanks| thank you)?|(good)?bye|see you( later)?"
)
_SUMMARY: Final = re.compile(
    r"\b(summari[sz]e|summary|sum up|tl;?dr|gist|overview|main points?|key (points?|facts?|"
    r"takeaways?|sentences?)|in (short|brief|a nutshell))\b"
    r"|\bwhat(['’]?s| is| are| was) (this|it|that|these|the (article|story|text|piece|news)s?)"
    r"( all)? about\b"
    r"|^\W*what does (this|the) (article|story|text|piece)( \w+)? (say|tell|report)\W*$",
    re.IGNORECASE,
)
_YES_NO: Final = re.compile(
    r"^\W*(and |but |so )?(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|"
    r"(isn|aren|wasn|weren|don|doesn|didn|hasn|haven|won|can)['’]?t) ",
    re.IGNORECASE,
)
_POLITE: Final = re.compile(r"^\W*(can|could|would|will) you\b", re.IGNORECASE)
_OR: Final = re.compile(r"\bor\b", re.IGNORECASE)
_SINGULAR: Final = frozenset(
    "is was has does much long old far did bus gas news basis status".split()
)
_LIST: Final = re.compile(
    r"^\W*(please )?(list|name|enumerate|give me (a list|all|the names))\b"
    r"|\b(which|what) (?:(?:two|three|four|five|six|seven|other|else|are the|were the) )*"
    r"(?:\w+ )?(?P<noun>\w+s)\b",
    re.IGNORECASE,
)


def intent_of(text: str) -> Intent:
    """Return what sort of reply ``text`` wants; ``fact`` unless a rule says otherwise.

    >>> intent_of("Hello there!"), intent_of("Did trade grow?"), intent_of("Which ports closed?")
    ('greeting', 'yes_no', 'list')
    """
    bare = re.sub(r"[^\w\s]", "", text).strip().lower()
    if _GREETING.fullmatch(bare):
        return "greeting"
    if _THANKS.fullmatch(bare):
        return "thanks"
    if _SUMMARY.search(text):
        return "summary"
    if _YES_NO.match(text) and not _POLITE.match(text) and not _OR.search(text):
        return "yes_no"
    found = _LIST.search(text)
    if found and (found["noun"] or "").lower() not in _SINGULAR:
        return "list"
    return "fact"
