"""A question and hits in, the best sentence(s) quoted and cited out: the Answerer without an LLM.

Every sentence of the passages is weighed by its signals (``signals.py``), the reader's among them;
the best is quoted, or, when none is likely enough to answer, the question is refused and what is
missing is named. A greeting is greeted, an article is summed up by its key sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.answer import Answer, Citation
from bot.checking.conflicts import Statement, cite_dated, newest_first, rivals
from bot.language.intents import Intent, intent_of
from bot.language.question import Question, analyse
from bot.language.sentences import sentences_of
from bot.language.spans import short_answer
from bot.reader.reading import Reader
from bot.weighing.candidates import Candidate, Candidates, Source
from bot.weighing.ranking import Ranked, also_listed, rank, reranked
from bot.weighing.signals import names_missing
from bot.weighing.summarising import key_sentences, named_by_title
from bot.weighing.weights import Weights
from index.embedding import Embedder
from index.retrieval import Hit

GREETING: Final = "Hello. Ask me something about the articles; each answer shows where it stands."
THANKS: Final = "You are welcome. Ask on whenever you like."
DISAGREEMENT: Final = "The articles give different figures: both are shown, the newer first."
_FIGURE_KINDS: Final = frozenset({"money", "percent", "number"})
_WHOLE_SENTENCE: Final = frozenset({"reason", "quote"})
"""Kinds of question that a fragment does not answer."""


class ExtractiveAnswerer:
    """Quotes the sentence that most probably answers, or refuses."""

    def __init__(
        self,
        source: Source,
        load_embedder: Callable[[], Embedder],
        weights: Weights,
        load_reader: Callable[[], Reader] | None = None,
        threshold: float | None = None,
    ) -> None:
        """``threshold`` (0 to 1) replaces the fitted ones of ``weights``.

        Models are loaded at the first question, not before; without ``load_reader`` sentences are
        weighed by the other signals.
        """
        self._source = source
        self._candidates = Candidates(source, load_embedder, load_reader)
        self._weights = weights
        self._threshold = threshold

    @property
    def name(self) -> str:
        """What ``Answer.answerer`` says."""
        return "reader"

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        """Yield the Answer, whole: nothing is written piece by piece."""
        intent = intent_of(searched)
        if intent in ("greeting", "thanks"):
            yield self._said(question, searched, GREETING if intent == "greeting" else THANKS)
            return
        if intent == "summary" and hits:
            yield self._summary(question, searched, hits)
            return
        read = intent != "yes_no" and self._candidates.can_read
        weighing = self._weights.read if read else self._weights.plain
        threshold = weighing.threshold if self._threshold is None else self._threshold
        asked = analyse(searched)
        ranked = rank(weighing, asked, self._candidates.find(asked, hits, read=read), threshold)
        hits = reranked(hits, ranked)
        if ranked and ranked[0].sure >= threshold:
            yield self._quotation(question, asked, hits, intent, ranked, threshold)
        else:
            yield self._refusal(question, asked, hits, ranked[0].sure if ranked else 0.0)

    def _quotation(
        self,
        question: str,
        asked: Question,
        hits: Sequence[Hit],
        intent: Intent,
        ranked: Sequence[Ranked],
        threshold: float,
    ) -> Answer:
        differing = _differing(asked, ranked, threshold)
        if differing:
            return self._disagreement(question, asked, hits, differing)
        chosen = [ranked[0], *(also_listed(ranked, threshold) if intent == "list" else ())]
        shorts = [_short(asked, intent, one.candidate) for one in chosen]
        short = "; ".join(dict.fromkeys(shorts))
        whole = intent == "yes_no" or asked.kind in _WHOLE_SENTENCE
        head = "" if whole or short == chosen[0].candidate.sentence else f"{short}\n\n"
        citations = tuple(
            _citation(number, one.candidate) for number, one in enumerate(chosen, start=1)
        )
        text = head + " ".join(f"{one.quote} [{one.number}]" for one in citations)
        sure = max(one.sure for one in chosen)
        return self._answered(question, asked.text, hits, text, short, sure, citations)

    def _disagreement(
        self, question: str, asked: Question, hits: Sequence[Hit], differing: Sequence[Statement]
    ) -> Answer:
        """Return all figures with their dates; the first of ``differing`` is the short answer."""
        lines, citations = cite_dated(differing)
        short = differing[0].figure
        text = "\n\n".join([short, *lines])
        sure = max(one.sure for one in differing)
        answer = self._answered(question, asked.text, hits, text, short, sure, citations)
        return replace(answer, warnings=(DISAGREEMENT,))

    def _summary(self, question: str, searched: str, hits: Sequence[Hit]) -> Answer:
        """Return the key sentences of the article that the question names, or of the nearest."""
        ids = dict.fromkeys(hit.passage.article_id for hit in hits)
        articles = [article for one in ids if (article := self._source.article(one))]
        article = named_by_title(searched, articles)[0]
        spans = key_sentences(article, sentences_of(article.text), self._candidates.vectors().embed)
        passage = next(hit.passage for hit in hits if hit.passage.article_id == article.id)
        citations = tuple(
            Citation(number, passage, start, end, article.text[start:end])
            for number, (start, end) in enumerate(spans, start=1)
        )
        quoted = "\n\n".join(f"{one.quote} [{one.number}]" for one in citations)
        text = f"{article.title}, in its own sentences:\n\n{quoted}"
        short = " ".join(one.quote for one in citations)
        return self._answered(question, searched, hits, text, short, 1.0, citations)

    def _answered(
        self,
        question: str,
        searched: str,
        hits: Sequence[Hit],
        text: str,
        short: str,
        sure: float,
        citations: tuple[Citation, ...],
    ) -> Answer:
        return Answer(
            question=question,
            searched=searched,
            answered=True,
            text=text,
            short=short,
            confidence=sure,
            citations=citations,
            hits=tuple(hits),
            answerer=self.name,
        )

    def _said(self, question: str, searched: str, text: str) -> Answer:
        return Answer(
            question, searched, answered=True, text=text, confidence=1.0, answerer=self.name
        )

    def _refusal(
        self, question: str, asked: Question, hits: Sequence[Hit], probability: float
    ) -> Answer:
        return Answer(
            question=question,
            searched=asked.text,
            answered=False,
            text=refusal_text(asked, hits),
            confidence=probability,
            hits=tuple(hits),
            answerer=self.name,
        )


def refusal_text(asked: Question, hits: Sequence[Hit]) -> str:
    """Return the polite sentence(s) that say what the articles lack.

    Names and years of the question that none of ``hits`` holds are named.
    """
    around = "\n".join(f"{hit.passage.title}\n{hit.passage.text}" for hit in hits)
    missing = [name for name in asked.names if names_missing(analyse(name), around)]
    missing += [year for year in asked.years if year not in around]
    if not hits:
        return "Sorry, there are no articles to answer from."
    if missing:
        listed = ", ".join(f"“{item}”" for item in dict.fromkeys(missing))
        return (
            f"Sorry, the articles do not answer this: the nearest passages do not mention {listed}."
        )
    return "Sorry, the articles do not answer this. The nearest passages are about something else."


def _differing(
    asked: Question, ranked: Sequence[Ranked], threshold: float
) -> tuple[Statement, ...]:
    """Return the best candidate and those that give another figure, newest first; or none."""
    if asked.kind not in _FIGURE_KINDS:
        return ()
    best, *others = (_stated(asked, one.sure, one.candidate) for one in ranked)
    found = rivals(asked.text, best, others, threshold)
    return newest_first((best, *found)) if found else ()


def _stated(asked: Question, sure: float, candidate: Candidate) -> Statement:
    return Statement(
        candidate.hit.passage,
        candidate.start,
        candidate.end,
        candidate.sentence,
        _short(asked, "fact", candidate),
        candidate.context.published,
        sure,
    )


def _citation(number: int, found: Candidate) -> Citation:
    return Citation(number, found.hit.passage, found.start, found.end, found.sentence)


def _short(asked: Question, intent: Intent, candidate: Candidate) -> str:
    """Return the bare answer: the reader's span, a span of the kind asked for, or the sentence."""
    if intent == "yes_no":
        return candidate.sentence
    if candidate.span is not None:
        return candidate.answer.strip(" ,;:") or candidate.sentence
    span = short_answer(asked, candidate.sentence)
    return candidate.sentence[span[0] : span[1]] if span else candidate.sentence
