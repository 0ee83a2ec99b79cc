"""Searching anew, asking about a selection, suggestions and stopping, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browsing import ask_and_wait, browser_test, says, select

pytestmark = browser_test

TRADE = "what was trade volume in 2023?"


def read_from_list(page: Any, search: str) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.fill("#search input, #search textarea", search)
    says(page, "#list", "1 of")
    page.click("#list a.read")
    page.wait_for_selector("#article-pane .reader")


def test_what_was_searched_is_edited_in_its_place_and_asked_as_it_stands(page: Any) -> None:
    ask_and_wait(page, TRADE)
    ask_and_wait(page, "and in 2022?")
    says(page, "#conversation .searched", "trade volume in 2022")

    page.click("#conversation .searched a")
    assert page.input_value(".search-again input").lower() == "what was trade volume in 2022?"
    page.fill(".search-again input", "When is Azerbaijan set to host the event?")
    page.keyboard.press("Enter")

    says(page, "#conversation .short", "November")
    says(page, "#conversation .searched", "When is Azerbaijan set to host the event?")
    assert page.locator("#conversation .answer").count() == 2
    assert "and in 2022?" in page.inner_text("#conversation .user-row >> nth=1")


def test_editing_what_was_searched_can_be_left(page: Any) -> None:
    ask_and_wait(page, TRADE)
    ask_and_wait(page, "and in 2022?")

    page.click("#conversation .searched a")
    page.keyboard.press("Escape")

    assert page.locator(".search-again").count() == 0
    assert page.is_visible("#conversation .searched")


def test_an_article_is_read_from_the_list_and_a_selection_in_it_asked_about(page: Any) -> None:
    read_from_list(page, "town halls")
    select(page, "The commission ordered a recount in Ermera")
    page.wait_for_selector("#ask-about", state="visible")
    page.click("#ask-about")
    says(page, "#about", "About “The commission ordered a recount in Ermera”")

    ask_and_wait(page, "when does the recount begin?")

    says(page, "#conversation .short", "27 October")
    assert "About “The commission" in page.inner_text("#conversation .user-row")
    assert page.is_hidden("#about")


def test_a_short_selection_suggests_its_question(page: Any) -> None:
    read_from_list(page, "town halls")
    select(page, "helicopters")
    page.wait_for_selector("#ask-about", state="visible")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "ask-about"
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('#question textarea').value === 'What about helicopters?'"
    )

    page.press("#question textarea", "Enter")

    says(page, "#conversation .quote", "spent on helicopters")


def test_asking_about_an_article_can_be_taken_back(page: Any) -> None:
    read_from_list(page, "town halls")
    page.click("#article-pane .steps >> text=Ask about this")
    says(page, "#about", "About Ruling Party Takes Half")

    page.click("#about >> text=Ask about everything")
    page.wait_for_selector("#about", state="hidden")
    ask_and_wait(page, TRADE)

    says(page, "#conversation .short", "USD 255.7 million")


def test_questions_that_may_follow_are_answered(page: Any) -> None:
    ask_and_wait(page, "What was turnout?")
    page.wait_for_selector("#conversation .next a")
    offered = page.locator("#conversation .next a").all_inner_texts()
    assert 1 <= len(offered) <= 3

    page.click("#conversation .next a >> nth=0")
    page.wait_for_function("document.querySelectorAll('#conversation .answer').length === 2")

    assert page.inner_text("#conversation .user-row >> nth=1").strip() == offered[0]
    assert page.locator("#conversation .answer >> nth=1 >> a.chip").count() > 0
    assert page.locator("#conversation .answer >> nth=0").locator(".next").count() == 0


def test_a_new_article_brings_questions_that_it_answers(page: Any, tmp_path: Path) -> None:
    ferry = tmp_path / "ferry.txt"
    ferry.write_text(
        "Ferry to Tavira opens\n\nThe ferry to Tavira cost USD 5 million. The first crossing is "
        "planned for 3 May.",
        encoding="utf-8",
    )

    page.set_input_files("#files input[type=file]", str(ferry))
    page.wait_for_selector("#offered a")
    says(page, ".welcome .examples", page.inner_text("#offered a >> nth=0"))
    page.click("#offered a >> nth=0")

    says(page, "#conversation .answer .about", "Ferry to Tavira opens")
