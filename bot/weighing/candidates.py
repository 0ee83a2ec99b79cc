"""A question and hits in, the sentences that might answer out, each with its signals."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.language.question import Question
from bot.language.sentences import sentences_of
from bot.language.spans import typed_spans
from bot.language.words import stem
from bot.once import once
from bot.reader.decoding import Span as ReadSpan
from bot.reader.features import header_of
from bot.reader.reading import Reader, Reading
from bot.weighing.signals import UNREAD, Context, SpanScores, measure
from bot.weighing.vectors import CachedVectors
from corpus.article import Article
from corpus.sentences import Span
from index.embedding import Embedder
from index.retrieval import Hit

MAX_SENTENCES: Final = 64
"""Sentences weighed for a question, from the best passages down: bounds the time to answer."""
_NO_SPAN: Final = -16.0
"""Margin of a sentence in which no span was found."""
_LONGEST_TYPED: Final = 60
"""Characters of a span that is taken, in place of the best, for being of the kind asked for."""


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
    """A sentence that might answer: ``article.text[start:end] == sentence``, with its signals.

    ``span`` is the reader's answer in it, in characters of the article; None where it read
    nothing. ``context`` is what the signals were measured in.
    """

    hit: Hit
    start: int
    end: int
    sentence: str
    signals: tuple[float, ...]
    context: Context
    span: Span | None = None

    @property
    def answer(self) -> str:
        """The span's text, the whole sentence where there is none."""
        if self.span is None:
            return self.sentence
        return self.sentence[self.span[0] - self.start : self.span[1] - self.start]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sentence stands: its hit, its article, its offsets, the sentence before it."""

    hit: Hit
    article: Article
    start: int
    end: int
    before: str

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the reader says of a sentence: its answer, how sure, and whether there is one."""

    span: Span | None
    margin: float
    answerability: float


class Candidates:
    """Finds a question's candidates; models are loaded at the first question, not before."""

    def __init__(
        self,
        source: Source,
        load_embedder: Callable[[], Embedder],
        load_reader: Callable[[], Reader] | None = None,
    ) -> None:
        """Without ``load_reader`` nothing is read: the reader's signals are 0."""
        self._source = source
        self.vectors = once(lambda: CachedVectors(load_embedder()))
        self._reader = once(load_reader) if load_reader else None

    @property
    def can_read(self) -> bool:
        """Whether there is a reader."""
        return self._reader is not None

    def find(self, asked: Question, hits: Sequence[Hit], *, read: bool) -> tuple[Candidate, ...]:
        """Return the sentences of ``hits`` with their signals, in reading order of the hits.

        A sentence that two passages share counts once, with the better hit. ``read``: let the
        reader read the hits' passages.
        """
        places = self._places(hits)
        read_in = self._read(asked, hits, places) if read and self._reader else ()
        scores = _scored(places, read_in) if read_in else (UNREAD,) * len(places)
        cosines = self._cosines(asked, places)
        weight_of = self._source.word_idf(asked.words)
        idf = {stem(word): weight_of.get(word, 0.0) for word in asked.words}
        found = []
        for number, place in enumerate(places):
            context = _context(place)
            signals = measure(
                asked,
                place.text,
                context,
                cosine=cosines[number],
                idf=idf,
                span=scores[number],
            )
            span = read_in[number].span if read_in else None
            found.append(
                Candidate(place.hit, place.start, place.end, place.text, signals, context, span)
            )
        return tuple(found)

    def _places(self, hits: Sequence[Hit]) -> list[_Place]:
        seen: set[tuple[str, int]] = set()
        places = []
        for hit in hits:
            article = self._source.article(hit.passage.article_id)
            if article is None:
                continue
            before = ""
            for start, end in sentences_of(article.text):
                inside = start < hit.passage.end and end > hit.passage.start
                if inside and (article.id, start) not in seen:
                    seen.add((article.id, start))
                    places.append(_Place(hit, article, start, end, before))
                before = article.text[start:end]
        return places[:MAX_SENTENCES]

    def _cosines(self, asked: Question, places: Sequence[_Place]) -> list[float]:
        vectors = self.vectors().embed([asked.text, *(place.text for place in places)])
        return [float(cosine) for cosine in vectors[1:] @ vectors[0]]

    def _read(
        self, asked: Question, hits: Sequence[Hit], places: Sequence[_Place]
    ) -> tuple[_Found, ...]:
        """Return what the reader found in each place."""
        assert self._reader is not None
        article_of = {place.article.id: place.article for place in places}
        passages = [hit.passage for hit in hits if hit.passage.article_id in article_of]
        headers = [
            header_of(passage.title, article_of[passage.article_id].published)
            for passage in passages
        ]
        readings = self._reader().read(asked.text, passages, headers)
        return tuple(_found(asked, place, readings) for place in places)


def _found(asked: Question, place: _Place, readings: Sequence[Reading]) -> _Found:
    """Return what all the passages that hold some of a sentence say of it."""
    holding = [
        reading
        for reading in readings
        if reading.passage.article_id == place.article.id
        and reading.passage.start < place.end
        and place.start < reading.passage.end
    ]
    spans = [span for reading in holding for span in reading.within(place.start, place.end)]
    spans.sort(key=lambda span: -span.score)
    return _Found(
        span=_of_kind(asked, place, spans) if spans else None,
        margin=spans[0].score if spans else _NO_SPAN,
        answerability=max(reading.answerable for reading in holding),
    )


def _of_kind(asked: Question, place: _Place, spans: Sequence[ReadSpan]) -> Span:
    """Return the best of ``spans``; where the kind asked for is in the sentence, one that has it.

    "What was the trade volume?" looks for a sum: not for the country that the reader might prefer.
    """
    wanted = [
        (place.start + start, place.start + end) for start, end in typed_spans(asked, place.text)
    ]
    for span in spans:
        tight = span.end - span.start <= _LONGEST_TYPED
        if not wanted or (tight and any(a < span.end and span.start < b for a, b in wanted)):
            return span.start, span.end
    return wanted[0]


def _scored(places: Sequence[_Place], found: Sequence[_Found]) -> tuple[SpanScores, ...]:
    most = max(0.0, *(one.margin for one in found))
    powers = [math.exp(one.margin - most) for one in found]
    total = sum(powers) + math.exp(-most)
    return tuple(
        SpanScores(one.margin, power / total, one.answerability, _words(place, one.span))
        for place, power, one in zip(places, powers, found, strict=True)
    )


def _words(place: _Place, span: Span | None) -> int:
    return len(place.article.text[span[0] : span[1]].split()) if span else 0


def _context(place: _Place) -> Context:
    hit = place.hit
    return Context(
        before=place.before,
        passage=hit.passage.text,
        title=hit.passage.title,
        published=place.article.published,
        rank=hit.rank,
        passage_cosine=hit.cosine or 0.0,
    )
