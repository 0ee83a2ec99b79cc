"""A question in, what only leads in or out of it taken off: "and", "no, I meant", "please"."""

from __future__ import annotations

import re
from typing import Final

from bot.language.moments import MONTHS, WEEKDAYS

_ABOUT: Final = r"(?:what about |how about |what of |as for |back to )"
_MUCH: Final = r"(?: a lot| so much| very much| again)"
_JOINED: Final = (
    r"(?:and|n|but|or|so|then|also|ok|okay|well|right|now|sorry|actually|"
    rf"thanks{_MUCH}|thanks(?!{_MUCH}| for))[,.! ]+"
)
# Those that open a part too ("no parking?", "great apes?") lead in only where they are set off.
_SET_OFF: Final = (
    rf"(?:no|nope|not really|yes|yeah|(?:many thanks|thank you){_MUCH}?|great|nice|good|"
    r"cool|interesting|i see|hm+|wait|oops)[,.!…]+ *"
)
_MEANT: Final = r"(?:no )?i (?:mean|meant|(?:was|am) asking about)(?: to ask)?[,:]? (?:about )?"
_INSTEAD: Final = r"not [^,?]{1,40}?(?:, (?:but )?| but )(?=[^,]{1,40}$)"
"""What was not meant, before what was: "not 2022, 2021"."""
_LEAD: Final = re.compile(
    rf"^(?:{_JOINED}|{_SET_OFF}|{_MEANT}|{_INSTEAD})+{_ABOUT}?|^{_ABOUT}", re.IGNORECASE
)
_NOT_THAT: Final = re.compile(r",? not [^,?]{1,40}$", re.IGNORECASE)
_COURTESY: Final = re.compile(
    r"^(?:please|pls)\b[, ]+|[, ]+(?:please|pls|thanks|thank you)(?=[?!. ]*$)", re.IGNORECASE
)
# "march" and "may" are other words too: only where a month must stand.
_WORDS_TOO: Final = "march|may"
_DATE_WORDS: Final = "|".join(
    word for word in (*MONTHS, *WEEKDAYS) if not re.fullmatch(_WORDS_TOO, word)
)
_SMALL_DATE: Final = re.compile(
    rf"\b(?:{_DATE_WORDS}|(?:(?<=in )|(?<=since )|(?<=until ))(?:{_WORDS_TOO})|"
    rf"(?:{_WORDS_TOO})(?= \d))\b"
)
_MONTH_ALONE: Final = re.compile("|".join(MONTHS), re.IGNORECASE)


def opened(question: str) -> tuple[str, bool]:
    """Return what is asked without its leads and courtesies, and whether there was a lead.

    Months get their capitals: dates are known by them.

    >>> opened("no, I meant in november, please")
    ('in November', True)
    """
    asked = _COURTESY.sub("", question.strip())
    rest = _LEAD.sub("", asked)
    if not re.search(r"\w", rest):
        # "I see." is all that is said.
        return question.strip(), False
    led = rest != asked
    if led and re.search(rf"\b{_MEANT}", asked, re.IGNORECASE):
        # "I meant 2021, not 2022": what was not meant would only be found.
        rest = _NOT_THAT.sub("", rest)
    rest = _SMALL_DATE.sub(lambda match: match.group().capitalize(), rest).strip()
    if _MONTH_ALONE.fullmatch(rest.rstrip("? ")):
        rest = f"in {rest[:1].upper()}{rest[1:]}"
    return rest, led
