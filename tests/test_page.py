"""The real page in a real browser, with the shipped models: what a visitor sees and what cannot act."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.conversations.feedback import KNOWN
from evaluation.sets import read_set
from tests.browsing import ask, ask_and_wait, browser_test, open_page, says

pytestmark = browser_test


def test_a_click_on_the_citation_opens_the_article_at_the_marked_sentence(page: Any) -> None:
    ask(page, "what was trade volume in 2023?")
    page.wait_for_selector("#conversation .short")

    assert "USD 255.7 million" in page.inner_text("#conversation .short")
    page.click("#conversation a.cite >> nth=0")
    page.wait_for_selector("#article-pane mark.chosen")

    marked = page.inner_text("#article-pane mark.chosen")
    assert marked.startswith("The trade volume between Indonesia and Azerbaijan in 2023")
    page.wait_for_function(
        """() => { const m = document.querySelector('mark.chosen').getBoundingClientRect();
        const p = document.querySelector('#article-pane').getBoundingClientRect();
        return m.top >= p.top && m.bottom <= Math.min(p.bottom, innerHeight); }"""
    )
    assert page.evaluate("document.activeElement.tagName") == "MARK"


def test_a_follow_up_is_understood_and_what_was_searched_is_shown(page: Any) -> None:
    ask(page, "what was trade volume in 2023?")
    page.wait_for_selector("#conversation .short")

    ask(page, "and in 2022?")
    page.wait_for_selector("#conversation .searched")

    assert "what was trade volume in 2022?" in page.inner_text("#conversation .searched").lower()


def test_a_question_off_the_articles_is_refused_with_the_nearest_passages(page: Any) -> None:
    ask(page, "Who wrote Pride and Prejudice?")

    page.wait_for_selector("#conversation .answer ul a.cite")
    assert "Sorry" in page.inner_text("#conversation .answer")


def test_article_text_cannot_act_in_the_page(page: Any) -> None:
    ask(page, "What was the treasure volume in 2021?")
    page.wait_for_selector("#conversation .short")
    page.click("#conversation a.cite >> nth=0")
    page.wait_for_selector("#article-pane mark.chosen")

    assert "<script>" in page.inner_text("#article-pane")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#article-pane img, #conversation .answer img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


@pytest.mark.parametrize(
    ("question", "told"), [("<b>" * 40_000, "characters"), ("   ", "question is empty")]
)
def test_a_bad_question_gets_one_line_and_the_page_goes_on(
    page: Any, question: str, told: str
) -> None:
    ask(page, question)
    says(page, "#conversation, #notice", told)

    ask(page, "what was trade volume in 2023?")
    page.wait_for_selector("#conversation .short")


def test_uploads_are_added_or_refused_one_by_one(page: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "bridge.txt", tmp_path / "broken.txt"
    good.write_text("The Kura bridge cost USD 7 million and opened in May.", encoding="utf-8")
    bad.write_bytes(b"\x00")

    page.set_input_files("#files input[type=file]", [str(good), str(bad)])
    says(page, "#added", "refused: broken.txt")

    assert "added: bridge.txt" in page.inner_text("#added")
    ask(page, "How much did the Kura bridge cost?")
    page.wait_for_function(
        "document.querySelector('#conversation').innerText.includes('USD 7 million')"
    )


def test_a_private_address_is_not_fetched(page: Any, address: str) -> None:
    page.fill("#url input, #url textarea", address)

    page.click("text=Add page")

    page.wait_for_function(
        "document.querySelector('#added').innerText.includes('private or local address')"
    )


def open_first_passage(page: Any) -> None:
    page.click("#conversation .answer >> nth=-1 >> a.chip >> nth=0")
    page.wait_for_selector("#article-pane mark.chosen")


def test_hovering_a_number_shows_its_quote(page: Any) -> None:
    ask_and_wait(page, "what was trade volume in 2023?")

    page.hover("#conversation a.chip >> nth=0")

    assert "USD 255.7 million" in page.inner_text("#quote-tip")
    page.keyboard.press("Escape")
    assert page.is_hidden("#quote-tip")


def test_all_marks_of_a_summary_are_shown_and_stepped_through(page: Any) -> None:
    ask_and_wait(page, "Summarise the article on Indonesia and Azerbaijan.")
    sentences = page.locator("#conversation .quote").count()
    open_first_passage(page)
    assert page.locator("#article-pane mark").count() >= sentences > 1
    first = page.inner_text("#article-pane mark.chosen")

    page.click("#article-pane a[rel=next]")

    says(page, "#article-pane .count", "Passage 2 of")
    assert page.inner_text("#article-pane mark.chosen") != first
    page.click("#article-pane a[rel=prev]")
    says(page, "#article-pane .count", "Passage 1 of")


def test_two_articles_that_disagree_stand_side_by_side(page: Any) -> None:
    ask_and_wait(page, "How many people were killed by the floods in Karvel?")

    assert page.locator("#conversation .side").count() == 2
    dates = page.locator("#conversation .side .date").all_inner_texts()
    assert dates == ["6 March 2024", "3 March 2024"]


def test_asking_again_and_editing_take_the_last_question(page: Any) -> None:
    ask_and_wait(page, "what was trade volume in 2023?")
    first = page.get_attribute("#conversation .acts a >> text=Link", "href")

    page.click("text=Ask again")
    page.wait_for_selector(f"#conversation .acts a:not([href='{first}']) >> text=Link")
    page.wait_for_selector("#send", state="visible")
    page.click("text=Edit question")

    page.wait_for_function(
        "document.querySelector('#question textarea').value.startsWith('what was trade')"
    )
    assert page.locator("#conversation .answer").count() == 0


def test_an_example_is_asked_by_a_click(page: Any) -> None:
    page.click(".welcome .examples a >> nth=0")

    page.wait_for_selector("#conversation .answer a.chip")


def test_an_answer_is_copied_with_its_sources(page: Any, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask_and_wait(page, "what was trade volume in 2023?")

    page.click("text=Copy with sources")

    says(page, "#conversation .acts", "Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "reaching USD 255.7 million" in copied
    assert f"[1] {address}#cite-indonesia-azerbaijan.txt-" in copied


def test_thumbs_become_a_question_set(page: Any, index_folder: Path) -> None:
    ask_and_wait(page, "How many people were killed by the floods in Karvel?")

    page.click("text=Wrong passage")
    page.fill("#correction textarea", "15 people")
    page.click("#correction button >> nth=0")

    page.wait_for_selector("#correction", state="hidden")
    rows = (index_folder / KNOWN).read_text(encoding="utf-8").splitlines()
    assert json.loads(rows[-1])["answers"] == ["15 people"]
    assert read_set(index_folder / KNOWN).questions[-1].question.startswith("How many people")


def test_an_article_is_found_chosen_and_alone_asked(page: Any) -> None:
    page.fill("#search input, #search textarea", "karvel 6 march")
    says(page, "#list", "1 of")
    page.check("#list input[type=checkbox]")
    says(page, "#scope", "Asking 1 of")

    ask_and_wait(page, "How many people were killed by the floods in Karvel?")

    assert page.locator("#conversation .side").count() == 0
    assert "15 people" in page.inner_text("#conversation .answer")


def test_an_article_is_removed_once_that_is_confirmed(page: Any, tmp_path: Path) -> None:
    short_lived = tmp_path / "ephemeral.txt"
    short_lived.write_text("Ephemeral tidings\n\nThe pier was closed.", encoding="utf-8")
    page.set_input_files("#files input[type=file]", str(short_lived))
    says(page, "#added", "added: ephemeral.txt")
    page.fill("#search input, #search textarea", "ephemeral")
    says(page, "#list", "1 of")
    page.check("#list input[type=checkbox]")
    says(page, "#scope", "Asking 1 of")

    page.click("#remove")
    says(page, "#sure", "Remove the chosen article")
    page.click("#really")

    says(page, "#added", "removed: ephemeral.txt")
    says(page, "#scope", "Asking all")


def test_a_conversation_is_saved_with_links_that_restore_article_and_mark(
    page: Any, address: str
) -> None:
    ask_and_wait(page, "what was trade volume in 2023?")
    with page.expect_download() as downloading:
        page.click("text=Save as JSON")
    saved = json.loads(Path(downloading.value.path()).read_text(encoding="utf-8"))
    citation = saved["exchanges"][0]["citations"][0]
    with page.expect_download() as downloading:
        page.click("text=Save as Markdown")
    assert citation["link"] in Path(downloading.value.path()).read_text(encoding="utf-8")

    page.goto("about:blank")
    open_page(page, citation["link"])

    assert citation["link"].startswith(address)
    page.wait_for_selector("#article-pane mark.chosen")
    assert page.inner_text("#article-pane mark.chosen") == citation["quote"]
