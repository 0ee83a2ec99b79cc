from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.splitting import SplitSettings
from index.errors import CatalogueError, FolderError, Locked, WrongEmbedder, WrongSettings
from index.hybrid import DEFAULTS
from index.library import Library, read_entries
from tests.conftest import ROOT
from tests.fakes import HashEmbedder, make_article

SPLIT = SplitSettings(max_tokens=30, min_tokens=10)
TEXTS = {
    "trade.txt": "Trade volume reached USD 255.7 million in 2023. Oil and gas led it.",
    "rain.txt": "It rained on the coast for three days. Two roads were closed.",
    "vote.txt": "Voters chose a new mayor on Sunday. Turnout was 71.4 percent.",
}


def open_library(folder: Path, embedder: HashEmbedder | None = None) -> Library:
    return Library.open(folder, lambda: embedder or HashEmbedder(), split=SPLIT)


def fill(library: Library) -> None:
    library.add_many([make_article(text, name) for name, text in TEXTS.items()])


def found_by_vectors(library: Library) -> set[str]:
    """The articles whose own text finds them by vectors alone."""
    dense = library.retriever(replace(DEFAULTS, words_weight=0.0))
    return {dense.retrieve(text, 1)[0].passage.article_id for text in TEXTS.values()}


def test_what_is_added_is_found_again_after_reopening(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)

    with open_library(tmp_path) as library:
        hits = library.retrieve("trade volume in 2023", 2)

    assert hits[0].passage.article_id == "trade.txt"
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].cosine is not None
    assert hits[0].bm25 is not None


def test_adding_twice_is_adding_once(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        article = make_article(TEXTS["rain.txt"], "rain.txt")
        copy = make_article(TEXTS["rain.txt"], "copy.txt")

        statuses = [library.add(a).status for a in (article, article, copy)]

        assert statuses == ["added", "unchanged", "unchanged"]
        assert [entry.id for entry in library.entries()] == ["rain.txt"]


def test_a_changed_article_is_replaced_and_the_old_text_not_found(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)

        outcome = library.add(make_article("Snow fell on the hills.", "rain.txt"))

        assert outcome.status == "replaced"
        assert all("rained" not in hit.passage.text for hit in library.retrieve("rained coast", 9))
        assert any("Snow" in hit.passage.text for hit in library.retrieve("snow", 9))


def test_two_files_of_one_name_both_stay(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add(replace(make_article("One.", "a.txt"), path="/x/a.txt"))

        other = library.add(replace(make_article("Two.", "a.txt"), path="/y/a.txt"))

        assert other.status == "added"
        assert other.article_id.startswith("a.txt#")


def test_a_removed_article_is_not_found(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)

        statuses = [outcome.status for outcome in library.remove(["trade.txt", "nothing"])]

        assert statuses == ["removed", "refused"]
        assert all(h.passage.article_id != "trade.txt" for h in library.retrieve("trade", 9))


def test_a_question_keeps_to_the_chosen_articles(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)

        hits = library.retrieve("trade volume", 9, ["rain.txt"])

        assert {hit.passage.article_id for hit in hits} == {"rain.txt"}


def test_lost_vectors_are_mended_on_opening(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)
    shutil.rmtree(tmp_path / "vectors")

    with open_library(tmp_path) as library:
        assert found_by_vectors(library) == set(TEXTS)


def test_damaged_vectors_are_rebuilt_on_opening(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)
    for path in (tmp_path / "vectors").glob("*/"):
        shutil.rmtree(path)  # Chroma then counts three records and finds none.

    with open_library(tmp_path) as library:
        assert found_by_vectors(library) == set(TEXTS)


def test_opening_a_healthy_index_embeds_nothing(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)
    embedder = HashEmbedder()

    with open_library(tmp_path, embedder):
        pass

    assert embedder.embedded == []


def test_another_embedder_is_an_error_that_names_both(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)

    with (
        open_library(tmp_path, HashEmbedder("other")) as library,
        pytest.raises(WrongEmbedder, match=r"hash-64.*other.*rebuild"),
    ):
        library.retrieve("trade", 1)


def test_other_split_settings_are_an_error_until_rebuilt(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)
    other = SplitSettings(max_tokens=20, min_tokens=5)

    with pytest.raises(WrongSettings, match="rebuild"):
        Library.open(tmp_path, HashEmbedder, split=other)
    with Library.open(tmp_path, HashEmbedder, split=other, rebuild=True) as library:
        assert library.retrieve("trade volume", 1)[0].passage.article_id == "trade.txt"


def test_rebuilding_keeps_when_an_article_was_added(tmp_path: Path) -> None:
    long_ago = "2001-02-03T04:05:06+00:00"
    with open_library(tmp_path) as library:
        fill(library)
        with library._catalogue._transaction():
            library._catalogue._rows("UPDATE articles SET added = ?", (long_ago,))

    with Library.open(tmp_path, HashEmbedder, split=SPLIT, rebuild=True) as library:
        assert {entry.added for entry in library.entries()} == {long_ago}
        assert found_by_vectors(library) == set(TEXTS)


def test_a_damaged_catalogue_is_one_clear_error_and_stays_as_it_is(tmp_path: Path) -> None:
    damaged = b"This is no database. " * 99
    (tmp_path / "catalogue.sqlite3").write_bytes(damaged)

    for open_it in (read_entries, open_library, open_library):
        with pytest.raises(CatalogueError, match=r"catalogue\.sqlite3.*not a database.*BOT_INDEX"):
            open_it(tmp_path)

    assert (tmp_path / "catalogue.sqlite3").read_bytes() == damaged


@pytest.mark.parametrize("name", ["file/index", "file"])
@pytest.mark.parametrize("chroma_url", [None, "http://localhost:1"])
def test_a_folder_that_cannot_be_made_is_one_clear_error(
    tmp_path: Path, name: str, chroma_url: str | None
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(FolderError, match=r"file.* cannot be used: .*BOT_INDEX"):
        Library.open(tmp_path / name, HashEmbedder, chroma_url=chroma_url)


@pytest.mark.parametrize(
    ("lock", "chroma_url"), [("owner.lock", None), ("writing.lock", "http://localhost:1")]
)
def test_a_lock_that_cannot_be_taken_is_one_clear_error(
    tmp_path: Path, lock: str, chroma_url: str | None
) -> None:
    (tmp_path / lock).mkdir()

    with pytest.raises(FolderError, match=r"cannot be used: .*BOT_INDEX"):
        Library.open(tmp_path, HashEmbedder, chroma_url=chroma_url)


def test_new_articles_beyond_the_most_are_refused_and_others_are_not(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        names = ("/w/a.txt", "/x/a.txt", "/y/a.txt")
        articles = [replace(make_article(f"In {name}.", "a.txt"), path=name) for name in names]
        copy = make_article("In /w/a.txt.", "copy.txt")
        changed = replace(make_article("Changed.", "a.txt"), path="/w/a.txt")

        outcomes = library.add_many([*articles, copy, changed], most=2)

        statuses = ["added", "added", "refused", "unchanged", "replaced"]
        assert [outcome.status for outcome in outcomes] == statuses
        assert outcomes[2].reason == "there are 2 articles, the most allowed (BOT_MAX_ARTICLES)"


def test_a_second_owner_is_told_who_has_the_index(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)

        with pytest.raises(Locked, match=r"in use by process \d+.*BOT_CHROMA_URL"):
            open_library(tmp_path)

        assert len(read_entries(tmp_path)) == 3


def test_a_process_killed_while_adding_leaves_an_index_that_mends_itself(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path\n"
        "from tests.test_library import *\n"
        "class Dying(HashEmbedder):\n"
        "    def embed(self, texts):\n"
        "        os.kill(os.getpid(), 9)\n"
        "fill(open_library(Path(sys.argv[1]), Dying()))\n"
    )

    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False)

    assert done.returncode == -9
    with open_library(tmp_path) as library:
        fill(library)
        found = {library.retrieve(text, 1)[0].passage.article_id for text in TEXTS.values()}
        assert found == set(TEXTS)


def test_a_replaced_articles_vectors_are_not_kept(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        fill(library)

        library.add(make_article("Snow fell on the hills.", "rain.txt"))

        (kept,) = library._catalogue._rows("SELECT count(*) FROM vectors")[0]
        assert kept == len(library._catalogue.passage_ids())
