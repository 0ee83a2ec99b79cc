"""A question that only goes on from the last in, both as one out: "Why: Who bought it?". Pure.

"Why?", "more than in 2021?", "by how much?" say nothing by themselves, and no phrase of the last
question could be put into them: it is added whole.
"""

from __future__ import annotations

import re
from typing import Final

from bot.language.phrases import AUXILIARY, PREPOSITION, capitalised

QUESTION_WORD: Final = r"(?:whom|whose|which|(?:who|what|when|where|why|how)[’']?s?)"
_WORD_ALONE: Final = re.compile(
    rf"^(?:{QUESTION_WORD}|how (?!{AUXILIARY}\b)\w+|why (?:not|so \w+)|(?:since|until) when|"
    rf"(?:by|with|for|to) whom|{QUESTION_WORD} (?:else|exactly|precisely)|"
    # "by how much?", "in which year?", "what time?"
    rf"{PREPOSITION} (?:whom|(?:which|what|whose|how (?:much|many))(?: (?!{AUXILIARY}\b)\w+)?)|"
    r"(?:what|which) (?:time|year|month|day|date|one|ones)|"
    rf"(?:(?:why )?{AUXILIARY}|when (?:did|does|do|will|would|can|could|has|have)) "
    r"(?:it|that|this|he|she|they)(?: (?:ever|yet))?|(?:what )?then|for how long|"
    r"who (?:is|was|were) it(?: \w+)?|"
    # "made where?", "doing what?"
    rf"(?!{QUESTION_WORD}\b)(?!{AUXILIARY}\b)\w+ (?:where|when|what|how|why|by whom)|"
    r"tell me more|(?:any )?more details?|go on|really|are you (?:sure|certain)|"
    r"what do you mean|how do you know|is (?:that|this|it) (?:true|so))"
    r"\s*[?.!]*$",
    re.IGNORECASE,
)
_MORE: Final = r"(?:more|less|fewer|higher|lower)"
_COMPARATIVE: Final = rf"(?:{_MORE}|better|worse|(?!rather|other)[a-z]{{2,}}er)"
_COMPARES: Final = re.compile(
    # "is that bigger than in 2021?", "was it more?"; not "is it bigger than the old bridge?", of
    # the thing itself.
    rf"^{AUXILIARY} (?:(?:that|this) (?:\w+ )?{_COMPARATIVE}|it (?:\w+ )?{_MORE})\b|"
    rf"^(?:how much )?{_COMPARATIVE} than\b|^compared (?:to|with)\b|"
    rf"^how (?:does|did) (?:that|this|it) compare\b",
    re.IGNORECASE,
)
_HOW_MUCH: Final = re.compile(
    r"^(?:(?:can|could|would|will) you tell me )?how (?:much|many)"
    r"(?: (?:(?:is|was|were) (?:it|that|they)|(?:it|that|they) (?:is|was|were)))?"
    rf" (?P<part>(?:(?!of\b){PREPOSITION}|(?:(?:the|a|last|this|next) )?(?:year|month|week))"
    rf" (?:(?!{AUXILIARY}\b)[^?])+)\??$",
    re.IGNORECASE,
)
_HOW_MANY: Final = re.compile(rf"^how many(?= {AUXILIARY}\b)", re.IGNORECASE)
_WHEN: Final = r"(?:when|where|why|how)"
_FORMER: Final = re.compile(rf"^[^:?]{{1,60}}: (?={QUESTION_WORD}\b|{AUXILIARY}\b)", re.IGNORECASE)


def only_continues(question: str) -> bool:
    """Tell whether ``question`` says nothing without the whole of the last one."""
    return bool(_WORD_ALONE.match(question) or _COMPARES.match(question))


def asks_as_much(question: str) -> str:
    """Return what is new in "how much was it in 2021?", for after another "how much"; else empty.

    >>> asks_as_much("how much was it in 2021?"), asks_as_much("how much was it?")
    ('in 2021', '')
    """
    match = _HOW_MUCH.match(question)
    return match["part"].strip() if match else ""


def counts_nothing(question: str) -> bool:
    """Tell whether ``question`` leaves out what it counts: "how many were injured?"."""
    return bool(_HOW_MANY.match(question))


def counting(question: str, base: str) -> str:
    """Return ``question`` counting what ``base`` counts, if it leaves that out.

    >>> counting("how many were injured?", "How many people died?")
    'how many people were injured?'
    """
    counted = re.match(rf"how many (?!{AUXILIARY}\b)(?P<noun>[a-z][\w-]*s|people)\b", base, re.I)
    if counted is None or not counts_nothing(question):
        return question
    return _HOW_MANY.sub(f"how many {counted['noun']}", question)


def continued(question: str, base: str) -> str:
    """Return ``question`` with ``base``, the last one, behind it.

    >>> continued("why?", "Who won?"), continued("when?", "Where will it open?")
    ('Why: Who won?', 'When will it open?')
    """
    said = question.rstrip("?.! ").strip()
    # What was added to the last question was said of the one before it.
    base = _FORMER.sub("", base)
    if re.fullmatch(_WHEN, said, re.IGNORECASE) and re.match(
        rf"{_WHEN} {AUXILIARY}\b", base, re.IGNORECASE
    ):
        base = re.sub(rf"^{_WHEN}", said, base, flags=re.IGNORECASE)
        return capitalised(base)
    return capitalised(f"{said}: {base}")
