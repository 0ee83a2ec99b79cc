"""The real page in a real browser, with a fake embedder: what a visitor sees and what cannot act."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
EVIL = (
    "Evil tidings\n\nThe treasure volume in 2021 was USD 13 million <script>window.hacked=1</script>"
    '<img src=x onerror="window.hacked=1"> ![pixel](http://192.0.2.1/x.png) '
    "[click](javascript:window.hacked=1) {{window.hacked=1}} ${window.hacked=1} end."
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt install chromium"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    articles = folder / "articles"
    shutil.copytree(ROOT / "corpus" / "articles", articles)
    (articles / "evil.txt").write_text(EVIL, encoding="utf-8")
    port = 17_860 + os.getpid() % 1000
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("BOT_")},
        "BOT_INDEX": str(folder / "index"),
        "BOT_SAMPLE_ARTICLES": str(articles),
        "BOT_PORT": str(port),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process, folder / "log")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the page did not open:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.requests = []
    opened.on("request", lambda request: opened.requests.append(request.url))
    opened.goto(address)
    opened.wait_for_function(
        "/\\d+ articles/.test(document.querySelector('#status')?.innerText)", timeout=120_000
    )
    yield opened
    strangers = [u for u in opened.requests if not u.startswith((address, "data:", "blob:"))]
    context.close()
    assert strangers == []


def ask(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


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
    ("question", "says"), [("<b>" * 40_000, "characters"), ("   ", "question is empty")]
)
def test_a_bad_question_gets_one_line_and_the_page_goes_on(
    page: Any, question: str, says: str
) -> None:
    ask(page, question)
    page.wait_for_function(f"document.querySelector('#conversation').innerText.includes({says!r})")

    ask(page, "what was trade volume in 2023?")
    page.wait_for_selector("#conversation .short")


def test_uploads_are_added_or_refused_one_by_one(page: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "bridge.txt", tmp_path / "broken.txt"
    good.write_text("The Kura bridge cost USD 7 million and opened in May.", encoding="utf-8")
    bad.write_bytes(b"\x00")
    page.click("#articles button")

    page.set_input_files("#articles input[type=file]", [str(good), str(bad)])
    page.wait_for_function(
        "document.querySelector('#added').innerText.includes('added: bridge.txt')"
    )

    assert "refused: broken.txt" in page.inner_text("#added")
    ask(page, "How much did the Kura bridge cost?")
    page.wait_for_function(
        "document.querySelector('#conversation').innerText.includes('USD 7 million')"
    )


def test_a_private_address_is_not_fetched(page: Any, address: str) -> None:
    page.click("#articles button")
    page.fill("#articles input[type=text], #articles textarea", address)

    page.click("text=Add page")

    page.wait_for_function(
        "document.querySelector('#added').innerText.includes('private or local address')"
    )


def test_a_narrow_window_needs_no_sideways_scrolling(page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
