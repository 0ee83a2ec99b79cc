"""Hits in, the numbered passages of a prompt out, marked as data and within the model's window."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.chatting.orders import find_orders
from bot.checking.evidence import Source
from corpus.article import Article
from index.retrieval import Hit

CHARACTERS_PER_TOKEN: Final = 3.0
"""Fewest characters that a token stands for in news text, on the average: a careful estimate."""
# Whatever could end a fence or speak as another role. The text is only shown to the model so; the
# evidence is the article's own.
_BREAKOUT: Final = re.compile(r"<(?=/?\s*passage\b|\|)|(?<=\|)>|\[(?=/?INST\])|<(?=</?SYS>>)", re.I)


@dataclass(frozen=True, slots=True)
class Fenced:
    """What goes into the prompt: ``text``, the ``sources`` in it, and how many did not fit."""

    text: str
    sources: tuple[Source, ...]
    left_out: int
    suspicious: tuple[Source, ...]
    """Those that hold sentences addressed to the model."""


def fence(hits: Sequence[Hit], article_of: Callable[[str], Article | None], tokens: int) -> Fenced:
    """Return the first of ``hits`` that fit in ``tokens``, each between marks, numbered from 1.

    At least the best hit is kept, cut if need be.
    """
    found = [(hit, article_of(hit.passage.article_id)) for hit in hits]
    known = [(hit, article) for hit, article in found if article is not None]
    pieces: list[str] = []
    sources: list[Source] = []
    room = tokens
    for number, (hit, article) in enumerate(known, start=1):
        piece = _fenced(number, hit, article)
        if pieces and estimate_tokens(piece) > room:
            break
        pieces.append(piece[: int(max(room, 64) * CHARACTERS_PER_TOKEN)])
        sources.append(Source(number, hit.passage, article))
        room -= estimate_tokens(piece)
    suspicious = tuple(source for source in sources if find_orders(source.passage.text))
    return Fenced("\n\n".join(pieces), tuple(sources), len(known) - len(sources), suspicious)


def estimate_tokens(text: str) -> int:
    """Return about how many tokens ``text`` has for a chat model; rather too many than too few."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def neutral(text: str) -> str:
    """Return ``text`` with nothing in it that could end a fence or pass for a role's mark."""
    return _BREAKOUT.sub(lambda match: {"<": "‹", ">": "›", "[": "("}[match.group()], text)


def _fenced(number: int, hit: Hit, article: Article) -> str:
    about = ", ".join(part for part in (article.title, article.source, article.published) if part)
    about = neutral(" ".join(about.split())).replace('"', "'")
    return f'<passage number="{number}" of="{about}">\n{neutral(hit.passage.text)}\n</passage>'
