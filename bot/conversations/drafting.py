"""A sentence of an article in, questions that it should answer out: drafts, to be checked. Pure.

Rules for English sentences whose question needs no guess: a subject's place is taken by "who" or
"how many", an auxiliary or "did" goes before it. Whether the sentence is found for the question is
for ``suggesting.py`` to try.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

_NAME: Final = r"[A-Z][\w-]+(?: (?:(?:of|de|da|al|bin) )?[A-Z][\w-]+){1,5}"
_PERSON: Final = rf"(?:{_NAME}|[A-Z][a-z]{{3,}}(?:-[A-Z][a-z]+)?)(?<!s)"
_MONTH: Final = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE: Final = rf"(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}}|{_MONTH}|(?:19|20)\d\d)\b"
_COUNT: Final = (
    r"(?:[1-9][\d,]*(?:\.\d+)?|(?i:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:-[a-z]+)?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))"
)
_MONEY: Final = r"(?:(?:USD|EUR|GBP|Rp|US\$|\$|€|£) ?[\d,.]*\d)"
# Tried where a number begins only: else a long one is gone through from each of its digits.
_PERCENT: Final = r"(?<![\d,.])[\d,.]*\d (?:percent|per cent|%)"
_SUBJECT: Final = r"(?P<subject>(?:The |An? )?[\w’-]+(?: [\w’-]+){0,7}?)"
_CLAUSE: Final = r"[^,;:“”()–—]"
_DATELINE: Final = re.compile(r"^[A-Z][\w’ -]+, [^–—]{2,50} (?:[–—]|--) (?=[A-Z])")
_PRONOUN: Final = re.compile(
    r"^(?:he|she|it|they|we|i|you|this|that|these|those|there|who|which|what|its|his|her|their|"
    r"our|my|and|but|or|if|as|in|on|at|for|from|by|with|of|to|after|before|when|while|one|some|"
    r"during|only|here|not|no|asked|last|next|among)\b",
    re.IGNORECASE,
)
_VERBAL: Final = re.compile(
    r"\b(?:will|would|can|could|may|has|have|had|is|was|are|were|be|also|not|now|that|who|which)\b"
)
_OWN: Final = r"(?! *(?:its|his|her|their|it|them|him)\b)"
# Past and base form of the verbs that "did" goes with.
_VERBS: Final = {
    **{"accepted": "accept", "accused": "accuse", "agreed": "agree", "announced": "announce"},
    **{"amounted to": "amount to", "bought": "buy", "blamed": "blame", "built": "build"},
    **{"called": "call", "carried": "carry", "chose": "choose", "climbed": "climb", "cost": "cost"},
    **{"created": "create", "cut": "cut", "declined": "decline", "defeated": "defeat"},
    **{"dropped": "drop", "elected": "elect", "employed": "employ", "fell": "fall"},
    **{"fined": "fine", "founded": "found", "gained": "gain", "grew": "grow", "heard": "hear"},
    **{"hit": "hit", "increased": "increase", "jumped": "jump", "kept": "keep", "killed": "kill"},
    **{"lasted": "last", "launched": "launch", "led": "lead", "lost": "lose"},
    **{"lowered": "lower", "made": "make", "opened": "open", "ordered": "order", "paid": "pay"},
    **{"published": "publish", "raised": "raise", "received": "receive"},
    **{"rejected": "reject", "replaced": "replace", "rose": "rise", "sent": "send"},
    **{"sentenced": "sentence", "signed": "sign", "sold": "sell", "spent": "spend"},
    **{"succeeded": "succeed", "took": "take", "voted for": "vote for", "won": "win"},
    **{"wrote": "write", "warned of": "warn of", "visited": "visit", "wanted": "want"},
}
_DID: Final = rf"(?P<verb>{'|'.join(sorted(_VERBS, key=len, reverse=True))})"
_AUX: Final = r"(?P<aux>will|is|was|are|were)"
_LONGEST: Final = 600
"""Characters of a sentence that is read: what is longer is a list, and slow to match."""
_Make = Callable[[re.Match[str]], str]


def draft_questions(sentence: str, text: str = "") -> Iterator[str]:
    """Yield questions whose answer ``sentence`` gives; ``text`` is its article's.

    None for a sentence of more than ``_LONGEST`` characters.

    >>> list(draft_questions("The recount will begin on 27 October."))
    ['When will the recount begin?']
    """
    if len(sentence) > _LONGEST:
        return
    bare = _DATELINE.sub("", sentence)
    for pattern, make in _PATTERNS:
        match = pattern.search(bare)
        subject = match.groupdict().get("subject") if match else None
        if match is None or (subject and (_PRONOUN.match(subject) or _VERBAL.search(subject))):
            continue
        question = make(match)
        yield question.replace(subject, _within(subject, text), 1) if subject else question


def _within(subject: str, text: str) -> str:
    """Return a sentence's subject as it is written inside one: no capital but a name's."""
    first, gap, rest = subject.partition(" ")
    named = rest[:1].isupper() or re.search(rf"[\w,’] {re.escape(first)}\b", text)
    lowered = first in {"The", "A", "An"} or not named
    return f"{first.lower() if lowered else first}{gap}{rest}"


def _did(match: re.Match[str]) -> str:
    return f"did {match['subject']} {_VERBS[match['verb']]}"


def _figure(match: re.Match[str]) -> str:
    year = f" in {match['year']}" if match["year"] else ""
    return f"What was {match['subject']}{year}?"


def _who_is(match: re.Match[str]) -> str:
    return f"How old is {match['name']}?" if match["age"] else f"Who is {match['name']}?"


_TABLE: Final[tuple[tuple[str, _Make], ...]] = (
    (
        rf"^(?P<subject>The [a-z][\w-]+ [\w’ -]{{2,60}}?|(?!The )[A-Z][a-z]+(?: [a-z]+)*?)"
        r"(?: in (?P<year>(?:19|20)\d\d))? (?:showed|reached|stood at|is|was|totalled)\b"
        rf"(?=.*(?:{_MONEY}|{_PERCENT}))",
        _figure,
    ),
    (
        rf"^(?:(?:About|Some|Nearly|Almost|Around|Only|Over|More than|At least) )?"
        rf"{_COUNT} (?P<rest>(?!percent|per cent|basis)(?:[a-z]+ ){{0,2}}?"
        rf"(?:of|people|[a-z]{{3,}}s) {_CLAUSE}{{4,80}})[,.;:]",
        lambda m: f"How many {m['rest']}?",
    ),
    (
        rf"^{_SUBJECT} {_DID} (?:by )?(?:{_MONEY}|{_PERCENT})",
        lambda m: f"How much {_did(m)}?",
    ),
    (
        rf"^{_SUBJECT} {_DID} (?:(?:about|some|nearly|almost|only) )?{_COUNT} "
        r"(?P<counted>(?!percent|per cent|million|billion|trillion)[a-z]{3,}s)\b",
        lambda m: f"How many {m['counted']} {_did(m)}?",
    ),
    (
        rf"^{_SUBJECT} {_AUX} (?P<rest>(?:(?! and ){_CLAUSE}){{2,70}}?) (?:on|in|for) {_DATE}",
        lambda m: f"When {m['aux']} {m['subject']} {m['rest']}?",
    ),
    (rf"(?P<name>{_NAME}), (?:(?P<age>[1-9]\d)|(?:an?|the) [a-z])", _who_is),
    (rf"[a-z]{{4,}}, (?P<name>{_NAME}),(?P<age>)", _who_is),
    (
        rf"^{_PERSON}(?:, [^,“”]{{2,40}},)? {_DID} (?P<rest>(?!\d){_OWN}{_CLAUSE}{{4,70}}?)"
        r"(?: (?:on|in|after|before|because|while|to) |[,.;:])",
        lambda m: f"Who {m['verb']} {m['rest'].strip()}?",
    ),
    (
        rf"^(?P<subject>The {_CLAUSE}{{3,50}}?|{_NAME}) {_DID} {_OWN}(?:an?|the) [a-z]",
        lambda m: f"What {_did(m)}?",
    ),
    (
        rf"[,”] said (?P<name>{_NAME})(?=[,.]| [a-z])|[,”] (?P<said>{_NAME}) said\b",
        lambda m: f"What did {m['name'] or m['said']} say?",
    ),
)
_PATTERNS: Final = tuple((re.compile(pattern), make) for pattern, make in _TABLE)
