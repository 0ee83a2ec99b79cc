"""The vector store's contract, embedded and on a real server; and an index on a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from corpus.splitting import SplitSettings
from index.errors import StoreError
from index.hybrid import DEFAULTS
from index.library import Library
from index.retrieval import Retriever
from index.store import ChromaStore, VectorStore
from tests.chroma_server import chroma_server
from tests.conftest import ROOT
from tests.fakes import HashEmbedder, make_article, whole_passage

SPLIT = SplitSettings(max_tokens=30, min_tokens=10)
PASSAGES = [
    whole_passage(make_article(text, name))
    for name, text in [("a.txt", "East."), ("b.txt", "North."), ("c.txt", "North-east.")]
]
EAST, NORTH, NORTH_EAST = (passage.id for passage in PASSAGES)
VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)


@pytest.fixture(scope="module")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(params=["embedded", "server"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], VectorStore]:
    """What opens one and the same store, again and again."""
    if request.param == "embedded":
        return lambda: ChromaStore.embedded(tmp_path)
    url, name = request.getfixturevalue("chroma_url"), f"passages-{uuid4().hex}"
    return lambda: ChromaStore.server(url, name)


@pytest.fixture
def store(reopen: Callable[[], VectorStore]) -> Iterator[VectorStore]:
    opened = reopen()
    opened.add(PASSAGES, VECTORS)
    yield opened
    opened.close()


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    found = store.query(np.array([0, 1], dtype=np.float32), 2)

    assert [key for key, _ in found] == [NORTH, NORTH_EAST]
    assert [cosine for _, cosine in found] == pytest.approx([1.0, 0.8], abs=1e-4)


def test_a_query_keeps_to_the_chosen_articles(store: VectorStore) -> None:
    north = np.array([0, 1], dtype=np.float32)

    assert [key for key, _ in store.query(north, 9, ["a.txt", "c.txt"])] == [NORTH_EAST, EAST]
    assert store.query(north, 9, []) == ()


def test_more_articles_may_be_chosen_than_one_condition_holds(store: VectorStore) -> None:
    chosen = ["c.txt", *(f"b{number}.txt" for number in range(6_000)), "a.txt"]

    found = store.query(np.array([0, 1], dtype=np.float32), 9, chosen)

    assert [key for key, _ in found] == [NORTH_EAST, EAST]


def test_what_is_removed_is_not_found(store: VectorStore) -> None:
    store.remove([NORTH, "unknown"])

    assert store.ids() == {EAST, NORTH_EAST}
    assert NORTH not in dict(store.query(np.array([0, 1], dtype=np.float32), 9))


def test_vectors_come_back_by_id(store: VectorStore) -> None:
    found = store.vectors([NORTH_EAST, "unknown", EAST])

    assert set(found) == {NORTH_EAST, EAST}
    assert found[NORTH_EAST] == pytest.approx(VECTORS[2], abs=1e-6)


def test_adding_what_is_there_changes_nothing(store: VectorStore) -> None:
    store.add(PASSAGES[:1], VECTORS[1:2])

    assert store.vectors([EAST])[EAST] == pytest.approx(VECTORS[0], abs=1e-6)


def test_what_was_added_is_there_after_reopening(
    store: VectorStore, reopen: Callable[[], VectorStore]
) -> None:
    store.close()

    again = reopen()

    assert again.ids() == {EAST, NORTH, NORTH_EAST}
    assert again.query(np.array([1, 0], dtype=np.float32), 1)[0][0] == EAST
    again.close()


def test_an_empty_store_finds_nothing(reopen: Callable[[], VectorStore]) -> None:
    empty = reopen()

    assert empty.ids() == frozenset()
    assert empty.query(np.array([1, 0], dtype=np.float32), 3) == ()
    empty.close()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:8000", "http://127.0.0.1:9"])
def test_a_server_that_is_none_is_an_error_that_names_it(url: str) -> None:
    with pytest.raises(StoreError, match=url):
        ChromaStore.server(url)


def open_library(
    folder: Path, chroma_url: str, embedder: HashEmbedder | None = None, rebuild: bool = False
) -> Library:
    return Library.open(
        folder,
        lambda: embedder or HashEmbedder(),
        split=SPLIT,
        chroma_url=chroma_url,
        rebuild=rebuild,
    )


def by_vectors(library: Library) -> Retriever:
    return library.retriever(replace(DEFAULTS, words_weight=0.0))


def test_two_open_indexes_share_what_is_on_the_server(tmp_path: Path, chroma_url: str) -> None:
    with open_library(tmp_path, chroma_url) as one, open_library(tmp_path, chroma_url) as other:
        one.add(make_article("It rained on the coast.", "rain.txt"))

        (hit,) = by_vectors(other).retrieve("rained", 3)

        assert hit.passage.article_id == "rain.txt"


def test_two_folders_on_one_server_do_not_mix(tmp_path: Path, chroma_url: str) -> None:
    with open_library(tmp_path / "one", chroma_url) as one:
        one.add(make_article("It rained on the coast.", "rain.txt"))
        with open_library(tmp_path / "other", chroma_url) as other:
            assert other.retrieve("rained", 3) == ()

        assert len(by_vectors(one).retrieve("rained", 3)) == 1


def test_vectors_that_the_server_lost_come_back_without_embedding(
    tmp_path: Path, chroma_url: str
) -> None:
    with open_library(tmp_path, chroma_url) as library:
        library.add(make_article("It rained on the coast.", "rain.txt"))
        library._store.remove(library._store.ids())
    embedder = HashEmbedder()

    with open_library(tmp_path, chroma_url, embedder) as library:
        assert embedder.embedded == []
        assert len(by_vectors(library).retrieve("rained", 1)) == 1


def test_an_index_on_a_server_is_rebuilt_with_another_embedder(
    tmp_path: Path, chroma_url: str
) -> None:
    with open_library(tmp_path, chroma_url) as library:
        library.add(make_article("It rained on the coast.", "rain.txt"))
    other = HashEmbedder("other")

    with open_library(tmp_path, chroma_url, other, rebuild=True) as library:
        assert len(other.embedded) == 1
        assert len(by_vectors(library).retrieve("rained", 1)) == 1


WRITER = """
import sys
from pathlib import Path
from tests.test_store import make_article, open_library
folder, url, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with open_library(folder, url) as library:
    for number in range(40):
        article = make_article(f"Writer {name} tells story {number} of {number} goats.", f"{name}-{number}.txt")
        library.add(article)
"""


def test_several_writers_at_once_lose_nothing(tmp_path: Path, chroma_url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, chroma_url, name], cwd=ROOT)
        for name in ("one", "two", "three")
    ]

    codes = [writer.wait() for writer in writers]

    assert codes == [0, 0, 0]
    embedder = HashEmbedder()
    with open_library(tmp_path, chroma_url, embedder) as library:
        assert len(library.entries()) == 120
        assert library._store.ids() == library._catalogue.passage_ids()
        assert embedder.embedded == []  # Opening had nothing to mend.
        for name in ("one", "two", "three"):
            hits = library.retrieve(f"Writer {name} tells story 7", 5)
            assert hits[0].passage.article_id == f"{name}-7.txt"
