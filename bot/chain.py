"""A question in, a checked answer out: the retrieval chain, as LangChain Runnables.

question -> standalone question -> hits -> answer, streamed -> checked answer
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from bot.answer import Answer, Answerer, Turn
from bot.citing import check_quotes
from bot.errors import QuestionError
from bot.rewriting import Rewriter, RuleRewriter
from corpus.article import Article
from index.retrieval import Hit, Retriever

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


class ArticleIndex(Retriever, Protocol):
    """What the chain asks of an index: hits, and the article that a citation is checked against."""

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None if there is none of that id."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """One question on its way through the chain; each step fills one more field."""

    question: str
    articles: Collection[str] | None
    k: int
    turns: tuple[Turn, ...]
    searched: str = ""
    as_it_stands: bool = False
    hits: tuple[Hit, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()


class Chain:
    """Asks an index and an answerer; the same for every answerer."""

    def __init__(
        self,
        index: ArticleIndex,
        answerer: Answerer,
        *,
        k: int,
        max_question_chars: int,
        rewriter: Rewriter | None = None,
    ) -> None:
        """``k`` passages are retrieved unless a question asks for another number.

        ``rewriter`` makes follow-ups stand alone; None: by rules.
        """
        self._rewriter = rewriter or RuleRewriter(index)
        self._index = index
        self._answerer = answerer
        self._k = k
        self._max_question_chars = max_question_chars

    def ask(
        self,
        question: str,
        *,
        articles: Collection[str] | None = None,
        k: int | None = None,
        turns: Sequence[Turn] = (),
    ) -> Answer:
        """Return the answer to ``question``; QuestionError if it is empty or too long.

        ``articles`` restricts the search to these ids, ``turns`` are the conversation so far.
        """
        for piece in self.stream(question, articles=articles, k=k, turns=turns):
            if isinstance(piece, Answer):
                return piece
        raise AssertionError(f"{self._answerer.name} broke its contract: it gave no Answer")

    def stream(
        self,
        question: str,
        *,
        articles: Collection[str] | None = None,
        k: int | None = None,
        turns: Sequence[Turn] = (),
        searched: str = "",
    ) -> Iterator[str | Answer]:
        """Yield pieces of text while the answer is written, and last the checked Answer.

        ``searched`` is answered as it stands, in place of what ``question`` would be rewritten to.
        Raises QuestionError as ``ask`` does, before anything is searched.
        """
        given = check_question(searched, self._max_question_chars) if searched else ""
        request = Request(
            question=check_question(question, self._max_question_chars),
            articles=articles,
            k=self._k if k is None else k,
            turns=tuple(turns),
            searched=given,
            as_it_stands=bool(given),
        )
        yield from self.runnable().stream(request)

    def search(
        self, query: str, *, articles: Collection[str] | None = None, k: int | None = None
    ) -> tuple[Hit, ...]:
        """Return the ranked passages for ``query``; QuestionError if it is empty or too long."""
        asked = check_question(query, self._max_question_chars)
        return self._index.retrieve(asked, self._k if k is None else k, articles)

    def runnable(self) -> Runnable[Request, str | Answer]:
        """Return the steps as one LangChain Runnable: compose, trace or stream it as any other."""
        from langchain_core.runnables import RunnableGenerator, RunnableLambda

        return (
            RunnableLambda(self._condense).with_config(run_name="condense")
            | RunnableLambda(self._retrieve).with_config(run_name="retrieve")
            | RunnableGenerator(self._write).with_config(run_name="answer and check")
        )

    def _condense(self, request: Request) -> Request:
        if request.as_it_stands:
            return request
        return replace(request, searched=self._rewriter.rewrite(request.question, request.turns))

    def _retrieve(self, request: Request) -> Request:
        started = time.perf_counter()
        hits = self._index.retrieve(request.searched, request.k, request.articles)
        seconds = (*request.seconds, ("retrieve", time.perf_counter() - started))
        return replace(request, hits=hits, seconds=seconds)

    def _write(self, requests: Iterator[Request]) -> Iterator[str | Answer]:
        for request in requests:
            started = time.perf_counter()
            asked = request.searched if request.as_it_stands else request.question
            for piece in self._answerer.stream(asked, request.searched, request.hits):
                if isinstance(piece, Answer):
                    seconds = dict(request.seconds) | {"answer": time.perf_counter() - started}
                    checked = check_quotes(piece, self._index.article)
                    yield replace(
                        checked, question=request.question, timings=MappingProxyType(seconds)
                    )
                else:
                    yield piece


def check_question(question: str, max_chars: int) -> str:
    """Return ``question`` with white space folded; QuestionError if it is empty or too long."""
    asked = " ".join(question.split())
    if not asked:
        raise QuestionError("the question is empty: type one, for instance “what happened?”")
    if len(asked) > max_chars:
        raise QuestionError(
            f"the question has {len(asked):,} characters; at most {max_chars:,} are read "
            "(BOT_MAX_QUESTION_CHARS)"
        )
    return asked
