"""A question and hits in, the best sentence(s) quoted and cited out: the Answerer without an LLM.

Every sentence of the passages is weighed by its signals (``signals.py``); the best is quoted, or,
when none is likely enough to answer, the question is refused and what is missing is named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from bot.answer import Answer, Citation
from bot.question import Question, analyse
from bot.signals import Context, Weights, measure, names_missing
from bot.spans import short_answer
from bot.vectors import CachedVectors
from bot.words import stem
from corpus.article import Article
from corpus.sentences import Span, sentence_spans
from index.embedding import Embedder
from index.retrieval import Hit

MAX_SENTENCES: Final = 64
"""Sentences weighed for a question, from the best passages down: bounds the time to answer."""


class Source(Protocol):
    """What is asked of the index beside retrieval."""

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None if there is none of that id."""
        ...

    def word_idf(self, words: Collection[str]) -> Mapping[str, float]:
        """Return each word's inverse document frequency over the passages, above 0."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might answer: ``article.text[start:end] == sentence``, with its signals."""

    hit: Hit
    start: int
    end: int
    sentence: str
    signals: tuple[float, ...]


class ExtractiveAnswerer:
    """Quotes the sentence that most probably answers, or refuses."""

    def __init__(
        self,
        source: Source,
        load_embedder: Callable[[], Embedder],
        weights: Weights,
        threshold: float | None = None,
    ) -> None:
        """``threshold`` (0 to 1) replaces the fitted one of ``weights``.

        ``load_embedder`` is called at the first question, not before.
        """
        self._source = source
        self._vectors = lru_cache(maxsize=1)(lambda: CachedVectors(load_embedder()))
        self._weights = weights
        self._threshold = weights.threshold if threshold is None else threshold

    @property
    def name(self) -> str:
        """What ``Answer.answerer`` says."""
        return "reader"

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        """Yield the Answer, whole: nothing is written piece by piece."""
        asked = analyse(searched)
        scored = sorted(
            ((self._weights.probability(c.signals), c) for c in self.candidates(asked, hits)),
            key=lambda pair: (-pair[0], pair[1].hit.rank, pair[1].start),
        )
        if scored and scored[0][0] >= self._threshold:
            yield self._quotation(question, asked, hits, *scored[0])
        else:
            yield self._refusal(question, asked, hits, scored[0][0] if scored else 0.0)

    def candidates(self, asked: Question, hits: Sequence[Hit]) -> tuple[Candidate, ...]:
        """Return the sentences of ``hits`` with their signals, in reading order of the hits.

        A sentence that two passages share counts once, with the better hit.
        """
        places = self._places(hits)
        texts = [asked.text]
        for hit, start, end, article in places:
            texts += [article.text[start:end], f"{hit.passage.title}\n{article.text[start:end]}"]
        vectors = self._vectors().embed(texts)
        cosines = vectors @ vectors[0]
        weight_of = self._source.word_idf(asked.words)
        idf = {stem(word): weight_of.get(word, 0.0) for word in asked.words}
        found = []
        for number, (hit, start, end, article) in enumerate(places):
            sentence = article.text[start:end]
            signals = measure(
                asked,
                sentence,
                _context(hit, article),
                cosine=float(cosines[2 * number + 1]),
                cosine_with_title=float(cosines[2 * number + 2]),
                idf=idf,
            )
            found.append(Candidate(hit, start, end, sentence, signals))
        return tuple(found)

    def _places(self, hits: Sequence[Hit]) -> list[tuple[Hit, int, int, Article]]:
        seen: set[tuple[str, int]] = set()
        places = []
        for hit in hits:
            article = self._source.article(hit.passage.article_id)
            if article is None:
                continue
            for start, end in _sentences_of(article.text):
                inside = start < hit.passage.end and end > hit.passage.start
                if inside and (article.id, start) not in seen:
                    seen.add((article.id, start))
                    places.append((hit, start, end, article))
        return places[:MAX_SENTENCES]

    def _quotation(
        self,
        question: str,
        asked: Question,
        hits: Sequence[Hit],
        probability: float,
        best: Candidate,
    ) -> Answer:
        span = short_answer(asked, best.sentence)
        short = best.sentence[span[0] : span[1]] if span else best.sentence
        head = f"{short}\n\n" if span else ""
        return Answer(
            question=question,
            searched=asked.text,
            answered=True,
            text=f"{head}{best.sentence} [1]",
            short=short,
            confidence=probability,
            citations=(Citation(1, best.hit.passage, best.start, best.end, best.sentence),),
            hits=tuple(hits),
            answerer=self.name,
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


def _context(hit: Hit, article: Article) -> Context:
    return Context(
        passage=hit.passage.text,
        title=hit.passage.title,
        published=article.published,
        rank=hit.rank,
        passage_cosine=hit.cosine or 0.0,
    )


@lru_cache(maxsize=256)
def _sentences_of(text: str) -> tuple[Span, ...]:
    return sentence_spans(text)
