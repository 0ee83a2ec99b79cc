"""A bot whose answers are queued by question, and records made by hand, for the evaluation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from bot.answer import Answer, Citation, Turn
from bot.settings import BotSettings
from corpus.article import Article, Passage, cut_passage, normalise
from evaluation.questions import GoldQuestion
from evaluation.records import Cited, Found, Record, Reply
from index.retrieval import Hit

STORY = "Trade rose. It reached USD 255.7 million in 2023. Oil made 97 percent of it."
ARTICLE = Article("05.txt", "Trade", normalise(STORY))
OTHER = Article("06.txt", "Rates", "The rate was held. It stands at 11 percent.")


def passage(article: Article = ARTICLE, quote: str | None = None) -> Passage:
    start = article.text.index(quote) if quote else 0
    return cut_passage(article, start, start + len(quote or article.text))


def hit(article: Article = ARTICLE, quote: str | None = None, rank: int = 1) -> Hit:
    return Hit(passage(article, quote), 1.0 / rank, rank)


def cite(quote: str, article: Article = ARTICLE, number: int = 1) -> Citation:
    where = passage(article, quote)
    return Citation(number, where, where.start, where.end, quote)


def reply(question: str, short: str, quote: str, **changes: Any) -> Answer:
    return Answer(
        question=question,
        searched=question,
        answered=True,
        short=short,
        **{
            "text": f"{quote} [1]",
            "confidence": 0.9,
            "citations": (cite(quote),),
            "hits": (hit(),),
            "answerer": "fake",
            **changes,
        },
    )


def refusal(question: str) -> Answer:
    return Answer(question, question, answered=False, text="Sorry.", answerer="fake", hits=(hit(),))


def text_of(article_id: str) -> str | None:
    return {article.id: article.text for article in (ARTICLE, OTHER)}.get(article_id)


@dataclass
class FakeChain:
    """Answers what is queued for a question, raises a queued exception, refuses the rest."""

    replies: Mapping[str, Answer | BaseException]
    asked: list[str] = field(default_factory=list)
    articles: list[Collection[str] | None] = field(default_factory=list)
    turns: list[tuple[Turn, ...]] = field(default_factory=list)

    def ask(
        self,
        question: str,
        *,
        articles: Collection[str] | None = None,
        k: int | None = None,
        turns: Sequence[Turn] = (),
    ) -> Answer:
        self.asked.append(question)
        self.articles.append(articles)
        self.turns.append(tuple(turns))
        found = self.replies.get(question) or refusal(question)
        if isinstance(found, BaseException):
            raise found
        return found


class FakeLibrary:
    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = {article.id: article for article in articles}

    def entries(self) -> tuple[Any, ...]:
        return tuple(SimpleNamespace(id=name) for name in self._articles)

    def article(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)


def fake_bot(chain: FakeChain, opened: list[Sequence[Article] | None] | None = None) -> Callable:
    """Return what stands for ``evaluation.corpora.open_bot``; ``opened`` collects the articles."""

    @contextmanager
    def open_bot(
        settings: BotSettings, articles: Sequence[Article] | None, progress: object
    ) -> Iterator[Any]:
        if opened is not None:
            opened.append(articles)
        library = FakeLibrary((ARTICLE, OTHER) if articles is None else articles)
        yield SimpleNamespace(settings=settings, library=library, chain=chain)

    return open_bot


def record(
    name: str = "q",
    *,
    answerable: bool = True,
    answered: bool = True,
    em: float = 0.0,
    f1: float = 0.0,
    in_text: bool = False,
    cited: Sequence[bool] = (),
    verbatim: bool = True,
    rank: int | None = None,
    confidence: float = 0.5,
    seconds: float = 0.01,
    error: str = "",
    kind: str = "factoid",
    dialogue: str | None = None,
    short: str = "x",
) -> Record:
    """A record with these scores; ``cited`` says of each citation whether it is right."""
    return Record(
        gold=GoldQuestion(
            name, f"{name}?", ("x",) if answerable else (), "05.txt", kind=kind, dialogue=dialogue
        ),
        reply=Reply(
            searched=f"{name}?",
            answered=answered,
            text="x [1]" if answered else "Sorry.",
            short=short if answered else "",
            confidence=confidence,
            answerer="fake",
            citations=tuple(
                Cited(number, "05.txt", 0, 11, "Trade rose.", "verbatim", verbatim, right)
                for number, right in enumerate(cited, 1)
            ),
            hits=tuple(
                Found("05.txt", "Trade", 0, 11, "Trade rose.", 0.5, place, place == rank)
                for place in range(1, 7)
            ),
        ),
        seconds=seconds,
        em=em,
        f1=f1,
        answer_in_text=in_text,
        error=error,
    )
