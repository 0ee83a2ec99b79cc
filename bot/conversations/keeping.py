"""A conversation in, its kept form (JSON) out, and back, checked against the articles. Pure.

An exchange is kept as ``ask --json`` prints its answer, less what the articles say themselves:
citations are offsets with their quotes, passages offsets alone. What comes back may have lain in a
browser: every field is checked, and a citation that its article no longer bears out is dropped.
Texts are kept up to the very length that they are read with, so that what is kept can be opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
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
_EXCHANGE: Final = MappingProxyType(
    {"question": 20_000, "told": 2_000, "searched": 20_000, "text": 50_000, "short": 5_000}
    | {"answerer": 200}
)
"""Characters of each text that are kept of an exchange, and read back at the most."""
_ABOUT: Final = MappingProxyType(
    {"article": 2_000, "title": 2_000, "text": 2_000, "context": 5_000}
)
_CITED: Final = MappingProxyType({"article": 2_000, "quote": 20_000})
_WARNING: Final = 2_000
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
    """Return the conversation's kept form: ``restored`` reads it, however long its texts were."""
    exchanges = conversation.exchanges[-LONGEST:]
    return {
        "version": FORMAT,
        "id": conversation.id,
        "title": clip(conversation.title, TITLE_CHARACTERS),
        "started": exchanges[0].at.isoformat(timespec="seconds"),
        "changed": exchanges[-1].at.isoformat(timespec="seconds"),
        "exchanges": [kept_exchange(exchange) for exchange in exchanges],
    }


def kept_exchange(exchange: Exchange) -> dict[str, Any]:
    """Return one exchange's kept form, its texts and lists cut to what is read back."""
    answer = exchange.answer
    about = exchange.about
    known: dict[str, Any] = {
        "id": exchange.id,
        "at": exchange.at.isoformat(timespec="seconds"),
        "question": exchange.question,
    }
    if about is not None:
        known["about"] = _cut(asdict(about), _ABOUT)
    if answer is None:
        return _cut({**known, "told": exchange.told}, _EXCHANGE)
    shown: dict[str, Any] = dict(
        answer_as_json(answer, sum(answer.timings.values()), lambda _: None)
    )
    shown["citations"] = [_cited(each) for each in shown["citations"][:_MOST]]
    shown["passages"] = [
        _cut(_less(each, "title", "text"), _CITED) for each in shown["passages"][:_MOST]
    ]
    shown["warnings"] = [warning[:_WARNING] for warning in shown["warnings"][:_MOST]]
    return _cut({**known, **shown}, _EXCHANGE)


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


def _cut(whole: Mapping[str, Any], longest: Mapping[str, int]) -> dict[str, Any]:
    return {
        name: value[: longest[name]] if name in longest else value for name, value in whole.items()
    }


def _cited(citation: Mapping[str, Any]) -> dict[str, Any]:
    cut = _cut(_less(citation, "title", "source", "published"), _CITED)
    return {**cut, "end": cut["start"] + len(cut["quote"])}


def _less(whole: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in names}


def _exchange(fields: Fields, article_of: ArticleOf) -> Exchange:
    question = _text(fields, "question")
    at = fields.moment("at")
    name = fields.matching("id", _ID)
    about = _about(Fields(fields.raw["about"])) if fields.raw.get("about") else None
    if "told" in fields.raw:
        return Exchange(question, "", None, name, at, _text(fields, "told"), about)
    return Exchange(question, "", _answer(fields, article_of), name, at, "", about)


def _about(fields: Fields) -> About:
    return About(**{name: fields.text(name, most) for name, most in _ABOUT.items()})


def _text(fields: Fields, name: str) -> str:
    return fields.text(name, _EXCHANGE[name])


def _answer(fields: Fields, article_of: ArticleOf) -> Answer:
    hits = tuple(
        hit for each in fields.items("passages", _MOST) if (hit := _hit(Fields(each), article_of))
    )
    listed = fields.items("citations", _MOST)
    citations = [_citation(Fields(each), article_of, hits) for each in listed]
    answered = fields.claim("answered")
    try:
        answer = Answer(
            question=_text(fields, "question"),
            searched=_text(fields, "searched"),
            answered=answered,
            text=_text(fields, "text"),
            short=_text(fields, "short") if answered else "",
            confidence=fields.number("confidence", 0.0, 1.0),
            citations=tuple(each for each in citations if each is not None) if answered else (),
            hits=hits,
            answerer=_text(fields, "answerer"),
            warnings=fields.texts("warnings", _MOST, _WARNING),
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
    article = article_of(fields.text("article", _CITED["article"]))
    quote = fields.text("quote", _CITED["quote"])
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
    article = article_of(fields.text("article", _CITED["article"]))
    if article is None or not article.text[start:end].strip() or end > len(article.text):
        return None
    score = fields.number("score", -1e9, 1e9)
    return Hit(cut_passage(article, start, end), score, fields.integer("rank", least=1))
