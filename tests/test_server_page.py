"""The page over a bot of fakes: conversations kept by the server, and a slow answer stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bot.answer import Answer
from bot.settings import BotSettings
from index.retrieval import Hit
from tests.browsing import ask, ask_and_wait, browser_test, open_page, says
from tests.doors import listening
from tests.fakes import QueuedAnswerer
from tests.panes import desk_over

pytestmark = browser_test


class SlowAnswerer(QueuedAnswerer):
    """Says a word at a time while the question is about something slow."""

    def stream(self, question: str, searched: str, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        for number in range(600 if "slow" in question else 0):
            yield f"word {number} "
            time.sleep(0.05)
        yield from super().stream(question, searched, hits)


@pytest.fixture(scope="module")
def kept_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from bot.doors.hosting import make_app

    folder = tmp_path_factory.mktemp("kept")
    settings = BotSettings(index=folder / "index", conversations="sqlite")
    with (
        desk_over(settings, SlowAnswerer()) as desk,
        listening(make_app(desk, settings)) as address,
    ):
        yield f"{address}/"


@pytest.fixture
def visitor(browser: Any, kept_address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    open_page(page, kept_address)
    yield page
    context.close()


TRADE = "How much was trade volume?"


def keep(page: Any, question: str) -> str:
    """Ask, wait until the answer is kept, and return its id."""
    ask_and_wait(page, question)
    page.wait_for_function("sessionStorage['articles.current']")
    link = page.get_attribute("#conversation .acts >> nth=-1 >> text=Link", "href")
    return str(link).removeprefix("#answer-")


def list_of(page: Any) -> list[str]:
    page.click("#open-kept")
    page.wait_for_selector("#kept li")
    page.wait_for_timeout(500)
    texts = [text.split("\n")[0] for text in page.locator("#kept li").all_inner_texts()]
    page.keyboard.press("Escape")
    return texts


def test_the_server_keeps_conversations_for_the_browser_that_had_them(
    browser: Any, visitor: Any, kept_address: str
) -> None:
    keep(visitor, TRADE)
    visitor.reload()
    visitor.wait_for_selector("#conversation .answer")
    assert list_of(visitor) == [TRADE]
    assert "USD" not in visitor.evaluate("JSON.stringify(localStorage)")

    stranger = browser.new_context().new_page()
    open_page(stranger, kept_address)

    assert list_of(stranger) == ["None yet: ask something."]
    stranger.context.close()


def test_an_answer_kept_by_the_server_is_linked_to_but_only_for_its_owner(
    browser: Any, visitor: Any, kept_address: str
) -> None:
    answer = keep(visitor, TRADE)
    other = visitor.context.new_page()
    open_page(other, f"{kept_address}#answer-{answer}")
    other.wait_for_selector("#article-pane mark.chosen")

    stranger = browser.new_context().new_page()
    open_page(stranger, f"{kept_address}#answer-{answer}")

    says(stranger, "#keeper", "is not here (any more), or it is somebody else’s")
    assert stranger.locator("#conversation .answer").count() == 0
    stranger.context.close()


def test_the_server_renames_and_deletes_what_it_keeps(visitor: Any) -> None:
    keep(visitor, TRADE)

    visitor.click("#open-kept")
    visitor.click("#kept >> text=Rename")
    visitor.fill("#kept input", "Trade figures")
    visitor.keyboard.press("Enter")
    says(visitor, "#kept", "Trade figures")
    visitor.click("#kept >> text=Delete")
    visitor.click("#kept button.stop")

    says(visitor, "#kept", "None yet")
    visitor.keyboard.press("Escape")
    visitor.wait_for_selector(".welcome")


def test_an_answer_is_stopped_while_it_is_written_and_the_next_one_comes(visitor: Any) -> None:
    ask(visitor, "How slow is trade volume?")
    says(visitor, "#conversation", "word 3")

    visitor.get_by_role("button", name="Stop").click()
    says(visitor, "#conversation", "Stopped.")
    visitor.wait_for_selector("#send", state="visible")
    ask_and_wait(visitor, TRADE)

    says(visitor, "#conversation .answer", "USD 255.7 million")
    assert visitor.locator("#conversation .user-row").count() == 2
    assert "word 3" not in visitor.inner_text("#conversation")


def test_a_new_conversation_ends_the_answer_that_is_being_written(visitor: Any) -> None:
    ask(visitor, "How slow is trade volume?")
    says(visitor, "#conversation", "word 3")

    visitor.click("#new-conversation")

    visitor.wait_for_selector(".welcome")
    visitor.wait_for_selector("#send", state="visible")
    visitor.wait_for_timeout(1_000)
    assert visitor.locator("#conversation .user-row").count() == 0
