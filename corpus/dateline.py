"""A wire story's text in, what the story says of itself out: title, place, agency, author, date.

Nothing is guessed: a part that is not there in a known form is None.

    Headline

    By Jane Doe
    Published: 2024-06-01

    JAKARTA, May 9, 2023 (Kura Newswire) – The story ... (L/RA1/RE1)

    Kura Newswire (KN)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_MONTHS: Final = (
    "january february march april may june july august september october november december".split()
)
_MONTH: Final = "|".join(_MONTHS) + "|" + "|".join(rf"{m[:3]}\.?" for m in _MONTHS) + r"|sept\.?"
_MAX_TITLE: Final = 200
"""Longest first line, in characters, that is taken for a headline."""
_MAX_DATELINE: Final = 200
"""Characters of a line in which its dateline must end."""
_HEADER_LINES: Final = 8

# "Jakarta, MINA – ", "TBILISI, May 9, 2023 (Kura Newswire) – ", "DILI (TSD) - "
# Each character can be read in one way only, here and in _DATED: were a hyphen also a separator of
# words, each reading of a long line of hyphens would be tried, for hours.
_DATELINE: Final = re.compile(
    r"^(?P<place>[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*){0,3})"
    rf"(?:,\s+(?P<date>(?:{_MONTH})\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{1,2}}\s+(?:{_MONTH})(?:,?\s+\d{{4}})?))?"
    r"(?:,\s+(?P<agency>[A-Z][\w&. ]{1,40}?)|\s+\((?P<paren>[A-Z][\w&. -]{1,60})\))?"
    r"\s+(?:–|—|--|-)\s+(?=\S)",
    re.IGNORECASE,
)
_BYLINE: Final = re.compile(r"^by\s+(?P<author>[A-Z][^\n\d]{2,80})$", re.IGNORECASE)
_DATED: Final = re.compile(
    r"^(?:published|date|dated|posted|updated)(?:\s+on)?(?:\s*:)?\s+(?P<date>\S.{5,59})$",
    re.IGNORECASE,
)
_INITIALS: Final = re.compile(r"\(([A-Z0-9]{1,5}(?:/[A-Z0-9]{1,5})+)\)\s*$")
_AGENCY_LINE: Final = re.compile(r"^[A-Z][\w&’'. -]{2,60}\s\([A-Z]{2,8}\)$")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a wire story says of itself; the body is ``text[body_start:body_end]``.

    ``published`` is an ISO 8601 date, only where day, month and year are given.
    """

    title: str | None
    place: str | None
    agency: str | None
    author: str | None
    published: str | None
    initials: str | None
    body_start: int
    body_end: int


def read_dateline(text: str) -> Dateline:
    """Return what ``text`` (normalised) says of itself."""
    lines = _lines(text)
    title, headers_from = _title(lines)
    place = agency = author = published = None
    body_start = lines[headers_from][0] if headers_from < len(lines) else len(text)
    for start, line in lines[headers_from : headers_from + _HEADER_LINES]:
        body_start = start
        if match := _BYLINE.match(line):
            author = match["author"].strip()
        elif (match := _DATED.match(line)) and (found := read_date(match["date"])):
            published = found
        else:
            place, agency, dated, used = _dateline(line)
            published = dated or published
            body_start = start + used
            break
    body_end, initials, closing = _ending(text, lines, body_start)
    return Dateline(
        title, place, closing or agency, author, published, initials, body_start, body_end
    )


def read_date(text: str) -> str | None:
    """Return the full date that ``text`` holds, as ``YYYY-MM-DD``, or None.

    >>> read_date("TBILISI, May 9, 2023")
    '2023-05-09'
    """
    if match := re.search(r"\b(\d{4})-(\d{2})-(\d{2})\b", text):
        return _iso(int(match[1]), int(match[2]), int(match[3]))
    if match := re.search(rf"\b({_MONTH})\s+(\d{{1,2}}),?\s+(\d{{4}})\b", text, re.IGNORECASE):
        return _iso(int(match[3]), _month(match[1]), int(match[2]))
    if match := re.search(rf"\b(\d{{1,2}})\s+({_MONTH}),?\s+(\d{{4}})\b", text, re.IGNORECASE):
        return _iso(int(match[3]), _month(match[2]), int(match[1]))
    return None


def _lines(text: str) -> list[tuple[int, str]]:
    """Return (offset, stripped line) for each line that is not blank."""
    return [
        (match.start() + len(match.group()) - len(match.group().lstrip()), match.group().strip())
        for match in re.finditer(r"[^\n]+", text)
        if match.group().strip()
    ]


def _title(lines: list[tuple[int, str]]) -> tuple[str | None, int]:
    """Return the headline and where the lines after it begin."""
    if len(lines) < 2:
        return None, 0
    first = lines[0][1]
    ends_a_sentence = first.endswith((".", ";", ":")) and not first.endswith("...")
    is_dateline = bool(_dateline(first)[0] and _dateline(first)[3])
    if len(first) > _MAX_TITLE or ends_a_sentence or is_dateline or _BYLINE.match(first):
        return None, 0
    return first, 1


def _dateline(line: str) -> tuple[str | None, str | None, str | None, int]:
    """Return place, agency, date and length of the dateline that ``line`` begins with."""
    match = _DATELINE.match(line, 0, _MAX_DATELINE)
    # IGNORECASE serves the months only: a place begins with a capital, and a bare "Word – text"
    # without agency or date is no dateline.
    if not match or not match["place"][0].isupper():
        return None, None, None, 0
    agency = match["agency"] or match["paren"]
    if not agency and not match["date"] and not match["place"].isupper():
        return None, None, None, 0
    if agency and not agency[0].isupper():
        return None, None, None, 0
    dated = read_date(match["date"]) if match["date"] else None
    return match["place"], agency, dated, match.end()


def _ending(
    text: str, lines: list[tuple[int, str]], body_start: int
) -> tuple[int, str | None, str | None]:
    """Return where the body ends, the initials line and the closing agency line."""
    end, agency = len(text.rstrip()), None
    if len(lines) > 1 and lines[-1][0] > body_start and _AGENCY_LINE.match(lines[-1][1]):
        agency = lines[-1][1]
        end = len(text[: lines[-1][0]].rstrip())
    match = _INITIALS.search(text[body_start:end])
    if not match:
        return end, None, agency
    return len(text[: body_start + match.start()].rstrip()), match[1], agency


def _month(name: str) -> int:
    return [month[:3] for month in _MONTHS].index(name[:3].lower()) + 1


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
