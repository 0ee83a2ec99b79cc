from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import ArticleError, normalise
from corpus.sentences import sentence_spans
from corpus.splitting import SplitSettings, split
from tests.fakes import make_article, words_of

SMALL = SplitSettings(max_tokens=12, min_tokens=6, overlap_sentences=1)


def count(text: str) -> int:
    return len(words_of(text))


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=400))
def test_a_passage_is_what_the_article_says_at_its_offsets(text: str) -> None:
    if not normalise(text).strip():
        return
    article = make_article(text)

    passages = split(article, SMALL, count)

    assert all(article.text[p.start : p.end] == p.text for p in passages)
    assert all(
        any(p.start <= start and end <= p.end for p in passages)
        or count(article.text[start:end]) > 12
        for start, end in sentence_spans(article.text)
    )


def test_passages_end_at_sentence_ends_and_overlap_by_whole_sentences() -> None:
    article = make_article(" ".join(f"Sentence {n} has five words." for n in range(9)))
    ends = {end for _, end in sentence_spans(article.text)}

    passages = split(article, SMALL, count)

    assert len(passages) > 2
    assert all(p.end in ends and count(p.text) <= 12 for p in passages)
    assert all(b.start < a.end for a, b in pairwise(passages))


def test_a_sentence_longer_than_the_window_is_cut_at_white_space() -> None:
    article = make_article("word " * 40)

    passages = split(article, SMALL, count)

    assert all(count(p.text) <= 12 and not p.text.endswith("wor") for p in passages)
    assert sum(count(p.text) for p in passages) == 40


def test_a_text_of_two_million_characters_without_a_full_stop_is_cut_piece_by_piece() -> None:
    article = make_article("word " * 400_000)
    counted: list[int] = []

    def count_noting(text: str) -> int:
        counted.append(len(text))
        return text.count("word")

    passages = split(article, SMALL, count_noting)

    assert sum(p.text.count("word") for p in passages) == 400_000
    assert all(p.text.count("word") <= 12 for p in passages)
    assert sum(counted) < 4 * len(article.text)


def test_settings_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(ArticleError, match="min_tokens"):
        SplitSettings(max_tokens=10, min_tokens=20)
