"""A text in, its quantities out: value, unit, place, how exactly it is meant. Pure, for English.

"USD 255.7 million", "$255,700,000" and "255.7 million dollars" are one quantity; "eleven" is 11,
"25 basis points" a quarter of a point, "half past" nothing. Dates are ``moments.py``'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from bot.language.moments import moment_spans

Hedge = Literal["", "about", "over", "under"]
"""How exactly a number is meant: exactly, roughly, as a lower or as an upper bound."""

ABOUT_TOLERANCE: Final = 0.05
"""Relative difference that "about" allows; BOUND_TOLERANCE is that of "more than", one way."""
BOUND_TOLERANCE: Final = 0.15

_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL: Final = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES: Final = {
    **{"hundred": 1e2, "dozen": 12.0},
    **dict.fromkeys(("thousand", "k"), 1e3),
    **dict.fromkeys(("million", "mn", "m", "mln"), 1e6),
    **dict.fromkeys(("billion", "bn", "b", "bln"), 1e9),
    **dict.fromkeys(("trillion", "tn", "trn"), 1e12),
}
_ORDINALS: Final = {
    word: value
    for value, word in enumerate(
        "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=4
    )
}
_SHARES: Final = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
_CURRENCIES: Final = {
    **dict.fromkeys(("usd", "us$", "$", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("eur", "€", "euro", "euros"), "EUR"),
    **dict.fromkeys(("gbp", "£", "pound", "pounds"), "GBP"),
    **dict.fromkeys(("idr", "rp", "rp.", "rupiah", "rupiahs"), "IDR"),
    **dict.fromkeys(("jpy", "¥", "yen"), "JPY"),
    **dict.fromkeys(("azn", "manat", "manats"), "AZN"),
    **dict.fromkeys(("gel", "lari", "laris"), "GEL"),
    **dict.fromkeys(("cny", "yuan", "renminbi"), "CNY"),
    **dict.fromkeys(("inr", "₹", "rupee", "rupees"), "INR"),
    **dict.fromkeys(("chf", "franc", "francs"), "CHF"),
    **dict.fromkeys(("aud", "a$"), "AUD"),
}
_BEFORE: Final = (
    r"(?P<currency>US\$|A\$|[$€£¥₹]"
    r"|\b(?:USD|EUR|GBP|IDR|JPY|AZN|GEL|CNY|INR|CHF|AUD|Rp\.?)(?=[\s\d]))\s*"
)
_AFTER: Final = (
    r"(?P<percent>\s*(?:%|percent\b|per\s?cent\b|percentage\s+points?\b))"
    r"|(?P<basis>\s*(?:bps\b|basis\s+points?\b))"
    r"|(?P<money>[\s-]*(?:dollars?|euros?|pounds?|rupiahs?|yen|manats?|laris?|yuan|renminbi|rupees?|francs?)\b)"
    r"|(?P<clock>\s*[ap]\.?m\b\.?)"
    r"|(?P<ordinal>(?:st|nd|rd|th)\b)"
)
_SCALE: Final = (
    r"(?P<scale>[\s-]?"
    r"(?:hundred|thousand|million|billion|trillion|dozen|mln|bln|mn|bn|trn|tn)s?\b|[kmb]\b)?"
)
_NUMERAL: Final = r"(?P<numeral>(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,])\d+(?:[.:]\d+)?)"
_WORDS: Final = (
    rf"(?P<words>\b(?:(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(_ONES)})\b"
    rf"|\ba(?=[\s-](?:hundred|thousand|million|billion|trillion|dozen)\b)"
    rf"|\bhalf\sa(?=\s(?:million|billion|trillion|dozen)))"
)
_NUMBER: Final = re.compile(
    rf"(?:{_BEFORE})?(?:{_NUMERAL}|{_WORDS}){_SCALE}(?:{_AFTER})?", re.IGNORECASE
)
_ORDINAL_WORD: Final = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_SHARE: Final = re.compile(
    r"(?<!first )(?<!second )(?<!third )(?<!fourth )\b(?:(?P<n>a|one|two|three)[\s-])?"
    r"(?P<part>half|thirds?|quarters?)\b(?=\s+(?:of|the)\b)",
    re.IGNORECASE,
)
_HEDGES: Final[tuple[tuple[Hedge, re.Pattern[str]], ...]] = (
    ("over", re.compile(r"\b(?:more than|over|at least|above|upwards of|exceed\w*)\s+$", re.I)),
    ("under", re.compile(r"\b(?:less than|fewer than|under|below|at most|up to)\s+$", re.I)),
    (
        "about",
        re.compile(
            r"(?:\b(?:about|around|roughly|approximately|approx\.?|some|nearly|almost|just (?:over|"
            r"under)|close to|slightly (?:more|less) than)|~)\s*(?:a\s+|an\s+)?$",
            re.I,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: ``text[start:end]`` as written.

    ``unit`` is ``percent``, ``ordinal``, ``clock`` (value in minutes), ``share``, an ISO currency
    or empty. ``weak`` marks a bare "one", which is as often a pronoun.
    """

    value: float
    unit: str
    start: int
    end: int
    written: str
    hedge: Hedge = ""
    weak: bool = False


@lru_cache(maxsize=4_096)
def quantities_in(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of ``text`` in order; those within dates and years left out.

    >>> [(q.value, q.unit) for q in quantities_in("USD 255.7 million, or 97 percent")]
    [(255700000.0, 'USD'), (97.0, 'percent')]
    """
    taken = [span for span, _ in moment_spans(text)]
    found: list[Quantity] = []
    for pattern, read in ((_NUMBER, _number), (_ORDINAL_WORD, _ordinal), (_SHARE, _share)):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            taken.append((start, end))
            found.append(read(match, text))
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def same_unit(one: Quantity, other: Quantity) -> bool:
    """Tell whether both can be compared; a bare number can with any but a clock."""
    if one.unit == other.unit:
        return True
    bare = {"", "share"} | ({"ordinal"} if "ordinal" in (one.unit, other.unit) else set())
    return "clock" not in (one.unit, other.unit) and (one.unit in bare) != (other.unit in bare)


def same_value(said: Quantity, source: Quantity) -> bool:
    """Tell whether ``said`` is a fair way to give ``source``: equal, or within its own hedge."""
    if not same_unit(said, source):
        return False
    exact = abs(said.value - source.value) <= 1e-9 * max(1.0, abs(source.value))
    if exact or said.hedge == "":
        return exact
    difference = (source.value - said.value) / max(abs(source.value), 1e-9)
    if said.hedge == "over":
        return 0.0 <= difference <= BOUND_TOLERANCE
    if said.hedge == "under":
        return -BOUND_TOLERANCE <= difference <= 0.0
    return abs(difference) <= ABOUT_TOLERANCE


def precision(quantity: Quantity) -> float:
    """Return what one more in the last written digit would be: 0.1 of "2.7", a million of "USD 3
    million"; 0 where no digits are written.

    >>> precision(quantities_in("USD 255.7 million")[0])
    100000.0
    """
    found = re.search(_NUMERAL, quantity.written)
    if found is None or quantity.unit == "clock":
        return 0.0
    written = found["numeral"].replace(",", "")
    scale = quantity.value / number if (number := float(written.replace(":", "."))) else 1.0
    return float(round(scale * 10.0 ** -len(written.partition(".")[2]), 9))


def _number(match: re.Match[str], text: str) -> Quantity:
    value = _value(match)
    unit = _CURRENCIES.get((match["currency"] or match["money"] or "").strip(" -").lower(), "")
    if match["percent"]:
        unit = "percent"
    elif match["basis"]:
        value, unit = value / 100, "percent"
    elif match["ordinal"]:
        unit = "ordinal"
    elif match["clock"] or ":" in (match["numeral"] or ""):
        value, unit = _minutes(match), "clock"
    return Quantity(
        value,
        unit,
        *match.span(),
        written=match.group().strip(),
        hedge=_hedge(text[: match.start()]),
        weak=(match["words"] or "").lower() == "one" and not unit and not match["scale"],
    )


def _value(match: re.Match[str]) -> float:
    if match["numeral"]:
        value = float(match["numeral"].replace(",", "").replace(":", "."))
    else:
        words = match["words"].lower()
        parts = re.split(r"[-\s]", words)
        value = {"a": 1.0, "half a": 0.5}.get(words) or float(sum(_SMALL[part] for part in parts))
    scale = (match["scale"] or "").strip(" -").lower()
    return value * (_SCALES.get(scale) or _SCALES.get(scale.removesuffix("s"), 1.0))


def _minutes(match: re.Match[str]) -> float:
    hours, _, minutes = (match["numeral"] or str(int(_value(match)))).partition(":")
    late = (match["clock"] or "").strip().lower().startswith("p")
    return 60.0 * (int(float(hours)) % 12 + 12 if late else int(float(hours))) + int(minutes or 0)


def _ordinal(match: re.Match[str], text: str) -> Quantity:
    del text
    value = float(_ORDINALS[match.group().lower()])
    return Quantity(value, "ordinal", *match.span(), written=match.group())


def _share(match: re.Match[str], text: str) -> Quantity:
    part = match["part"].lower()
    count = {"two": 2, "three": 3}.get((match["n"] or "a").lower(), 1)
    value = count * _SHARES[part if part in _SHARES else part.removesuffix("s")]
    return Quantity(
        value, "share", *match.span(), written=match.group(), hedge=_hedge(text[: match.start()])
    )


def _hedge(before: str) -> Hedge:
    return next((hedge for hedge, pattern in _HEDGES if pattern.search(before[-40:])), "")
