"""How much one visitor may ask and add: fair to others, bounded, and told with the setting's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doors.desk import Desk
from bot.doors.limiting import Buckets, network_of
from bot.doors.visiting import Visitor
from bot.errors import LimitError, QuestionError, SettingsError
from bot.settings import BotSettings, from_env
from tests.fakes import QueuedAnswerer
from tests.panes import ANN, desk_over


@pytest.fixture
def clock() -> list[float]:
    return [50.0]


@pytest.fixture
def desk(tmp_path: Path, clock: list[float]) -> Iterator[Desk]:
    settings = BotSettings(index=tmp_path / "index", rate_per_minute=3, max_question_chars=40)
    with desk_over(replace(settings, max_articles=3), QueuedAnswerer()) as made:
        collections = made._collections
        yield Desk(collections, replace(settings, max_articles=3), lambda: clock[0])


def test_a_visitor_may_ask_so_many_questions_and_searches_a_minute(
    desk: Desk, clock: list[float]
) -> None:
    desk.ask(ANN, "one?")
    desk.search(ANN, "two?")
    desk.ask(ANN, "three?")

    with pytest.raises(LimitError, match=r"more than 3 requests a minute.*RATE_PER_MINUTE") as told:
        desk.ask(ANN, "four?")
    with pytest.raises(LimitError):
        desk.search(ANN, "four?")
    assert told.value.retry_after == pytest.approx(20)
    clock[0] += 20
    assert desk.ask(ANN, "four?").answered


def test_a_limit_is_told_before_anything_is_streamed(desk: Desk) -> None:
    for _ in range(3):
        desk.stream(ANN, "asked?")

    with pytest.raises(LimitError):
        desk.stream(ANN, "asked?")


def test_one_visitors_limit_is_not_anothers(desk: Desk) -> None:
    for visitor in (ANN, Visitor("192.0.2.1", "bob"), Visitor("192.0.2.1", "cat")):
        for number in range(3):
            desk.ask(visitor, f"{number}?")

    with pytest.raises(LimitError):
        desk.ask(Visitor("198.51.100.1", "bob"), "the same user elsewhere?")


def test_adding_counts_as_asking_does(desk: Desk) -> None:
    desk.ask(ANN, "one?")
    desk.add_text(ANN, "Boats", "Boats shipped rice to Bima on Monday, the harbour said.")
    desk.ask(ANN, "two?")

    with pytest.raises(LimitError):
        desk.add_text(ANN, "Boats", "Boats shipped no rice to Bima on Tuesday.")
    with pytest.raises(LimitError):
        desk.add(ANN, ["nowhere"])


def test_the_doors_of_a_visitor_count_together(desk: Desk) -> None:
    for door in ("page", "v1", "mcp"):
        desk.ask(replace(ANN, door=door), "asked?")

    with pytest.raises(LimitError):
        desk.ask(replace(ANN, door="gradio"), "asked?")


def test_a_question_that_is_too_long_costs_nothing(desk: Desk) -> None:
    for _ in range(9):
        with pytest.raises(QuestionError, match="BOT_MAX_QUESTION_CHARS"):
            desk.ask(ANN, "why? " * 20)

    assert desk.ask(ANN, "why?").answered


def test_nobody_is_limited_where_the_rate_is_0(tmp_path: Path) -> None:
    settings = BotSettings(index=tmp_path / "index", rate_per_minute=0)
    with desk_over(settings, QueuedAnswerer()) as desk:
        assert all(desk.ask(ANN, "asked?").answered for _ in range(400))


def test_a_full_collection_takes_no_new_article_but_a_new_version(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "a.txt").write_text("The bridge cost USD 7 million.", encoding="utf-8")
    (folder / "b.txt").write_text("The tunnel cost USD 9 million.", encoding="utf-8")

    first = desk.add(ANN, [str(folder)])
    (folder / "a.txt").write_text("The bridge cost USD 8 million.", encoding="utf-8")
    second = desk.add(ANN, [str(folder)])

    assert [outcome.status for outcome in first] == ["added", "refused"]
    assert "BOT_MAX_ARTICLES" in first[1].reason
    assert [outcome.status for outcome in second] == ["replaced", "refused"]


def test_a_bucket_gives_a_burst_and_then_one_at_a_time() -> None:
    now = [0.0]
    buckets = Buckets(2, 10.0, lambda: now[0])

    assert [buckets.take("a") for _ in range(3)] == [0.0, 0.0, 10.0]
    now[0] = 10.0
    assert [buckets.take("a") for _ in range(2)] == [0.0, 10.0]
    buckets.give_back("a")
    assert buckets.take("a") == 0.0
    now[0] = 1_000.0
    assert [buckets.take("a") for _ in range(3)] == [0.0, 0.0, 10.0]


def test_buckets_are_of_bounded_number() -> None:
    buckets = Buckets(1, 60.0, lambda: 0.0)
    for number in range(30_000):
        buckets.take(number)

    assert len(buckets._full_at) == 20_000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("testclient", "other", False),
    ],
)
def test_an_ipv6_household_is_one_visitor(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) == same
    assert (Visitor(one).key == Visitor(other).key) == same


def test_no_user_passes_for_an_address() -> None:
    assert Visitor("192.0.2.1").key != Visitor("192.0.2.9", "192.0.2.1").key


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BOT_RATE_PER_MINUTE", "-1"),
        ("BOT_MAX_ARTICLES", "-1"),
        ("BOT_USER_COLLECTIONS", "yes"),
    ],
)
def test_a_setting_that_cannot_be_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        from_env({variable: value})
