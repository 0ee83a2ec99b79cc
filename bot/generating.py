"""A question and hits in, a chat model's checked answer out: the Answerer over any LangChain model.

The model writes; what it writes is checked sentence by sentence against the passages it saw
(``verifying.py``), whatever it cites. When it gives no answer, the built-in answerer does, and says
so in ``warnings``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.answer import Answer, Answerer
from bot.chatting.asking import Limits, Reply, ask_model
from bot.chatting.chat_models import ChatModel, Message
from bot.chatting.fencing import Fenced, estimate_tokens, fence
from bot.chatting.orders import find_orders
from bot.chatting.prompts import load_prompt
from bot.checking.attributing import Who
from bot.checking.claims import Claim, split_claims
from bot.checking.disputing import disputed, with_disputes
from bot.checking.evidence import Source
from bot.checking.guarding import unanswered_because
from bot.citing import NOT_FOUND, Cited, cite
from bot.errors import ModelError
from bot.extracting import DISAGREEMENT, refusal_text
from bot.language.intents import intent_of
from bot.language.question import analyse, content_words
from bot.language.spans import short_answer
from bot.verifying import Cosines, Verdict, Verifier
from corpus.article import Article
from index.retrieval import Hit

_LOG: Final = logging.getLogger(__name__)
BROKEN_OFF: Final = "… (broken off)"
"""What stands at the end of a reply that ends too early."""
LEAST_BORNE_OUT: Final = 0.25
"""Share of a reply's sentences that must have evidence: below, the rest is no answer either."""
_TELLING_WORDS: Final = 4
"""Content words from which half a sentence can be held against the articles."""
_CONTRADICTED_WORTH: Final = 0.3
"""What a contradicted sentence adds to the confidence, as a share of a supported one."""


class ChatAnswerer:
    """Lets a chat model answer from the passages, and checks what it says."""

    def __init__(
        self,
        model: ChatModel,
        article_of: Callable[[str], Article | None],
        fallback: Answerer,
        *,
        limits: Limits,
        context_tokens: int,
        reply_tokens: int,
        cosines: Cosines | None = None,
        who: Who | None = None,
    ) -> None:
        """``fallback`` answers when the model cannot; ``cosines`` and ``who`` judge paraphrases."""
        self._model = model
        self._article_of = article_of
        self._fallback = fallback
        self._limits = limits
        self._context_tokens = context_tokens
        self._reply_tokens = reply_tokens
        self._cosines = cosines
        self._who = who

    @property
    def name(self) -> str:
        """``provider:name``."""
        return self._model.name

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        """Yield the reply as the model writes it, and last the checked Answer."""
        if intent_of(question) in ("greeting", "thanks"):
            yield from self._fallback.stream(question, searched, hits)
            return
        fenced, messages = self._messages(searched, hits)
        if not fenced.sources:
            yield self._refusal(question, searched, hits, ())
            return
        warnings = _prompt_warnings(fenced)
        try:
            for piece in ask_model(self._model, messages, self._limits):
                if isinstance(piece, Reply):
                    yield self._answer(question, searched, hits, fenced.sources, piece, warnings)
                else:
                    yield piece
        except ModelError as error:
            yield from self._fall_back(question, searched, hits, error)

    def _messages(self, searched: str, hits: Sequence[Hit]) -> tuple[Fenced, tuple[Message, ...]]:
        rules = load_prompt("answer_rules").template
        prompt = load_prompt("answer", frozenset({"passages", "question"}))
        bare = prompt.substitute(passages="", question=searched)
        used = estimate_tokens(rules) + estimate_tokens(bare) + self._reply_tokens
        fenced = fence(hits, self._article_of, self._context_tokens - used)
        filled = prompt.substitute(passages=fenced.text, question=searched)
        return fenced, (("system", rules), ("human", filled))

    def _fall_back(
        self, question: str, searched: str, hits: Sequence[Hit], error: ModelError
    ) -> Iterator[str | Answer]:
        _LOG.info("%s %s; the built-in answerer takes over", self.name, error)
        told = f"{self.name} {error}; the {self._fallback.name} answered instead"
        for piece in self._fallback.stream(question, searched, hits):
            if isinstance(piece, Answer):
                yield replace(piece, warnings=(told, *piece.warnings))
            else:
                yield piece

    def _answer(
        self,
        question: str,
        searched: str,
        hits: Sequence[Hit],
        sources: Sequence[Source],
        reply: Reply,
        warnings: tuple[str, ...],
    ) -> Answer:
        verdicts = self._verdicts(reply, searched, sources)
        if reply.broken:
            warnings += (f"{self.name} {reply.broken}: the answer is incomplete",)
        cited = cite(verdicts, [source.number for source in sources])
        usage = _usage(reply)
        refusal = self._why_not(searched, verdicts, cited)
        if refusal is not None:
            refused = self._refusal(question, searched, hits, (*warnings, *refusal), usage)
            only_half = reply.broken and all(v.support is None for v in verdicts)
            kept = f"{cited.text} {BROKEN_OFF}" if only_half and cited.text else refused.text
            return replace(refused, text=kept)
        answer = Answer(
            question=question,
            searched=searched,
            answered=True,
            text=cited.text + (f" {BROKEN_OFF}" if reply.broken else ""),
            short=_short(searched, next(v for v in verdicts if v.evidence)),
            confidence=_confidence(verdicts),
            citations=cited.citations,
            hits=tuple(hits),
            answerer=self.name,
            warnings=(*warnings, *_check_warnings(verdicts, cited)),
            usage=usage,
        )
        return self._with_disputes(answer, verdicts)

    def _with_disputes(self, answer: Answer, verdicts: Sequence[Verdict]) -> Answer:
        """Return ``answer`` with what other articles say otherwise.

        Passages that did not fit the prompt count too: a later figure may be in one.
        """
        found = [(hit, self._article_of(hit.passage.article_id)) for hit in answer.hits]
        sources = [Source(hit.rank, hit.passage, article) for hit, article in found if article]
        groups = disputed(verdicts, answer.searched, sources, _orders_in(sources).__contains__)
        shown = with_disputes(answer, groups)
        return replace(shown, warnings=(*shown.warnings, DISAGREEMENT)) if groups else shown

    def _why_not(
        self, searched: str, verdicts: Sequence[Verdict], cited: Cited
    ) -> tuple[str, ...] | None:
        """Return what to warn of if the reply is no answer, None if it is one."""
        if next((v.claim.denies for v in verdicts if v.claim.denies or v.support), False):
            return ()
        if not cited.citations:
            told = any(verdict.support for verdict in verdicts)
            return (f"what {self.name} wrote was {NOT_FOUND}, and is left out",) if told else ()
        asserted = [verdict for verdict in verdicts if verdict.support]
        if sum(bool(v.evidence) for v in asserted) < LEAST_BORNE_OUT * len(asserted):
            return (f"most of what {self.name} wrote was {NOT_FOUND}; it is left out",)
        passages = [citation.passage for citation in cited.citations]
        missing = unanswered_because(searched, passages, self._article_of)
        return (missing,) if missing else None

    def _verdicts(
        self, reply: Reply, searched: str, sources: Sequence[Source]
    ) -> tuple[Verdict, ...]:
        is_order = _orders_in(sources).__contains__
        verifier = Verifier(sources, self._cosines, is_order, self._who)
        claims = split_claims(reply.text)
        verdicts = [verifier.verify(claim, searched) for claim in claims]
        if reply.broken and verdicts and _unfinished(claims[-1]):
            # Half a sentence is neither right nor wrong.
            verdicts[-1] = _left_open(verdicts[-1])
        return tuple(verdicts)

    def _refusal(
        self,
        question: str,
        searched: str,
        hits: Sequence[Hit],
        warnings: tuple[str, ...],
        usage: dict[str, int] | None = None,
    ) -> Answer:
        return Answer(
            question=question,
            searched=searched,
            answered=False,
            text=refusal_text(analyse(searched), hits),
            hits=tuple(hits),
            answerer=self.name,
            warnings=warnings,
            usage=usage or {},
        )


def _orders_in(sources: Sequence[Source]) -> frozenset[str]:
    return frozenset(order for source in sources for order in find_orders(source.article.text))


def _prompt_warnings(fenced: Fenced) -> tuple[str, ...]:
    warnings = tuple(
        f"passage {source.number} ({source.article.title}) holds text that is addressed to chat "
        "models; it was treated as data"
        for source in fenced.suspicious
    )
    if fenced.left_out:
        warnings += (
            f"{fenced.left_out} of {fenced.left_out + len(fenced.sources)} passages did not fit "
            "the model's context (BOT_MODEL_CONTEXT_TOKENS)",
        )
    return warnings


def _check_warnings(verdicts: Sequence[Verdict], cited: Cited) -> tuple[str, ...]:
    unsupported = sum(verdict.support == "unsupported" for verdict in verdicts)
    contradicted = sum(verdict.support == "contradicted" for verdict in verdicts)
    counts = (
        (contradicted, "sentence(s) give another figure than the article: both are shown"),
        (unsupported, f"sentence(s) {NOT_FOUND}"),
        (cited.invented, "citation mark(s) removed: no such passage"),
        (cited.moved, "citation(s) moved to the sentence that says so"),
        (cited.removed, "citation(s) removed: the passage does not say so"),
    )
    return tuple(f"{count} {what}" for count, what in counts if count)


def _short(searched: str, first: Verdict) -> str:
    """Return the bare answer: a wrong figure's true value, a span of the kind, or a sentence."""
    true = [difference.source for difference in first.differences if difference.source]
    if true:
        return true[0]
    stated = first.claim.stated
    span = short_answer(analyse(searched), stated)
    return stated[slice(*span)] if span else stated


def _confidence(verdicts: Sequence[Verdict]) -> float:
    """Return the mean support, 0 to 1, of the sentences that assert something.

    It measures how well the reply is borne out, not how likely it answers the question.
    """
    worth = {"verbatim": 1.0, "supported": 1.0, "contradicted": _CONTRADICTED_WORTH}
    values = [worth.get(v.support, 0.0) * min(1.0, v.score) for v in verdicts if v.support]
    return sum(values) / len(values) if values else 0.0


def _usage(reply: Reply) -> dict[str, int]:
    read, written = reply.tokens
    return {"input_tokens": read, "output_tokens": written} if read or written else {}


def _unfinished(claim: Claim) -> bool:
    return not claim.text.rstrip().endswith((".", "!", "?", "”", '"'))


def _left_open(verdict: Verdict) -> Verdict:
    telling = len(content_words(verdict.claim.text)) >= _TELLING_WORDS
    kept = verdict.support in ("verbatim", "supported") and telling
    return verdict if kept else Verdict(verdict.claim, None)
