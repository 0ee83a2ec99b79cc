from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from corpus.splitting import SplitSettings
from index.library import Library
from index.syncing import sync
from tests.conftest import ROOT
from tests.fakes import HashEmbedder, make_article

SPLIT = SplitSettings(max_tokens=30, min_tokens=10)
KILLS = 30
TEXTS = {
    "trade.txt": "Trade volume reached USD 255.7 million in 2023. Oil and gas led it.",
    "rain.txt": "It rained on the coast for three days. Two roads were closed.",
    "vote.txt": "Voters chose a new mayor on Sunday. Turnout was 71.4 percent.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    for name, text in TEXTS.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Library]:
    with open_library(tmp_path / "index", embedder) as made:
        yield made


def open_library(folder: Path, embedder: HashEmbedder | None = None) -> Library:
    return Library.open(folder, lambda: embedder or HashEmbedder(), split=SPLIT)


def content(library: Library) -> dict[str, object]:
    """All that an index holds, but for when it was added: article, passages, words, vectors."""
    catalogue, store = library._catalogue, library._store
    passages = catalogue.passages(catalogue.passage_ids())
    vectors = store.vectors(sorted(store.ids()))
    return {
        "articles": [library.article(entry.id) for entry in library.entries()],
        "passages": sorted(passages.values(), key=lambda passage: passage.id),
        "vectors": {key: vector.round(4).tolist() for key, vector in vectors.items()},
        "kept": catalogue._rows("SELECT embedded FROM vectors ORDER BY embedded"),
        "words": catalogue._rows("SELECT title, text FROM words ORDER BY title, text"),
        "found": [
            (hit.passage.id, round(hit.score, 6)) for hit in library.retrieve("story of rain", 9)
        ],
    }


def test_syncing_makes_the_index_equal_to_the_folder(folder: Path, library: Library) -> None:
    sync(library, folder)
    (folder / "rain.txt").unlink()
    (folder / "vote.txt").rename(folder / "election.txt")
    (folder / "trade.txt").write_text("Trade fell.", encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00")

    foretold = sync(library, folder, dry_run=True)
    done = sync(library, folder)
    again = sync(library, folder)

    assert {(o.article_id, o.status) for o in done} == {
        ("rain.txt", "removed"),
        ("election.txt", "renamed"),
        ("trade.txt", "replaced"),
        ("bad.txt", "refused"),
    }
    assert foretold == done
    assert {o.status for o in again} == {"unchanged", "refused"}
    assert [entry.id for entry in library.entries()] == ["election.txt", "trade.txt"]


def test_a_dry_run_changes_nothing(folder: Path, library: Library) -> None:
    sync(library, folder)
    before = content(library)
    (folder / "rain.txt").unlink()
    (folder / "new.txt").write_text("Snow fell.", encoding="utf-8")

    sync(library, folder, dry_run=True)

    assert content(library) == before


def test_a_renamed_file_is_not_embedded_again(
    folder: Path, library: Library, embedder: HashEmbedder
) -> None:
    sync(library, folder)
    embedder.embedded.clear()
    (folder / "rain.txt").rename(folder / "weather.txt")

    sync(library, folder)

    assert embedder.embedded == []
    assert library.retrieve("rained coast", 1)[0].passage.article_id == "weather.txt"


def test_only_the_passages_that_changed_are_embedded(
    folder: Path, library: Library, embedder: HashEmbedder
) -> None:
    sentences = [f"Story {number} tells of {number} goats and a bridge." for number in range(12)]
    (folder / "long.txt").write_text("Goats\n\n" + "\n\n".join(sentences), encoding="utf-8")
    sync(library, folder)
    embedder.embedded.clear()
    sentences[-1] = "Story 11 tells of a fire."
    (folder / "long.txt").write_text("Goats\n\n" + "\n\n".join(sentences), encoding="utf-8")

    sync(library, folder)

    assert len(embedder.embedded) == 1
    assert "fire" in embedder.embedded[0]


def test_articles_from_elsewhere_stay(folder: Path, library: Library) -> None:
    library.add(make_article("Added by hand.", "hand.txt"))

    sync(library, folder)

    assert library.article("hand.txt") is not None


def test_a_file_that_became_unreadable_keeps_its_article(folder: Path, library: Library) -> None:
    sync(library, folder)
    (folder / "rain.txt").write_bytes(b"\x00")

    outcomes = sync(library, folder)

    assert ("rain.txt", "refused") in {(o.article_id, o.status) for o in outcomes}
    assert library.article("rain.txt") is not None


def test_of_two_files_with_one_text_the_first_counts_whenever_it_came(
    folder: Path, library: Library
) -> None:
    sync(library, folder)
    shutil.copy(folder / "rain.txt", folder / "a-copy.txt")

    sync(library, folder)
    copied = [entry.id for entry in library.entries()]
    (folder / "a-copy.txt").unlink()
    sync(library, folder)

    assert copied == ["a-copy.txt", "trade.txt", "vote.txt"]
    assert [entry.id for entry in library.entries()] == ["rain.txt", "trade.txt", "vote.txt"]


def test_a_text_that_moves_to_another_file_while_its_own_changes_is_kept(
    folder: Path, library: Library
) -> None:
    sync(library, folder)
    (folder / "0-new.txt").write_text(TEXTS["vote.txt"], encoding="utf-8")
    (folder / "vote.txt").write_text("The mayor resigned.", encoding="utf-8")

    sync(library, folder)

    texts = {e.id: a.text for e in library.entries() if (a := library.article(e.id))}
    assert texts["0-new.txt"] == TEXTS["vote.txt"]
    assert texts["vote.txt"] == "The mayor resigned."


def test_a_row_that_left_its_file_leaves_the_index(folder: Path, library: Library) -> None:
    rows = folder / "rows.csv"
    rows.write_text("id,text\na,Goats crossed.\nb,Sheep crossed.\nc,\n", encoding="utf-8")
    first = sync(library, folder)
    rows.write_text("id,text\nb,Sheep crossed.\n", encoding="utf-8")

    second = sync(library, folder)

    assert {o.status for o in first if o.article_id == "rows.csv#c"} == {"refused"}
    assert {(o.article_id, o.status) for o in second if "#" in o.article_id} == {
        ("rows.csv#a", "removed"),
        ("rows.csv#b", "unchanged"),
    }


# Importing Chroma takes a second: one process does it once and forks before anything is opened.
SYNCER = """
import os, sys
import chromadb, chromadb.config, filelock
from pathlib import Path
from tests.test_syncing import open_library, sync
print("ready", flush=True)
for line in sys.stdin:
    index, folder = line.split()
    child = os.fork()
    if child == 0:
        with open_library(Path(index)) as library:
            sync(library, Path(folder))
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@contextmanager
def syncing_processes() -> Iterator[Callable[[Path, Path, float | None], bool]]:
    """Give what syncs in a process of its own, and kills it after some seconds: was it killed?"""
    syncer = subprocess.Popen(
        [sys.executable, "-c", SYNCER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert syncer.stdin is not None
    assert syncer.stdout is not None
    to, of = syncer.stdin, syncer.stdout

    def run(index: Path, folder: Path, seconds: float | None) -> bool:
        print(index, folder, file=to, flush=True)
        child = int(of.readline())
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):  # It was done already.
                os.kill(child, signal.SIGKILL)
        return int(of.readline()) == signal.SIGKILL

    with syncer:
        assert of.readline() == "ready\n"
        yield run
        to.close()


def change(folder: Path, rng: random.Random) -> None:
    """Add, change, rename and remove some files."""
    files = sorted(folder.iterdir())
    for file in rng.sample(files, k=min(len(files), 6)):
        what = rng.choice(["change", "rename", "remove", "copy"])
        if what == "change":
            file.write_text(story(rng), encoding="utf-8")
        elif what == "rename":
            file.rename(folder / f"{rng.randrange(1000)}.txt")
        elif what == "remove":
            file.unlink()
        else:
            shutil.copy(file, folder / f"{rng.randrange(1000)}.txt")
    for _ in range(6):
        (folder / f"{rng.randrange(1000)}.txt").write_text(story(rng), encoding="utf-8")


def story(rng: random.Random) -> str:
    words = "rain goat bridge mayor vote trade oil coast road snow fire story of".split()
    sentences = [" ".join(rng.choices(words, k=8)).capitalize() + "." for _ in range(8)]
    return f"Story {rng.randrange(10**6)}\n\n" + "\n\n".join(sentences)


def test_a_sync_killed_at_any_moment_is_finished_by_the_next(tmp_path: Path) -> None:
    rng = random.Random(4)
    folder, index = tmp_path / "articles", tmp_path / "index"
    folder.mkdir()
    killed = 0
    with syncing_processes() as run:
        change(folder, rng)
        started = time.monotonic()
        run(index, folder, None)
        seconds = time.monotonic() - started

        for number in range(KILLS):
            change(folder, rng)
            killed += run(index, folder, rng.uniform(0, seconds))
            if number % 3 == 2:
                run(index, folder, None)
                assert_same_as_a_clean_build(index, folder, tmp_path / f"clean-{number}")

    assert killed >= KILLS // 2


def assert_same_as_a_clean_build(index: Path, folder: Path, clean: Path) -> None:
    with open_library(clean) as library:
        sync(library, folder)
        expected = content(library)
    with open_library(index) as library:
        assert content(library) == expected
