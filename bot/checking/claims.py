"""A chat model's reply in, its sentences out, each with the passages it cites. Pure.

``"".join(claim.before + claim.text for claim in claims)`` is the reply without its markers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.checking.markers import without_markers
from bot.language.question import content_words
from corpus.sentences import sentence_spans

_THINKING: Final = re.compile(r"<think>.*?(?:</think>|\Z)\s*", re.DOTALL | re.IGNORECASE)
_PREFIX: Final = re.compile(r"\s*(?:(?:[-*•–]|#{1,6}|\d{1,2}[.)])\s+)?")
_LEAD_IN: Final = re.compile(
    r"^(?:(?:sure|certainly|of course|yes|no|in summary|in short)[,!:.]\s+"
    r"|(?:please )?note that\s+)?"
    r"(?:(?:based on|according to|from|as per)\s+(?:the|these|your)\s+(?:\w+\s+)?"
    r"(?:articles?|passages?|context|text|sources?|information)(?:\s+provided|\s+above)?"
    r"(?:\s+\d+)?,\s*)?",
    re.IGNORECASE,
)
_TALK: Final = re.compile(
    r"^(?:here (?:is|are|'s)|i hope|let me know|feel free|sure|certainly|of course|in summary|"
    r"in short|answer|sources?|references?|citations?|thank)\b",
    re.IGNORECASE,
)
_LONGEST_TALK: Final = 8
"""Words of small talk: whatever is longer, or holds a figure, may assert something."""
_NOT: Final = (
    r"\b(?:do(?:es)?|did|is|are|was|were|can|could|has|have)\s?(?:not|n['’]t)(?:\s+\w+){0,3}?\s+"
)
_TOLD: Final = (
    r"(?:mention|say|state|specif\w+|provid\w+|contain\w*|includ\w+|answer\w*|discuss\w*|cover\w*|"
    r"address\w*|found|given|stated|mentioned|available|disclosed?|determine|indicate|reveal|find|tell)"
)
_ABSENT: Final = re.compile(
    rf"\bnot in the articles\b|{_NOT}{_TOLD}\b"
    r"|\bcannot (?:be )?(?:answer\w*|determined?|find|tell|say|provide)\b"
    r"|\bno (?:information|mention|details?|answer|data|reference)\b"
    r"|\bunable to (?:answer|find|determine)"
    r"|\bi (?:do not|don['’]t) know\b|\bi(?:['’]m| am) (?:sorry|not able|unable|not sure)\b",
    re.IGNORECASE,
)
_SOURCES: Final = re.compile(
    r"\b(?:articles?|passages?|context|texts?|sources?|information|documents?|provided|given|i|answer\w*|"
    r"question)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a reply, without markers; ``before`` is what stands between it and the last.

    ``cited`` are the numbers of its markers, in order, each once.
    """

    text: str
    before: str = ""
    cited: tuple[int, ...] = ()

    @property
    def stated(self) -> str:
        """What it says of the world: without “According to the articles,” and emphasis."""
        return _LEAD_IN.sub("", re.sub(r"\*\*|__|`", "", self.text)).strip()

    @property
    def denies(self) -> bool:
        """Whether it says that the articles do not tell."""
        return bool(_ABSENT.search(self.text) and _SOURCES.search(self.text))

    @property
    def asserts(self) -> bool:
        """Whether it says something that articles could bear out: no question, no small talk."""
        said = self.stated
        short = len(said.split()) <= _LONGEST_TALK and not re.search(r"\d", said)
        talks = bool(_TALK.match(self.text)) or said.endswith(("?", ":"))
        if self.denies or (short and talks) or said.endswith("?"):
            return False
        return bool(content_words(said))


def without_thinking(reply: str) -> str:
    """Return ``reply`` without a reasoning model's ``<think>`` block, closed or cut off."""
    return _THINKING.sub("", reply)


def split_claims(reply: str) -> tuple[Claim, ...]:
    """Return the sentences of ``reply`` in order; a line's bullet belongs to ``before``.

    A marker belongs to the sentence it stands in or right behind. A line of markers alone
    ("Sources: [1] [2]") cites for no sentence; it becomes a claim that asserts nothing.
    """
    claims: list[Claim] = []
    before = ""
    for number, line in enumerate(without_thinking(reply).strip().split("\n")):
        bare, places = without_markers(line)
        prefix = _PREFIX.match(bare)
        start = prefix.end() if prefix else 0
        before += ("\n" if number else "") + bare[:start]
        position = start
        spans = [(start + a, start + b) for a, b in sentence_spans(bare[start:])]
        for order, (first, last) in enumerate(spans):
            following = spans[order + 1][0] if order + 1 < len(spans) else len(bare) + 1
            lowest = -1 if order == 0 else first
            cited = [n for place, n in places if lowest < place <= max(last, following - 1)]
            claims.append(
                Claim(bare[first:last], before + bare[position:first], tuple(dict.fromkeys(cited)))
            )
            before, position = "", last
        if spans:
            before = bare[position:].rstrip()
    return tuple(claims)
