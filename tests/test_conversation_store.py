"""Conversations in SQLite: each owner finds their own, and nobody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bot.conversations import conversation_store
from bot.conversations.conversation_store import FILE, ConversationStore, Stored, owner_of
from bot.errors import KeptError

ANN, BOB = owner_of("ann", ""), owner_of("", "b" * 64)


def form(number: int, day: int = 1, answers: int = 1) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "title": f"Title {number}",
        "changed": f"2026-11-{day:02d}T10:00:00+00:00",
        "exchanges": [{"id": f"{number:016x}{answer:016x}"} for answer in range(answers)],
    }


def put(store: ConversationStore, owner: str, kept: dict[str, Any]) -> Stored:
    """Keep it as a tab does that knows of every answer."""
    number = int(kept["id"], 16)
    return store.put(owner, kept, [each["id"] for each in form(number, answers=9)["exchanges"]])


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "index")


def test_what_was_put_is_listed_newest_first_and_comes_back(store: ConversationStore) -> None:
    put(store, ANN, form(1, day=2, answers=3))
    put(store, ANN, form(2, day=3))

    assert [(e.title, e.questions) for e in store.entries(ANN)] == [("Title 2", 1), ("Title 1", 3)]
    assert store.get(ANN, form(1)["id"]) == form(1, day=2, answers=3)


def test_an_answer_leads_to_its_conversation(store: ConversationStore) -> None:
    put(store, ANN, form(1, answers=3))

    assert store.get(ANN, answer=f"{1:016x}{2:016x}")["id"] == form(1)["id"]
    put(store, ANN, form(1, answers=1))
    with pytest.raises(KeptError):
        store.get(ANN, answer=f"{1:016x}{2:016x}")


def test_answers_of_another_tab_are_not_written_over(store: ConversationStore) -> None:
    put(store, ANN, form(1, answers=3))

    stored = store.put(ANN, form(1, answers=2), [f"{1:016x}{0:016x}", f"{1:016x}{1:016x}"])

    assert stored.id != form(1)["id"]
    assert len(store.get(ANN, form(1)["id"])["exchanges"]) == 3
    assert len(store.get(ANN, stored.id)["exchanges"]) == 2


def test_two_tabs_that_finish_together_lose_no_answer(store: ConversationStore) -> None:
    tabs = Barrier(2)

    def answers_of(number: int, tab: str) -> str:
        first = form(number)
        answer = f"{number:016x}{tab * 16}"
        exchanges = [*first["exchanges"], {"id": answer}]
        tabs.wait()
        stored = store.put(ANN, {**first, "exchanges": exchanges}, [e["id"] for e in exchanges])
        assert store.get(ANN, stored.id)["exchanges"] == exchanges
        return answer

    for number in range(30):
        put(store, ANN, form(number))
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(answers_of, [number, number], "ef"))

        held = [store.get(ANN, answer=answer)["exchanges"][-1]["id"] for answer in answers]
        assert held == answers


def test_nobody_reads_renames_or_deletes_anothers(store: ConversationStore) -> None:
    put(store, ANN, form(1))
    name = form(1)["id"]

    store.rename(BOB, name, "Mine")
    store.remove(BOB, name)

    assert store.entries(BOB) == ()
    for wish in ({"name": name}, {"answer": f"{1:016x}{0:016x}"}):
        with pytest.raises(KeptError, match="not here"):
            store.get(BOB, **wish)
    assert store.entries(ANN)[0].title == "Title 1"


def test_the_same_id_of_two_owners_is_two_conversations(store: ConversationStore) -> None:
    put(store, ANN, form(1, answers=2))
    put(store, BOB, form(1))

    store.remove(BOB, form(1)["id"])

    assert store.get(ANN, answer=f"{1:016x}{1:016x}")["id"] == form(1)["id"]


def test_a_new_title_outlives_the_next_answer(store: ConversationStore) -> None:
    put(store, ANN, form(1))
    store.rename(ANN, form(1)["id"], "The bridge")

    put(store, ANN, form(1, day=5, answers=2))

    assert store.entries(ANN)[0].title == "The bridge"
    assert store.get(ANN, form(1)["id"])["title"] == "The bridge"


def test_the_oldest_makes_room(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation_store, "MOST", 3)

    dropped = [put(store, ANN, form(number, day=number)).dropped for number in range(1, 6)]
    put(store, BOB, form(9))

    assert dropped == [0, 0, 0, 1, 1]
    assert [entry.title for entry in store.entries(ANN)] == ["Title 5", "Title 4", "Title 3"]


def test_a_browsers_secret_is_not_in_the_file(store: ConversationStore, tmp_path: Path) -> None:
    put(store, BOB, form(1))

    written = b"".join(path.read_bytes() for path in (tmp_path / "index").glob(f"{FILE}*"))

    assert b"Title 1" in written
    assert b"b" * 64 not in written


@pytest.mark.parametrize("secret", ["", "short", "x" * 1_000])
def test_a_browser_without_a_secret_keeps_nothing(secret: str) -> None:
    with pytest.raises(KeptError, match="gave no key"):
        owner_of("", secret)


def test_no_name_passes_for_a_browser() -> None:
    assert owner_of("browser:abc", "") != owner_of("", "c" * 64)
    assert owner_of("ann", "b" * 64) == ANN


def test_many_threads_put_at_once(store: ConversationStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: put(store, ANN, form(number)), range(40)))

    assert len(store.entries(ANN)) == 40


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, surely not" * 100)

    with pytest.raises(KeptError, match=FILE):
        ConversationStore(tmp_path).entries(ANN)
