"""The page's look in a real browser: readable in both colours and at every width, for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browsing import LOADED, ask_and_wait, browser_test, open_page

pytestmark = browser_test
SHIFTS = """new Promise((tell) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => tell(sum), 500);
})"""
CLS_GOOD = 0.1
"""Cumulative layout shift that web.dev/articles/cls calls good."""


def serious(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1600, 900)])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    browser: Any, address: str, scheme: str, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    open_page(page, address)
    empty = serious(page)

    ask_and_wait(page, "what was trade volume in 2023?")
    ask_and_wait(page, "Who wrote Pride and Prejudice?")
    page.click("#conversation a.chip >> nth=0")
    page.wait_for_selector("#article-pane mark.chosen")
    answered = serious(page)
    page.click("#article-pane .steps >> text=Ask about this")
    page.wait_for_selector("#about", state="visible")
    page.click("#open-kept")
    page.click("#kept >> text=Delete")
    listed = serious(page)

    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert (empty, answered, listed) == ([], [], [])
    assert wide <= width


def test_the_first_paint_does_not_jump(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(LOADED, timeout=120_000)
    shifted = page.evaluate(SHIFTS)
    context.close()

    assert shifted < CLS_GOOD


def test_everything_is_reached_by_keyboard(page: Any) -> None:
    ask_and_wait(page, "what was trade volume in 2023?")
    page.focus("#conversation a.chip >> nth=0")

    page.keyboard.press("Enter")
    page.wait_for_selector("#article-pane mark.chosen")
    page.wait_for_function("document.activeElement.tagName === 'MARK'")
    page.focus("#article-pane .steps a >> nth=0")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.className") == "cite chip"
