"""Retrieval over a small index: filters, dates, near-duplicates, joined neighbours, spreading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.splitting import SplitSettings
from index.catalogue import Catalogue
from index.fusion import fuse
from index.hybrid import DEFAULTS, HybridRetriever
from index.library import Library
from index.retrieval import ArticleFilter
from tests.fakes import HashEmbedder, make_article

SPLIT = SplitSettings(max_tokens=12, min_tokens=6, overlap_sentences=0)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path, HashEmbedder, split=SPLIT) as made:
        yield made


def put(library: Library, article_id: str, text: str, published: str | None = None) -> None:
    library.add(replace(make_article(text, article_id), published=published, source="Kura"))


def test_a_score_is_the_weighted_sum_of_shares_of_the_best() -> None:
    scores = fuse({"a": 0.8, "b": 0.4, "c": -0.2}, {"b": 3.0, "d": 1.5}, 0.6, 0.4)

    assert scores == pytest.approx({"a": 0.6, "b": 0.7, "c": 0.0, "d": 0.2})


def test_where_nothing_is_near_the_best_cosine_is_no_measure() -> None:
    assert fuse({"a": 0.02, "b": -0.1}, {}, 0.6, 0.4) == pytest.approx({"a": 0.06, "b": 0.0})


def test_of_two_stories_the_one_of_the_asked_year_comes_first(library: Library) -> None:
    put(library, "a.txt", "The rate of the bank was cut on Wednesday.", "2023-05-10")
    put(library, "b.txt", "The rate of the bank was cut on Wednesday again.", "2024-05-22")

    first = [
        library.retrieve(f"when was the rate cut in {year}?", 1)[0].passage.article_id
        for year in (2023, 2024)
    ]

    assert first == ["a.txt", "b.txt"]


def test_a_year_is_a_preference_not_a_condition(library: Library) -> None:
    put(library, "a.txt", "The rate of the bank was cut.", "2023-05-10")

    assert len(library.retrieve("was the rate cut in 1999?", 3)) == 1


def test_a_story_sent_twice_is_found_once(library: Library) -> None:
    put(library, "a.txt", "Two roads on the coast were closed by rain.")
    put(library, "b.txt", "Two roads on the coast were closed by rain!")

    assert len(library.retrieve("which roads were closed?", 5)) == 1


def test_a_paragraph_that_was_cut_is_one_hit(library: Library) -> None:
    put(
        library,
        "a.txt",
        "Rain fell on the coast for three long days. The rain closed two roads there.",
    )

    (hit,) = library.retrieve("rain", 5)

    assert hit.passage.text.startswith("Rain fell")
    assert hit.passage.text.endswith("two roads there.")
    assert hit.passage.text == library.article("a.txt").text[hit.passage.start : hit.passage.end]  # type: ignore[union-attr]


class CountingCatalogue(Catalogue):
    """Remembers which articles were loaded."""

    loaded: tuple[str, ...] = ()

    def article(self, article_id: str) -> Article | None:
        self.loaded += (article_id,)
        return super().article(article_id)


def loaded_for(library: Library, folder: Path, question: str) -> tuple[str, ...]:
    catalogue = CountingCatalogue(folder / "catalogue.sqlite3", read_only=True)
    by_words = replace(DEFAULTS, dense_weight=0.0)
    HybridRetriever(catalogue, library._store, library.embedder, by_words).retrieve(question, 9)
    catalogue.close()
    return catalogue.loaded


def test_an_article_is_loaded_once_a_question_at_most(library: Library, tmp_path: Path) -> None:
    near = [f"Rain number {n} fell, and it fell all day." for n in range(6)]
    put(library, "near.txt", "\n\n".join(near))

    assert loaded_for(library, tmp_path, "rain number") == ("near.txt",)


def test_for_passages_far_apart_no_article_is_loaded(library: Library, tmp_path: Path) -> None:
    between = "Nothing else was of note on any of the other days. " * 3
    put(library, "far.txt", f"Rain fell on the coast.\n\n{between}\n\nRain fell in the hills.")

    assert loaded_for(library, tmp_path, "rain") == ()


def test_two_paragraphs_are_two_hits(library: Library) -> None:
    put(library, "a.txt", "Rain fell on the coast for three days.\n\nThe rain closed two roads.")

    assert [hit.rank for hit in library.retrieve("rain", 5)] == [1, 2]


def test_one_article_does_not_fill_all_places(library: Library) -> None:
    paragraphs = [f"Rain number {n} fell, rain and rain {n}." for n in range(12)]
    put(library, "rain.txt", "\n\n".join(paragraphs))
    put(library, "b.txt", "There was rain on one of the days of the long march of Saturday.")
    put(library, "c.txt", "He said rain was likely but nobody in the town believed him then.")

    hits = library.retrieve("rain number", 8)

    assert len(hits) == 8
    assert [hit.passage.article_id for hit in hits].count("rain.txt") == 6


def test_a_chosen_article_may_fill_all_places(library: Library) -> None:
    paragraphs = [f"Rain number {n} fell, rain and rain {n}." for n in range(12)]
    put(library, "rain.txt", "\n\n".join(paragraphs))
    put(library, "b.txt", "There was rain on one of the days of the march.")

    hits = library.retrieve("rain number", 8, ["rain.txt"])

    assert len(hits) == 8


def test_an_index_says_which_articles_a_filter_lets_through(library: Library) -> None:
    put(library, "a.txt", "Rain fell.", "2023-05-10")
    put(library, "b.txt", "Snow fell.", "2024-05-22")
    put(library, "c.txt", "Hail fell.")

    assert library.select(ArticleFilter(since="2024")) == {"b.txt"}
    assert library.select(ArticleFilter(source="kura", until="2023")) == {"a.txt"}
    assert library.select(ArticleFilter()) == {"a.txt", "b.txt", "c.txt"}


def test_hits_come_in_the_same_order_every_time(library: Library) -> None:
    for number in range(9):
        put(library, f"{number}.txt", f"Rain fell in town {number}.")

    assert library.retrieve("rain fell", 5) == library.retrieve("rain fell", 5)
