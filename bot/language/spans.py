"""A sentence and a kind of answer in, the spans of that kind out. Pure rules, for English.

They stand in for a reading model where there is none, and tell whether a sentence can hold an
answer of the kind asked for.
"""

from __future__ import annotations

import re
from typing import Final

from bot.language.question import STOPWORDS, Kind, Question, content_words
from corpus.sentences import Span

_SCALE: Final = r"(?:\s*(?:thousand|million|billion|trillion|mn|bn|tn|m|k))?\b"
_NUM: Final = r"[0-9][0-9,]*(?:\.[0-9]+)?"
_UNIT: Final = r"(?:\s+(?!(?:of|in|on|at|and|or|to|by|the|from|for|with|is|was|were)\b)[a-z]{3,})?"
_WORDNUM: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"hundred|dozen|a dozen|half)"
)
_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_LASTING: Final = (
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur(?:y|ie)|kilomet(?:er|re)|"
    r"mile|met(?:er|re)|feet|foot)s?\b"
)
_YEARS: Final = r"[1-9][0-9]{0,2}"
_DAY: Final = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_NAME: Final = r"[A-Z][\w’'-]+(?:\s+(?:(?:of|de|da|dos|al|bin|van|von)\s+)?[A-Z][\w’'.-]*[\w’'-])*"

_PATTERNS: Final[dict[Kind, tuple[re.Pattern[str], ...]]] = {
    "money": (
        re.compile(
            rf"(?:(?:USD|EUR|GBP|IDR|JPY|AZN|US\$|A\$|Rp\.?|\$|€|£|¥)\s*{_NUM}{_SCALE})"
            rf"|(?:{_NUM}{_SCALE}\s*(?:dollars?|euros?|pounds?|rupiahs?|manats?|yen|lari|francs?))"
        ),
    ),
    "percent": (
        re.compile(rf"{_NUM}\s*(?:percent\b|per\s+cent\b|%|basis points|percentage points)"),
    ),
    "number": (
        re.compile(rf"{_NUM}{_SCALE}{_UNIT}"),
        re.compile(rf"\b{_WORDNUM}(?:[- ](?:and )?{_WORDNUM})*\b{_UNIT}", re.IGNORECASE),
    ),
    "duration": (
        re.compile(
            rf"\b(?:{_NUM}|{_WORDNUM}(?:[- ]{_WORDNUM})*|half an?|several|few)"
            rf"(?: and a (?:half|quarter))?[- ]{_LASTING}",
            re.IGNORECASE,
        ),
        # Not "8 percent a year": that is how often.
        re.compile(rf"(?:(?<=\bfor )|(?<=\babout )|(?<=\bthan ))an? {_LASTING}"),
    ),
    "age": (
        re.compile(rf"\b{_YEARS}-year-old\b|\b{_YEARS} years old\b|\baged? (?:of )?{_YEARS}\b"),
        re.compile(rf"(?<=, ){_YEARS}(?=[,.])"),
        re.compile(
            rf"(?:(?<=\bam )|(?<=\bis )|(?<=\bwas )|(?<=turned )){_YEARS}\b(?! ?[%\w])(?!,\d)"
        ),
        re.compile(rf"\b(?:{_NUM}|{_WORDNUM})[- ]years?\b", re.IGNORECASE),
    ),
    "date": (
        re.compile(
            rf"(?:{_DAY},?\s+)?(?:[0-9]{{1,2}}\s+{_MONTH}(?:,?\s+[0-9]{{4}})?"
            rf"|{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?\s+[0-9]{{4}})?\b|{_MONTH}\s+[0-9]{{4}})"
        ),
        re.compile(r"\b(?:1[5-9]|20)[0-9]{2}\b"),
        re.compile(rf"\b(?:{_DAY}(?:\s+(?:morning|evening|night|afternoon))?|{_MONTH})\b"),
    ),
    "time": (
        re.compile(r"\b[0-9]{1,2}[:.][0-9]{2}(?:\s*[ap]\.?m\.?)?(?:\s+(?:local time|GMT))?"),
        re.compile(r"\b[0-9]{1,2}\s*[ap]\.?m\b\.?|\b(?:noon|midnight|[0-9]{1,2} o[’']clock)\b"),
    ),
    "person": (re.compile(_NAME),),
    "place": (re.compile(_NAME),),
}

_TYPED: Final = frozenset({"money", "percent", "number", "duration", "age", "date", "time"})
_PLACE_BEFORE: Final = re.compile(r"\b(?:in|at|near|from|to|of)\s+(?:the\s+)?$")


def spans_of_kind(sentence: str, kind: Kind) -> tuple[Span, ...]:
    """Return the (start, end) spans of ``sentence`` that look like answers of ``kind``.

    Ordered by how typical they are (a full date before a bare year), then by place.
    """
    spans: list[Span] = []
    for pattern in _PATTERNS.get(kind, ()):
        for match in pattern.finditer(sentence):
            span = match.span()
            if not any(start < span[1] and span[0] < end for start, end in spans):
                spans.append(span)
    return tuple(spans)


def typed_spans(question: Question, sentence: str) -> tuple[Span, ...]:
    """Return the spans of the kind asked for, where the kind is one that rules know surely.

    Those that only repeat the question are left out, as are names: what is a person or a place,
    rules cannot tell.
    """
    if question.kind not in _TYPED:
        return ()
    known = set(question.words)
    return tuple(
        (start, end)
        for start, end in spans_of_kind(sentence, question.kind)
        if any(word not in known for word in content_words(sentence[start:end]))
    )


def short_answer(question: Question, sentence: str) -> Span | None:
    """Return the span of ``sentence`` that best answers ``question`` by its kind, or None.

    Among spans of the kind that do not repeat the question's own words, the one nearest to the
    words that question and sentence share.
    """
    shared = set(question.words)
    anchors = [
        match.start()
        for match in re.finditer(r"[^\W_]+", sentence)
        if match.group().lower() in shared
    ]
    candidates = []
    for order, (start, end) in enumerate(spans_of_kind(sentence, question.kind)):
        words = content_words(sentence[start:end])
        fresh = [word for word in words if word not in shared]
        if not fresh or _only_opening_word(sentence, start, end):
            continue
        distance = min((abs(anchor - start) for anchor in anchors), default=0)
        if question.kind == "place" and not _PLACE_BEFORE.search(sentence[:start]):
            distance += 100
        candidates.append((distance, order, (start, end)))
    return min(candidates)[2] if candidates else None


def _only_opening_word(sentence: str, start: int, end: int) -> bool:
    """Tell whether a capitalised span is only the sentence's first word ("The", "Meanwhile")."""
    return (
        start <= 1
        and " " not in sentence[start:end]
        and (sentence[start:end].lower() in STOPWORDS or sentence[end : end + 1] == ",")
    )
