"""Many visitors at once: each gets the answers to their own questions."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from threading import Lock
from typing import Any

import httpx
import pytest

from bot.errors import BotError
from evaluation.crowd.__main__ import main
from evaluation.crowd.doors import Door
from evaluation.crowd.figures import figures, percentile, table
from evaluation.crowd.playing import Played, Visitor, play
from evaluation.crowd.serving import started
from evaluation.crowd.towns import MOST, Asked, Town
from tests.browsing import ask, browser_test, open_page, says

TOWNS = [Town(number) for number in range(MOST)]


class KnowingDoor:
    """Answers the questions of one town."""

    def __init__(self, town: Town) -> None:
        self._answers = {asked.text: asked.answer for asked in town.questions}

    def ask(self, asked: Asked) -> str:
        return f"It is {self._answers[asked.text]}."


class FailingDoor:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def ask(self, asked: Asked) -> str:
        raise self._error


class SharedDoor:
    """A server that mixes its visitors up: all get what the first asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first = ""

    def ask(self, asked: Asked) -> str:
        with self._lock:
            self._first = self._first or asked.answer
            return self._first


def visitor(town: Town, door: Door, name: str = "page") -> Visitor:
    return Visitor(town, name, lambda: door)


def test_no_two_towns_share_an_answer() -> None:
    answers = [answer for town in TOWNS for answer in {asked.answer for asked in town.questions}]

    assert len(set(answers)) == len(answers) == 3 * MOST


@pytest.mark.parametrize("town", TOWNS[::9], ids=lambda town: town.name)
def test_a_towns_article_answers_its_questions(town: Town) -> None:
    assert all(asked.answer in town.article for asked in town.questions)
    assert all(town.name in asked.full for asked in town.questions)


def test_who_gets_their_own_answers_is_right() -> None:
    played, seconds = play([visitor(town, KnowingDoor(town)) for town in TOWNS[:9]], questions=5)

    assert [one.outcome for one in played] == ["right"] * 45
    assert seconds > 0


def test_a_server_that_mixes_its_visitors_up_is_found_out() -> None:
    door = SharedDoor()

    played, _ = play([visitor(town, door) for town in TOWNS[:3]], questions=1)

    assert sorted(one.outcome for one in played) == ["right", "wrong", "wrong"]


@pytest.mark.parametrize("error", [BotError("broken"), httpx.ReadTimeout("slow"), KeyError("id")])
def test_what_a_server_breaks_is_counted_and_told(error: Exception) -> None:
    played, _ = play([visitor(TOWNS[0], FailingDoor(error), "v1")], questions=2)

    assert [one.outcome for one in played] == ["failed", "failed"]
    assert type(error).__name__ in table(played, 1.0)


def test_a_door_that_does_not_open_ends_the_play() -> None:
    def enter() -> Door:
        raise BotError("closed")

    with pytest.raises(BotError):
        play([Visitor(TOWNS[0], "page", enter), visitor(TOWNS[1], KnowingDoor(TOWNS[1]))], 1)


def test_figures_are_told_by_door_and_in_all() -> None:
    played = [Played("page", "right", 1.0), Played("v1", "right", 3.0), Played("v1", "wrong", 2.0)]

    told: Any = figures(played, 6.0)

    assert told["answers_per_second"] == 0.5
    assert told["doors"]["v1"] == {
        **{"asked": 2, "right": 1, "wrong": 1, "failed": 0},
        **{"p50": 2.0, "p95": 3.0, "max": 3.0},
    }
    assert told["doors"]["all"]["asked"] == 3


def test_percentiles_are_by_nearest_rank() -> None:
    values = [float(n) for n in range(1, 21)]

    assert [percentile(values, share) for share in (0.5, 0.95, 1.0)] == [10.0, 19.0, 20.0]
    assert percentile([7.0], 0.5) == 7.0


@pytest.mark.parametrize(
    "arguments", [["--visitors", "0"], ["--visitors", "101"], ["--doors", "window"]]
)
def test_misuse_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "expected" in capsys.readouterr().err


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("BOT_")}
    with started(10, environ) as running:
        assert running.memory() or sys.platform != "linux"
        yield running.url


@pytest.mark.slow
def test_ten_visitors_at_once_are_served_by_every_door(
    server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--url", server, "--visitors", "10", "--questions", "4", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)["doors"]
    assert {name: told[name]["right"] for name in told} == {
        **{"page": 16, "gradio": 12, "v1": 12},
        "all": 40,
    }


class TestFiveBrowsers:
    pytestmark = browser_test

    def test_each_sees_their_own_conversation(self, server: str, browser: Any) -> None:
        contexts = [browser.new_context() for _ in range(5)]
        pages = [context.new_page() for context in contexts]
        for page in pages:
            open_page(page, f"{server}/")
        for asked in zip(*(town.questions[:3] for town in TOWNS[:5]), strict=True):
            for page, question in zip(pages, asked, strict=True):
                ask(page, question.text)
            for page, question in zip(pages, asked, strict=True):
                says(page, "#conversation .answer", question.answer)
                page.wait_for_selector("#send", state="visible")

        for page, town in zip(pages, TOWNS[:5], strict=True):
            seen = page.inner_text("#conversation")
            assert all(asked.answer in seen for asked in town.questions)
            assert not any(other.questions[0].text in seen for other in TOWNS if other != town)
        for context in contexts:
            context.close()
