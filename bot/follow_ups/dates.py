"""A question and the date the talk is of in, the question with the date written out. Pure.

"a year later" after "in May 2023" is "in May 2024", "before that" "before May 2023".
"""

from __future__ import annotations

import re
from typing import Final

from bot.language.moments import Moment, moment_spans
from bot.language.phrases import PREPOSITION
from bot.language.question import content_words

RELATIVE: Final = re.compile(
    r"\b(?:(?P<today>(?:this|last|next) (?:year|month|week|season|quarter|spring|summer|autumn|"
    r"winter)|now|today|yesterday|tomorrow)|"
    r"(?:(?:the )?(?:previous|following|same)|the|a|one) "
    r"(?:year|month|week|season|quarter|spring|summer|autumn|winter|day|time)"
    r"(?: (?:earlier|later|before|after|ago))?|"
    r"\w+ (?:years|months|weeks|days|hours) (?:earlier|later|before|after|ago))\b",
    re.IGNORECASE,
)
_YEAR_LATER: Final = re.compile(
    r"\b(?:in )?(?:(?:a|one) year (?P<later>later|after(?:wards)?)|"
    r"(?:the )?(?P<next>next|following) year|the year (?P<after>after|before)(?! \w)|"
    r"(?:a|one) year (?P<before>earlier|before)|the (?P<previous>previous|preceding) year)\b",
    re.IGNORECASE,
)
_THEN: Final = re.compile(
    r"(?P<preposition>\b(?:before|after|since|until)) (?:that|then)(?=\W*$)|"
    # "Who was president then?"; "what happened then?" asks for what came next.
    r"(?<=\bwas )(?P<was>[^?]*?) (?:then|at (?:that|the) time)(?=\W*$)",
    re.IGNORECASE,
)


def with_date(question: str, moment: Moment | None) -> str:
    """Return ``question`` with what it says of ``moment``, if there is one, written out."""
    if moment is None:
        return question
    match = _YEAR_LATER.search(question)
    if match and moment.year is not None:
        former = match["before"] or match["previous"] or (match["after"] or "").lower() == "before"
        date = moment.written.replace(str(moment.year), str(moment.year + (-1 if former else 1)))
        return f"{question[: match.start()]}in {date}{question[match.end() :]}"
    if moment.year is None:
        return question
    return _THEN.sub(lambda found: _then(found, moment), question)


def dated(base: str, part: str) -> tuple[str, str]:
    """Return ``base`` with the date of ``part`` for its own, and what else ``part`` holds."""
    new, old = moment_spans(part), moment_spans(base)
    if not new:
        return base, part
    preposition = rf"(?:\b{PREPOSITION} )?$"
    before = re.search(preposition, part[: new[0][0][0]], re.IGNORECASE)
    start, end = before.start() if before else 0, new[-1][0][1]
    rest = f"{part[:start].strip()} {part[end:].strip()}".strip()
    date, moment = part[new[0][0][0] : end], new[0][1]
    if not old and rest.lower() in ("last", "next", "this"):
        return f"{base} {part}", ""
    if not old:
        # "and 2019?": a date alone is one at which it may have been.
        bare = start == new[0][0][0] and not content_words(rest)
        return base, f"{'on' if moment.day or moment.weekday else 'in'} {date}" if bare else part
    (first, last), former = old[-1]
    if former.year and moment.month and not moment.year:
        # "and in October?" after "in November 2023" is of the same year.
        date = f"{date} {former.year}"
    if start < new[0][0][0]:
        behind = re.search(preposition, base[:first], re.IGNORECASE)
        first, date = behind.start() if behind else first, f"{part[start : new[0][0][0]]}{date}"
    return f"{base[:first]}{date}{base[last:]}", rest if content_words(rest) else ""


def with_relative(base: str, part: str, *, today: bool) -> str:
    """Return ``base`` with ``part`` ("this year") for what it says so, or for its date."""
    then = RELATIVE.search(base)
    old = moment_spans(base)
    if then is None and old and today:
        # Not "in 1990 today"; but "in 1990 two years later" says when.
        (start, end), _ = old[-1]
        behind = re.search(rf"(?:\b{PREPOSITION} )?$", base[:start], re.IGNORECASE)
        start = behind.start() if behind else start
    else:
        start, end = then.span() if then else (len(base), len(base))
    return f"{base[:start].rstrip()} {part}{base[end:]}"


def _then(match: re.Match[str], moment: Moment) -> str:
    if match["preposition"]:
        return f"{match['preposition']} {moment.written}"
    return f"{match['was']} {'on' if moment.day else 'in'} {moment.written}"
