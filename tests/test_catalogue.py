from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.article import cut_passage
from index.catalogue import Catalogue
from index.embedding import embedded_key
from index.errors import CatalogueError, WrongSettings
from index.library import Library
from tests.fakes import HashEmbedder, make_article, whole_passage


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


def test_a_catalogue_of_the_first_version_keeps_its_articles_and_asks_to_be_rebuilt(
    tmp_path: Path,
) -> None:
    columns = "id, title, text, source, path, url, author, published, place, language, sha256"
    article = make_article("It rained.")
    old = sqlite3.connect(tmp_path / "catalogue.sqlite3")
    old.executescript(
        f"CREATE TABLE articles ({columns}, added TEXT NOT NULL, PRIMARY KEY (id));"
        "CREATE TABLE passages (number INTEGER PRIMARY KEY, id, article_id, start, end, text);"
        "CREATE VIRTUAL TABLE words USING fts5 (title, text);"
        "CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
        "INSERT INTO manifest VALUES ('format', '1'), ('embedder', 'hash-64'), ('split', '');"
        "INSERT INTO articles (id, title, text, sha256, added) VALUES ('a.txt', 'A title', "
        f"'It rained.', '{article.sha256}', '')"
    )
    old.close()

    with pytest.raises(WrongSettings, match=r"format 1.*rebuild"):
        Library.open(tmp_path, HashEmbedder)
    with Library.open(tmp_path, HashEmbedder, rebuild=True) as library:
        assert library.article("a.txt") == article
        assert library.retrieve("rained", 1)[0].passage.article_id == "a.txt"


def test_vectors_that_no_passage_needs_are_dropped(catalogue: Catalogue) -> None:
    passage = whole_passage(make_article("It rained on the coast.", "rain.txt"))
    vector = np.array([0.6, 0.8], dtype=np.float32)
    catalogue.keep_vectors({embedded_key(passage): vector, "of nothing": vector})

    catalogue.drop_vectors()

    assert set(catalogue.vectors([embedded_key(passage), "of nothing"])) == {embedded_key(passage)}
    assert catalogue.passage_vectors([passage.id])[passage.id].tolist() == vector.tolist()


def test_pages_come_out_as_they_went_in(catalogue: Catalogue) -> None:
    article = replace(make_article("One.\n\nTwo.", "p.pdf"), page_starts=(0, 6))

    catalogue.put(article, [whole_passage(article)])

    assert catalogue.article("p.pdf") == article


def test_a_full_disk_is_one_clear_error_and_loses_nothing(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    (pages,) = catalogue._rows("PRAGMA page_count")[0]
    catalogue._rows(f"PRAGMA max_page_count = {pages + 2}")
    article = make_article("It snowed. " * 9_000, "snow.txt")

    with pytest.raises(CatalogueError, match=r"catalogue\.sqlite3.*disk is full.*BOT_INDEX"):
        catalogue.put(article, [whole_passage(article)])

    assert [entry.id for entry in catalogue.entries()] == ["rain.txt", "trade.txt"]
    assert catalogue.remove("rain.txt")


def test_what_cannot_be_committed_is_undone(catalogue: Catalogue) -> None:
    stray = whole_passage(make_article("Of no article.", "stray.txt"))

    with pytest.raises(CatalogueError, match="FOREIGN KEY"), catalogue._transaction():
        catalogue._rows("PRAGMA defer_foreign_keys = ON")
        catalogue._rows(
            "INSERT INTO passages (id, article_id, start, end, text, embedded) "
            f"VALUES ('{stray.id}', 'stray.txt', 0, 14, 'Of no article.', '')"
        )

    assert stray.id not in catalogue.passage_ids()
    assert catalogue.remove("rain.txt")


def test_new_passages_leave_when_an_article_was_added(catalogue: Catalogue) -> None:
    before = catalogue.entries()
    article = catalogue.article("trade.txt")
    assert article is not None

    catalogue.put_passages(article.id, [cut_passage(article, 0, 5), cut_passage(article, 6, 12)])

    assert [entry.passages for entry in catalogue.entries()] == [1, 2]
    assert [entry.added for entry in catalogue.entries()] == [entry.added for entry in before]
    assert [score > 0 for _, score in catalogue.search("volume", 5)] == [True]
