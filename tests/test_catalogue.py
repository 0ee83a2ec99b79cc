from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.catalogue import Catalogue
from tests.fakes import make_article, whole_passage


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "catalogue.sqlite3")
    for name, text in [
        ("trade.txt", "Trade volume reached USD 255.7 million in 2023."),
        ("rain.txt", "It rained on the coast."),
    ]:
        article = make_article(text, name)
        made.put(article, [whole_passage(article)])
    yield made
    made.close()


def test_an_article_comes_out_as_it_went_in(catalogue: Catalogue) -> None:
    article = make_article("Ünïcode “text”.", "u.txt")

    catalogue.put(article, [whole_passage(article)])

    assert catalogue.article("u.txt") == article


def test_words_find_passages_by_their_stems(catalogue: Catalogue) -> None:
    (found, score), *others = catalogue.search("volumes traded", 5)

    assert catalogue.passages([found])[found].article_id == "trade.txt"
    assert score > 0
    assert not others


@pytest.mark.parametrize(
    "query",
    ['"', "NEAR(a b)", "a AND", "title:x", "*", "\x00", "🙂", "", "x " * 50_000, "-- ; DROP"],
)
def test_no_text_breaks_the_search(catalogue: Catalogue, query: str) -> None:
    assert isinstance(catalogue.search(query, 5), tuple)


def test_a_search_keeps_to_the_chosen_articles(catalogue: Catalogue) -> None:
    assert catalogue.search("trade", 5, ["rain.txt"]) == ()
    assert catalogue.search("trade", 5, []) == ()


def test_rare_words_weigh_more(catalogue: Catalogue) -> None:
    idf = catalogue.word_idf(["trade", "unheard"])

    assert idf["trade"] == pytest.approx(math.log(1 + 1.5 / 1.5))
    assert idf["unheard"] == pytest.approx(math.log(1 + 2.5 / 0.5))


def test_a_removed_article_is_gone_with_its_words(catalogue: Catalogue) -> None:
    assert catalogue.remove("trade.txt")

    assert catalogue.article("trade.txt") is None
    assert catalogue.search("trade", 5) == ()
    assert not catalogue.remove("trade.txt")


def test_a_reader_sees_what_a_writer_has_open(catalogue: Catalogue, tmp_path: Path) -> None:
    reader = Catalogue(tmp_path / "catalogue.sqlite3", read_only=True)

    assert [entry.id for entry in reader.entries()] == ["rain.txt", "trade.txt"]
    reader.close()
