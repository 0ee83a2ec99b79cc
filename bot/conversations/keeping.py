"""A conversation in, its kept form (JSON) out, and back, checked against the articles. Pure.

An exchange is kept as ``ask --json`` prints its answer, less what the articles say themselves:
citations are offsets with their quotes, passages offsets alone. What comes back may have lain in a
browser: every field is checked, and a citation that its article no longer bears out is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from bot.answer import Answer, Citation
from bot.checking.markers import keep_known
from bot.conversations.conversation import LONGEST, About, Exchange
from bot.conversations.fields import Fields
from bot.errors import KeptError
from bot.escaping import clip
from bot.json_output import answer_as_json
from corpus.article import Article, Passage, cut_passage
from index.retrieval import Hit

FORMAT: Final = 1
"""Version of the kept form; a newer one is refused."""
TITLE_CHARACTERS: Final = 80
_ID: Final = re.compile(r"[0-9a-f]{32}")
_MOST: Final = 100
"""Citations, passages or warnings of one answer."""
_SUPPORT: Final = ("verbatim", "supported", "unsupported", "contradicted")
ArticleOf = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A visitor's conversation: at least one exchange. ``id`` is 32 hexadecimal digits."""

    id: str
    title: str
    exchanges: tuple[Exchange, ...]

    def __post_init__(self) -> None:
        if not is_id(self.id) or not self.exchanges:
            raise ValueError(f"conversation {self.id!r} of {len(self.exchanges)} exchanges")


def is_id(text: str) -> bool:
    """Tell whether ``text`` can be the id of a conversation or an answer."""
    return _ID.fullmatch(text) is not None


def title_of(exchanges: Sequence[Exchange]) -> str:
    """Return what a conversation is called until it is renamed: its first question."""
    return clip(exchanges[0].question, TITLE_CHARACTERS) if exchanges else ""


def kept(conversation: Conversation) -> dict[str, Any]:
    """Return the conversation's kept form."""
    exchanges = conversation.exchanges
    return {
        "version": FORMAT,
        "id": conversation.id,
        "title": conversation.title,
        "started": exchanges[0].at.isoformat(timespec="seconds"),
        "changed": exchanges[-1].at.isoformat(timespec="seconds"),
        "exchanges": [kept_exchange(exchange) for exchange in exchanges],
    }


def kept_exchange(exchange: Exchange) -> dict[str, Any]:
    """Return one exchange's kept form."""
    answer = exchange.answer
    about = exchange.about
    known: dict[str, Any] = {
        "id": exchange.id,
        "at": exchange.at.isoformat(timespec="seconds"),
        "question": exchange.question,
    }
    if about is not None:
        known["about"] = {
            **{"article": about.article, "title": about.title},
            **{"text": about.text, "context": about.context},
        }
    if answer is None:
        return {**known, "told": exchange.told}
    shown: dict[str, Any] = dict(
        answer_as_json(answer, sum(answer.timings.values()), lambda _: None)
    )
    shown["citations"] = [
        _less(each, "title", "source", "published") for each in shown["citations"]
    ]
    shown["passages"] = [_less(each, "title", "text") for each in shown["passages"]]
    return {**known, **shown}


def restored(raw: object, article_of: ArticleOf) -> Conversation:
    """Return the conversation that ``raw`` is the kept form of; KeptError says why it cannot.

    Its exchanges have no ``html`` yet.
    """
    fields = Fields(raw)
    if fields.integer("version", least=1) > FORMAT:
        raise KeptError("was kept by a newer version of this program: open it there")
    look_up = cache(article_of)
    exchanges = tuple(
        _exchange(Fields(each), look_up) for each in fields.items("exchanges", LONGEST)
    )
    if not exchanges:
        raise KeptError("is empty")
    title = clip(fields.text("title", 1_000), TITLE_CHARACTERS) or title_of(exchanges)
    return Conversation(fields.matching("id", _ID), title, exchanges)


def _less(whole: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in names}


def _exchange(fields: Fields, article_of: ArticleOf) -> Exchange:
    question = fields.text("question", 20_000)
    at = fields.moment("at")
    name = fields.matching("id", _ID)
    about = _about(Fields(fields.raw["about"])) if fields.raw.get("about") else None
    if "told" in fields.raw:
        return Exchange(question, "", None, name, at, fields.text("told", 2_000), about)
    return Exchange(question, "", _answer(fields, article_of), name, at, "", about)


def _about(fields: Fields) -> About:
    article, title = fields.text("article", 2_000), fields.text("title", 2_000)
    return About(article, title, fields.text("text", 2_000), fields.text("context", 5_000))


def _answer(fields: Fields, article_of: ArticleOf) -> Answer:
    hits = tuple(
        hit for each in fields.items("passages", _MOST) if (hit := _hit(Fields(each), article_of))
    )
    listed = fields.items("citations", _MOST)
    citations = [_citation(Fields(each), article_of, hits) for each in listed]
    answered = fields.claim("answered")
    try:
        answer = Answer(
            question=fields.text("question", 20_000),
            searched=fields.text("searched", 20_000),
            answered=answered,
            text=fields.text("text", 50_000),
            short=fields.text("short", 5_000) if answered else "",
            confidence=fields.number("confidence", 0.0, 1.0),
            citations=tuple(each for each in citations if each is not None) if answered else (),
            hits=hits,
            answerer=fields.text("answerer", 200),
            warnings=fields.texts("warnings", _MOST, 2_000),
            timings=MappingProxyType({"answer": fields.number("seconds", 0.0, 1e6)}),
        )
    except ValueError as exc:
        raise KeptError(f"is damaged: {exc}") from exc
    return _without_lost(answer, lost=sum(each is None for each in citations))


def _without_lost(answer: Answer, lost: int) -> Answer:
    """Return ``answer`` with only the markers of its citations; it says how many were ``lost``."""
    text, _ = keep_known(answer.text, {citation.number for citation in answer.citations})
    gone = (f"{lost} citation(s) removed: the article is gone or was changed",) if lost else ()
    return replace(answer, text=text, warnings=answer.warnings + gone)


def _citation(fields: Fields, article_of: ArticleOf, hits: Sequence[Hit]) -> Citation | None:
    """Return the citation, or None if its article does not hold the quote there (any more)."""
    start, end = fields.integer("start"), fields.integer("end")
    article = article_of(fields.text("article", 2_000))
    quote = fields.text("quote", 20_000)
    if article is None or not quote.strip() or article.text[start:end] != quote:
        return None
    around = (p.passage for p in hits if _holds(p.passage, article.id, start, end))
    passage = next(around, None) or cut_passage(article, start, end)
    support = fields.one_of("support", _SUPPORT)
    number = fields.integer("number", least=1)
    return Citation(number, passage, start, end, quote, support)  # type: ignore[arg-type]


def _holds(passage: Passage, article_id: str, start: int, end: int) -> bool:
    return passage.article_id == article_id and passage.start <= start and end <= passage.end


def _hit(fields: Fields, article_of: ArticleOf) -> Hit | None:
    start, end = fields.integer("start"), fields.integer("end")
    article = article_of(fields.text("article", 2_000))
    if article is None or not article.text[start:end].strip() or end > len(article.text):
        return None
    score = fields.number("score", -1e9, 1e9)
    return Hit(cut_passage(article, start, end), score, fields.integer("rank", least=1))
