"""The page in its main states, as small pictures.

``.venv/bin/python -m docs.shoot ADDRESS FOLDER``, where ADDRESS is that of a running page over the
sample articles and the two on the floods in ``tests/browsing.py``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browsing import CHROMIUM, FLAGS, ask, ask_and_wait, open_page, says, select

_COLOURS = 96
QUESTION = "What was trade volume in 2023?"
FLOODS = "How many people were killed by the floods in Karvel?"


def shoot(address: str, folder: Path) -> None:
    """Write a picture of each state into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        desktop = _opened(browser, address, 1280, 800, "light")
        _keep(desktop, folder / "empty.png")
        _answers(desktop, folder)
        _articles(desktop, folder)
        _conversations(desktop, folder)
        for name, width, height, scheme in (
            ("phone", 360, 740, "light"),
            ("dark", 1600, 900, "dark"),
        ):
            page = _opened(browser, address, width, height, scheme)
            ask_and_wait(page, QUESTION)
            if name == "dark":
                _cited(page)
            _keep(page, folder / f"{name}.png")
            page.context.close()
        browser.close()


def _answers(page: Any, folder: Path) -> None:
    ask_and_wait(page, QUESTION)
    _cited(page)
    _keep(page, folder / "page.png")
    for name, question in (
        ("conflict", FLOODS),
        ("summary", "Summarise the article on Indonesia and Azerbaijan."),
        ("refusal", "Who wrote Pride and Prejudice?"),
    ):
        ask_and_wait(page, question)
        if name == "summary":
            _cited(page)
        page.locator("#conversation .user >> nth=-1").scroll_into_view_if_needed()
        _keep(page, folder / f"{name}.png")


def _conversations(page: Any, folder: Path) -> None:
    """Show a follow-up whose search is edited, a selection asked about, and the list."""
    page.click("#new-conversation")
    page.wait_for_selector(".welcome")
    ask_and_wait(page, "What was turnout?")
    ask_and_wait(page, "and in Ermera?")
    page.click("#conversation .searched a")
    _keep(page, folder / "searched.png")
    page.keyboard.press("Escape")
    page.click("#conversation a.chip >> nth=0")
    page.wait_for_selector("#article-pane mark.chosen")
    page.wait_for_timeout(500)
    select(page, "The commission ordered a recount in Ermera")
    page.wait_for_selector("#ask-about", state="visible")
    _keep(page, folder / "selection.png")
    page.click("#ask-about")
    ask_and_wait(page, "When does it begin?")
    page.wait_for_selector("#conversation .next a")
    page.click("#open-kept")
    page.wait_for_selector("#kept[open]")
    _keep(page, folder / "conversations.png")
    page.keyboard.press("Escape")


def _articles(page: Any, folder: Path) -> None:
    page.get_by_role("tab", name="Articles").click()
    with tempfile.TemporaryDirectory() as made:
        good, bad = Path(made) / "bridge.txt", Path(made) / "broken.txt"
        good.write_text("The Kura bridge cost USD 7 million and opened in May.", encoding="utf-8")
        bad.write_bytes(b"\x00")
        page.set_input_files("#files input[type=file]", [str(good), str(bad)])
        says(page, "#added", "refused: broken.txt")
    page.locator("#added").scroll_into_view_if_needed()
    _keep(page, folder / "adding.png")
    ask(page, "why? " * 600)
    says(page, "#conversation", "characters; at most")
    page.locator("#conversation .bot >> nth=-1").scroll_into_view_if_needed()
    _keep(page, folder / "error.png")


def _cited(page: Any) -> None:
    page.click("#conversation .answer >> nth=-1 >> a.chip >> nth=0")
    page.wait_for_selector("#article-pane mark.chosen")
    page.mouse.move(4, 4)


def _opened(browser: Any, address: str, width: int, height: int, scheme: str) -> Any:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    open_page(page, address)
    page.wait_for_selector(".welcome .examples a")
    return page


def _keep(page: Any, path: Path) -> None:
    page.wait_for_timeout(1_500)
    page.screenshot(path=path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(_COLOURS)
    small.save(path, optimize=True)


if __name__ == "__main__":
    shoot(sys.argv[1], Path(sys.argv[2]))
