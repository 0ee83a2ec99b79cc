"""The desk behind every door: whose articles are whose, what is counted, what many at once get."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer
from bot.assembling import Bot
from bot.chain import Chain
from bot.conversations.conversation import Exchange
from bot.conversations.feedback import KNOWN, judged
from bot.doors.desk import Desk
from bot.doors.loading import Background, BackgroundBot
from bot.doors.opening import open_desk
from bot.doors.owning import OneCollection, UserCollections, user_folder
from bot.doors.visiting import Visitor
from bot.errors import BotError
from bot.once import once
from bot.queueing import Turns
from bot.settings import BotSettings
from bot.weighing.vectors import CachedEmbedder
from corpus.splitting import SplitSettings
from index.errors import LibraryError
from index.library import Library
from tests.fakes import HashEmbedder, QueuedAnswerer, make_article
from tests.panes import ANN, desk_over

BOB = Visitor("192.0.2.1", "bob")
CAT = Visitor("192.0.2.1", "cat")
DAN = Visitor("192.0.2.1", "dan")
SPLIT = SplitSettings(max_tokens=30, min_tokens=16)


def opener(settings: BotSettings, opened: list[str]) -> Callable[[str, object], Bot]:
    """What opens a user's collection, with one article that names the user."""

    def open_bot(user: str, progress: object) -> Bot:
        own = replace(settings, index=user_folder(settings.index, user))
        library = Library.open(own.index, HashEmbedder, split=SPLIT)
        library.add(make_article(f"The secret of {user} is {user}{user}.", "secret.txt"))
        opened.append(user)
        return Bot(own, library, Chain(library, QueuedAnswerer(), k=3, max_question_chars=200))

    return open_bot


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def settings(tmp_path: Path) -> BotSettings:
    return BotSettings(index=tmp_path / "index", auth="users", user_collections=True)


@pytest.fixture
def own(settings: BotSettings, opened: list[str]) -> Iterator[Desk]:
    """A desk where each user has their own articles; two collections stay open."""
    collections = UserCollections(Background(lambda progress: ()), opener(settings, opened), most=2)
    desk = Desk(collections, settings)
    yield desk
    desk.close()


def test_each_user_asks_their_own_articles(own: Desk) -> None:
    assert "bobbob" in own.ask(BOB, "what is the secret?").text
    assert "catcat" in own.ask(CAT, "what is the secret?").text
    assert [entry.id for entry in own.entries(CAT)] == ["secret.txt"]


def test_nobody_adds_to_removes_from_or_judges_for_another(own: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The bridge cost USD 7 million.", encoding="utf-8")

    (outcome,) = own.add(BOB, [str(page)])
    answer = own.ask(BOB, "what did the bridge cost?")
    own.judge(BOB, judged(Exchange("q", "", answer), "good"))
    (refused,) = own.remove(CAT, [outcome.article_id])

    assert refused.status == "refused"
    assert own.article(CAT, outcome.article_id) is None
    assert own.article(BOB, outcome.article_id) is not None
    assert (tmp_path / "index" / "users" / "bob" / KNOWN).exists()
    assert not (tmp_path / "index" / "users" / "cat" / KNOWN).exists()


def test_who_has_not_signed_in_has_no_articles(own: Desk) -> None:
    with pytest.raises(BotError, match="sign in first"):
        own.entries(ANN)


def test_the_collection_used_longest_ago_is_closed_and_opened_again(
    own: Desk, opened: list[str]
) -> None:
    for visitor in (BOB, CAT, BOB, DAN, BOB, CAT):
        own.ask(visitor, "what is the secret?")

    assert opened == ["bob", "cat", "dan", "cat"]
    assert own.stock().collections == 2


def test_a_collection_at_work_stays_open(own: Desk) -> None:
    answer = own.stream(BOB, "what is the secret?")
    next(answer)
    for visitor in (CAT, DAN):
        own.ask(visitor, "what is the secret?")

    *_, last = answer

    assert isinstance(last, Answer)
    assert last.answered


def test_a_collection_that_could_not_be_opened_is_tried_again_later(settings: BotSettings) -> None:
    now = [0.0]
    tries: list[str] = []

    def fail(user: str, progress: object) -> Bot:
        tries.append(user)
        raise LibraryError("in use by process 7")

    collections = UserCollections(Background(lambda progress: ()), fail, clock=lambda: now[0])
    desk = Desk(collections, settings)
    for seconds in (0.0, 1.0, 60.0):
        now[0] = seconds
        with pytest.raises(BotError, match="in use by process 7"):
            desk.entries(BOB)

    assert tries == ["bob", "bob"]


@pytest.mark.parametrize(
    ("one", "other"), [("ann", "Ann"), ("a.b", "a_b"), ("a-b", "a+b"), ("a@b", "a@@b")]
)
def test_no_two_names_share_a_folder(one: str, other: str, tmp_path: Path) -> None:
    folders = {str(user_folder(tmp_path, name)).lower() for name in (one, other)}

    assert len(folders) == 2
    assert all(Path(folder).parent == tmp_path / "users" for folder in folders)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Desk]:
    with desk_over(BotSettings(index=tmp_path / "index"), QueuedAnswerer()) as desk:
        yield desk


def test_fifty_at_once_each_get_their_own_answer(shared: Desk) -> None:
    def ask(number: int) -> tuple[str, str]:
        wanted = "trade.txt" if number % 2 else "rain.txt"
        visitor = Visitor(f"192.0.2.{number}")
        answer = shared.ask(visitor, f"question {number}?", articles=[wanted])
        return f"question {number}? {wanted}", f"{answer.question} {_cited(answer)}"

    with ThreadPoolExecutor(50) as pool:
        pairs = list(pool.map(ask, range(50)))

    assert all(wanted == got for wanted, got in pairs)
    assert 'bot_questions_total{door="page",outcome="answered"} 50.0' in shared.metrics()


def test_articles_come_and_go_while_others_ask(shared: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The bridge cost USD 7 million.", encoding="utf-8")

    def work(number: int) -> object:
        if number % 5:
            return shared.ask(ANN, "what was trade volume?", articles=["trade.txt"]).answered
        (outcome,) = shared.add(ANN, [str(page)])
        shared.remove(ANN, [outcome.article_id])
        return True

    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(work, range(50)))


class Slow:
    """Writes while everybody waits: nobody may be kept from asking meanwhile."""

    name = "slow"

    def __init__(self) -> None:
        self.together = threading.Barrier(3)

    def stream(self, question: str, searched: str, hits: Any) -> Iterator[str | Answer]:
        if question[0].isdigit():  # The others are looked for as examples.
            self.together.wait(20)
        yield Answer(question, searched, answered=False, text="No.", answerer=self.name)


def test_models_write_for_several_visitors_at_the_same_time(tmp_path: Path) -> None:
    with (
        desk_over(BotSettings(index=tmp_path / "index", model="ollama:slow"), Slow()) as desk,
        ThreadPoolExecutor(3) as pool,
    ):
        answers = list(pool.map(lambda n: desk.ask(ANN, f"{n}?"), range(3)))

    assert [answer.question for answer in answers] == ["0?", "1?", "2?"]


def test_questions_are_counted_by_what_came_of_them(shared: Desk) -> None:
    door = replace(ANN, door="v1")
    shared.ask(door, "trade volume?")
    shared.ask(door, "trade volume?", articles=["none.txt"])
    shared.search(door, "trade")
    with pytest.raises(BotError):
        shared.ask(door, "  ")
    left = shared.stream(door, "trade volume?")
    next(left)
    left.close()  # type: ignore[attr-defined]  # It is a generator.

    told = shared.metrics()

    for outcome in ("answered", "refused", "limited", "stopped"):
        assert f'bot_questions_total{{door="v1",outcome="{outcome}"}} 1.0' in told
    assert 'bot_answer_seconds_count{door="v1"} 2.0' in told
    assert 'bot_searches_total{door="v1"} 1.0' in told
    assert "bot_articles 2.0" in told


def test_what_the_program_tries_out_itself_is_not_counted(shared: Desk) -> None:
    assert shared.try_out(ANN, "trade volume?").answered
    assert "bot_questions_total{" not in shared.metrics()


def test_loading_that_fails_is_told_to_everybody() -> None:
    def fail(progress: object) -> Bot:
        raise BotError("the disk is full")

    background = BackgroundBot(fail)
    desk = Desk(OneCollection(background), BotSettings())
    with pytest.raises(BotError, match="the disk is full"):
        desk.entries(ANN)

    assert (desk.done(), desk.failed(), desk.status()) == (True, True, "the disk is full")
    assert desk.examples(ANN) == ()


def test_a_model_is_loaded_once_however_many_ask() -> None:
    made: list[int] = []
    gate = threading.Barrier(8)
    get = once(lambda: made.append(1) or len(made))  # type: ignore[func-returns-value]

    def call(_: int) -> int:
        gate.wait(20)
        return get()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(call, range(8))) == {1}


def test_what_several_collections_begin_with_is_embedded_once() -> None:
    inner = HashEmbedder()
    embedder = CachedEmbedder(inner)

    first = embedder.embed(["rain", "sun"])
    second = embedder.embed(["sun", "rain"])

    assert (first == second[::-1]).all()
    assert inner.embedded == ["rain", "sun"]
    assert (embedder.name, embedder.count_tokens("two words")) == (inner.name, 2)


@pytest.mark.slow
def test_new_users_begin_with_the_sample_articles(tmp_path: Path, sample_articles: Path) -> None:
    settings = BotSettings(index=tmp_path / "index", auth="users", user_collections=True)
    desk = open_desk(settings)
    try:
        for visitor in (BOB, CAT):
            assert desk.ask(visitor, "what was trade volume in 2023?").short == "USD 255.7 million"
        assert desk.examples(BOB) == desk.examples(CAT) != ()
        assert desk.remove(BOB, [desk.entries(BOB)[0].id])[0].status == "removed"
        assert len(desk.entries(CAT)) == len(list(sample_articles.glob("*.txt")))
    finally:
        desk.close()


def _cited(answer: Answer) -> str:
    return answer.citations[0].passage.article_id


def test_turns_are_taken_in_order_and_no_more_at_once_than_there_are() -> None:
    turns = Turns(2)
    inside: list[int] = []
    most: list[int] = []

    def work(_: int) -> None:
        for _ in range(20):
            with turns:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert max(most) <= 2
    assert len(most) == 160


def test_who_waits_is_not_overtaken() -> None:
    turns = Turns(1)
    order: list[str] = []

    def work(name: str) -> None:
        with turns:
            order.append(name)

    with turns:
        threads = []
        for name in "abc":
            threads.append(threading.Thread(target=work, args=(name,)))
            threads[-1].start()
            while len(turns._waiting) < len(threads):
                pass
    for thread in threads:
        thread.join(20)

    assert order == ["a", "b", "c"]
