"""A text that is handed over, without a file: how it is named, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adding import add_sources, add_text
from bot.settings import BotSettings
from corpus.errors import EmptyText, TooLarge
from corpus.splitting import SplitSettings
from index.library import Library
from tests.fakes import HashEmbedder

TEXT = "The geese flew south in October."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    split = SplitSettings(max_tokens=30, min_tokens=16)
    with Library.open(tmp_path / "index", HashEmbedder, split=split) as opened:
        yield opened


def test_a_text_is_named_after_its_title_and_content(library: Library) -> None:
    outcome = add_text(library, " Of  geese & ships ", TEXT, BotSettings())

    assert outcome.article_id.rpartition("-")[0] == "of-geese-ships"
    article = library.article(outcome.article_id)
    assert article is not None
    assert (article.title, article.text, article.path) == ("Of geese & ships", TEXT, None)


def test_another_text_of_the_same_title_replaces_nothing(library: Library) -> None:
    first = add_text(library, "Geese", TEXT, BotSettings())
    second = add_text(library, "Geese", f"{TEXT} They came back.", BotSettings())
    again = add_text(library, "Geese", TEXT, BotSettings())

    assert [first.status, second.status, again.status] == ["added", "added", "unchanged"]
    assert first.article_id != second.article_id


@pytest.mark.parametrize("title", ["", "???", "地震", "../../etc/passwd"])
def test_any_title_makes_a_harmless_name(library: Library, title: str) -> None:
    article_id = add_text(library, title, TEXT, BotSettings()).article_id

    assert article_id
    assert not set(article_id) & set("/\\. ?")


def test_no_text_and_too_much_text_are_refused(library: Library) -> None:
    with pytest.raises(EmptyText, match="Geese: no text"):
        add_text(library, "Geese", " \n", BotSettings())
    with pytest.raises(TooLarge, match="at most 20 are read"):
        add_text(library, "Geese", TEXT, BotSettings(max_upload_bytes=20))


def test_beyond_the_most_articles_a_text_is_refused(library: Library) -> None:
    settings = BotSettings(max_articles=1)
    add_text(library, "Geese", TEXT, settings)

    assert add_text(library, "Ships", "Ships came.", settings).status == "refused"


def test_files_of_one_name_count_as_often_as_they_are_there(
    library: Library, tmp_path: Path
) -> None:
    for number in range(4):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "a.txt").write_text(f"{TEXT} {number} came back.", "utf-8")
    sources = [str(tmp_path / f"{number}") for number in range(4)]

    outcomes = add_sources(library, sources, BotSettings(max_articles=1))

    assert [each.status for each in outcomes] == ["added", "refused", "refused", "refused"]
    assert len(library.entries()) == 1


def test_a_full_index_says_of_a_text_that_is_there_that_it_is_unchanged(
    library: Library,
) -> None:
    settings = BotSettings(max_articles=1)
    add_text(library, "Geese", TEXT, settings)

    assert add_text(library, "Birds", TEXT, settings).status == "unchanged"


def test_a_long_list_is_stored_while_it_is_loaded_and_its_progress_ends_once(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(100):
        text = "" if number == 7 else f"{TEXT} {number} came back."
        (folder / f"{number:03}.txt").write_text(text, "utf-8")
    told: list[tuple[int, int, int]] = []

    def progress(done: int, total: int, what: str) -> None:
        told.append((done, total, len(library.entries())))

    outcomes = add_sources(library, [str(folder)], BotSettings(), progress)

    assert [each.status for each in outcomes] == ["added"] * 99 + ["refused"]
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1] == (99, 99, 99)
    assert [done for done, total, _ in told if done >= total] == [99]
    assert next(stored for _, total, stored in told if total > 64) >= 31
