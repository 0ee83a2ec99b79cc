"""Kept conversations in a real browser: listed, opened, renamed, deleted, linked to; one's own alone."""

from __future__ import annotations

import re
from typing import Any

from tests.browsing import ask_and_wait, browser_test, open_page, says

pytestmark = browser_test

TRADE = "what was trade volume in 2023?"
FLOODS = "How many people were killed by the floods in Karvel?"


def ask_and_keep(page: Any, question: str) -> None:
    """Ask, and wait until the browser has kept the answer."""
    ask_and_wait(page, question)
    count = page.locator("#conversation .user-row").count()
    page.wait_for_function(
        "(count) => JSON.parse(localStorage['articles.index'] || '[]')"
        ".some((each) => each.questions === count)",
        arg=count,
    )


def open_list(page: Any) -> Any:
    page.click("#open-kept")
    page.wait_for_selector("#kept[open]")
    return page.locator("#kept li")


def begin(page: Any) -> None:
    page.click("#new-conversation")
    page.wait_for_selector(".welcome")


def test_a_reload_restores_the_conversation_and_follow_ups_go_on(page: Any) -> None:
    ask_and_keep(page, TRADE)

    page.reload()
    page.wait_for_selector("#conversation .answer a.chip")
    ask_and_keep(page, "and in 2022?")

    says(page, "#conversation .searched", "trade volume in 2022")
    assert page.locator("#conversation .answer").count() == 2
    assert open_list(page).count() == 1


def test_a_new_conversation_is_empty_and_the_old_one_is_opened_from_the_list(page: Any) -> None:
    ask_and_keep(page, TRADE)
    begin(page)
    ask_and_keep(page, FLOODS)

    rows = open_list(page)
    assert [text.split("\n")[0] for text in rows.all_inner_texts()] == [FLOODS, TRADE]
    page.click(f"#kept button.open >> text={TRADE}")

    says(page, "#conversation .short", "USD 255.7 million")
    assert page.locator("#conversation .answer").count() == 1


def test_a_reload_after_a_new_conversation_stays_new(page: Any) -> None:
    ask_and_keep(page, TRADE)
    begin(page)

    page.reload()

    page.wait_for_selector(".welcome .examples")
    page.wait_for_timeout(1_500)
    assert page.locator("#conversation .answer").count() == 0


def test_a_conversation_is_renamed_and_keeps_its_title(page: Any) -> None:
    ask_and_keep(page, TRADE)
    open_list(page)

    page.click("#kept >> text=Rename")
    page.fill("#kept input", "<b>Trade</b>")
    page.keyboard.press("Enter")
    says(page, "#kept", "<b>Trade</b>")
    page.keyboard.press("Escape")
    ask_and_keep(page, "and in 2022?")

    assert open_list(page).all_inner_texts()[0].startswith("<b>Trade</b>")
    assert page.locator("#kept b").count() == 0


def test_deleting_is_confirmed_and_ends_the_conversation_that_is_open(page: Any) -> None:
    ask_and_keep(page, TRADE)
    open_list(page)

    page.click("#kept >> text=Delete")
    page.click("#kept >> text=Keep")
    assert page.locator("#kept button.open").count() == 1
    page.click("#kept >> text=Delete")
    page.click("#kept button.stop")

    says(page, "#kept", "None yet")
    page.keyboard.press("Escape")
    page.wait_for_selector(".welcome")
    assert "trade" not in page.evaluate("JSON.stringify(localStorage)").lower()


def test_a_link_to_an_answer_restores_conversation_article_and_mark(
    page: Any, address: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask_and_keep(page, TRADE)
    ask_and_keep(page, FLOODS)
    page.click("#conversation .acts >> nth=0 >> text=Link")
    says(page, "#conversation .acts", "Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(address) + "#answer-[0-9a-f]{32}", link)

    other = page.context.new_page()
    open_page(other, link)

    other.wait_for_selector("#article-pane mark.chosen")
    assert other.inner_text("#article-pane mark.chosen").startswith("The trade volume between")
    assert other.locator("#conversation .answer").count() == 2


def test_two_tabs_of_one_conversation_lose_nothing(page: Any, address: str) -> None:
    ask_and_keep(page, TRADE)
    answer = page.evaluate(
        "() => JSON.parse(localStorage[Object.keys(localStorage)"
        ".find((key) => key.includes('.conversation.'))]).exchanges[0].id"
    )
    other = page.context.new_page()
    open_page(other, f"{address}#answer-{answer}")
    other.wait_for_selector("#conversation .answer a.chip")

    ask_and_keep(other, "and in 2022?")
    ask_and_wait(page, FLOODS)

    says(page, "#keeper [role=status]", "another tab")
    rows = open_list(page)
    assert rows.count() == 2
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector("#conversation .answer a.chip")
    says(page, "#conversation", "Karvel")


def test_a_link_to_an_answer_of_another_browser_says_so(
    browser: Any, page: Any, address: str
) -> None:
    ask_and_keep(page, TRADE)
    key = page.get_attribute("#conversation .acts a >> text=Link", "href")
    stranger = browser.new_context().new_page()

    open_page(stranger, address + key)

    says(stranger, "#keeper", "is not kept in this browser")
    assert stranger.locator("#conversation .answer").count() == 0
    stranger.context.close()


def test_a_damaged_conversation_says_so_and_the_page_goes_on(page: Any, address: str) -> None:
    ask_and_keep(page, TRADE)
    page.evaluate(
        """() => { const key = Object.keys(localStorage).find((k) => k.includes('.conversation.'));
        const body = JSON.parse(localStorage[key]); body.exchanges[0].confidence = 'very';
        localStorage[key] = JSON.stringify(body); }"""
    )

    page.reload()

    says(page, "#keeper", "This conversation is damaged")
    ask_and_wait(page, TRADE)


def test_a_full_browser_drops_the_oldest_and_says_so(page: Any) -> None:
    page.evaluate(
        """() => { const old = (n) => ({ id: String(n).padStart(32, '0'), title: `Old ${n}`,
          changed: `2020-01-${10 + n}T00:00:00+00:00`, questions: 1, size: 1_500_000 });
        const list = [old(2), old(1), old(0)];
        for (const one of list) localStorage[`articles.conversation.${one.id}`] = 'x'.repeat(1_500_000);
        localStorage['articles.index'] = JSON.stringify(list); }"""
    )

    ask_and_keep(page, TRADE)

    says(page, "#keeper", "dropped to make room")
    titles = [text.split("\n")[0] for text in open_list(page).all_inner_texts()]
    assert titles == [TRADE, "Old 2", "Old 1"]


def test_the_list_is_a_dialog_worked_by_keys(page: Any) -> None:
    ask_and_keep(page, TRADE)

    page.focus("#open-kept")
    page.keyboard.press("Enter")
    page.wait_for_selector("#kept[open]")
    assert page.evaluate("document.querySelector('#kept').contains(document.activeElement)")
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.id") == "open-kept"


def test_a_long_conversation_stays_readable(page: Any) -> None:
    ask_and_keep(page, TRADE)
    page.evaluate(
        """() => { const key = Object.keys(localStorage).find((k) => k.includes('.conversation.'));
        const body = JSON.parse(localStorage[key]); const one = body.exchanges[0];
        body.exchanges = [...Array(40)].map((_, n) => ({ ...one, question: `Question ${n}?`,
          id: String(n).padStart(32, '0') }));
        localStorage[key] = JSON.stringify(body); }"""
    )

    page.reload()
    page.wait_for_function("document.querySelectorAll('#conversation .answer').length === 40")
    ask_and_keep(page, FLOODS)

    assert page.locator("#conversation .answer").count() == 41
    starts_in_view(page)


def starts_in_view(page: Any) -> None:
    """Wait until the newest question is at the top of the conversation."""
    page.wait_for_function(
        """() => { const rows = document.querySelectorAll('#conversation .user-row');
        const row = rows[rows.length - 1].getBoundingClientRect();
        const box = document.querySelector('#conversation').getBoundingClientRect();
        return row.top >= box.top - 2 && row.top < box.top + 60; }"""
    )


def test_the_start_of_the_newest_answer_stays_in_view(browser: Any, address: str) -> None:
    for width, height in ((360, 740), (1600, 900)):
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        open_page(page, address)
        ask_and_wait(page, TRADE)
        ask_and_wait(page, "Summarise the article on Indonesia and Azerbaijan.")

        page.wait_for_timeout(1_000)  # Whatever comes later must not move it either.
        starts_in_view(page)
        page.context.close()


def test_a_conversation_without_room_takes_no_others_along(page: Any) -> None:
    ask_and_keep(page, TRADE)

    for characters in (4_500_000, 3_999_000):  # More than is ever kept, and than the browser holds.
        page.evaluate(
            "(characters) => { const id = 'f'.repeat(32); const told = 'x'.repeat(characters);"
            "localStorage['filling'] = 'x'.repeat(2_000_000);"
            "window.kept.hear(JSON.stringify({ known: [], put:"
            "{ id, title: 'Long', changed: '2099', exchanges: [{ id, told }] } })); }",
            characters,
        )
        says(page, "#keeper [role=status]", "no room")

    (row,) = open_list(page).all_inner_texts()
    assert row.startswith(TRADE)
