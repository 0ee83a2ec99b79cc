"""Fakes that can be computed by hand, in place of models: no network, no weights, no wait."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from bot.answer import Answer, Citation
from bot.reader.decoding import Span
from bot.reader.reading import Reading
from corpus.article import Article, Passage, cut_passage, normalise
from index.embedding import Vectors
from index.retrieval import Hit


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


class HashEmbedder:
    """A vector counts the text's words in 64 buckets (CRC-32 modulo 64), at unit length."""

    def __init__(self, name: str = "hash-64") -> None:
        self.name = name
        self.dimension = 64
        self.max_tokens = 256
        self.embedded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(words_of(text))

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in words_of(text) or [""]:
                row[zlib.crc32(word.encode()) % self.dimension] += 1.0
            row /= np.linalg.norm(row)
        return vectors


class QueuedAnswerer:
    """Quotes the first hit's passage, or refuses when there is none, piece by piece."""

    name = "queued"

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        if not hits:
            yield Answer(question, searched, answered=False, text="No.", answerer=self.name)
            return
        passage = hits[0].passage
        yield "It says: "
        citation = Citation(1, passage, passage.start, passage.end, passage.text)
        yield Answer(
            question,
            searched,
            answered=True,
            text=f"{passage.text} [1]",
            short=passage.text,
            confidence=0.9,
            citations=(citation,),
            hits=tuple(hits),
            answerer=self.name,
        )


class FakeIndex:
    """Articles in memory; every passage is a whole article; ranks by shared words."""

    def __init__(self, *articles: Article) -> None:
        self._articles = {article.id: article for article in articles}

    def article(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def word_idf(self, words: Collection[str]) -> Mapping[str, float]:
        return dict.fromkeys(words, 1.0)

    def retrieve(
        self, question: str, k: int, articles: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        asked = set(words_of(question))
        passages = [
            whole_passage(article)
            for article in self._articles.values()
            if articles is None or article.id in articles
        ]
        ranked = sorted(passages, key=lambda p: -len(asked & set(words_of(p.text))))
        return tuple(Hit(p, 1.0 / n, n, cosine=0.5) for n, p in enumerate(ranked[:k], start=1))


def make_article(
    text: str, article_id: str = "a.txt", title: str = "A title", published: str | None = None
) -> Article:
    return Article(id=article_id, title=title, text=normalise(text), published=published)


def whole_passage(article: Article) -> Passage:
    return cut_passage(article, 0, len(article.text))


class WordReader:
    """Reads by a table: a span's score by its text; what is not in the table is never found."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        self.scores = scores
        self.headers: tuple[str, ...] = ()

    def read(
        self, question: str, passages: Sequence[Passage], headers: Sequence[str]
    ) -> tuple[Reading, ...]:
        self.headers = tuple(headers)
        return tuple(self._read(passage) for passage in passages)

    def _read(self, passage: Passage) -> Reading:
        found = [
            Span(passage.start + place, passage.start + place + len(text), score)
            for text, score in self.scores.items()
            if (place := passage.text.find(text)) >= 0
        ]
        spans = tuple(sorted(found, key=lambda span: -span.score))
        return Reading(passage, spans, spans[0].score if spans else -8.0)
