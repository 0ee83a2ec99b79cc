"""The real page in Debian's Chromium, with the models of the shipped program: shared fixtures."""

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

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
ARTICLES = {
    "evil.txt": (
        "Evil tidings\n\nThe treasure volume in 2021 was USD 13 million "
        '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> '
        "![pixel](http://192.0.2.1/x.png) [click](javascript:window.hacked=1) "
        "{{window.hacked=1}} ${window.hacked=1} end."
    ),
    "floods-1.txt": (
        "Floods in Karvel kill 12 people\n\nKARVEL, March 3, 2024 (Northwire) -- The floods in "
        "Karvel killed 12 people, the ministry said on Sunday. Roads were cut."
    ),
    "floods-2.txt": (
        "Toll of the Karvel floods rises to 15 people\n\nKARVEL, March 6, 2024 (Northwire) -- The "
        "floods in Karvel killed 15 people, the ministry said on Wednesday. The search went on."
    ),
}
LOADED = r"/\d+ articles/.test(document.querySelector('#status')?.innerText)"

browser_test = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt install chromium"),
]


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page") / "index"


@pytest.fixture(scope="session")
def address(index_folder: Path) -> Iterator[str]:
    articles = index_folder.parent / "articles"
    shutil.copytree(ROOT / "corpus" / "articles", articles)
    for name, text in ARTICLES.items():
        (articles / name).write_text(text, encoding="utf-8")
    port = 17_860 + os.getpid() % 1000
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("BOT_")},
        "BOT_INDEX": str(index_folder),
        "BOT_SAMPLE_ARTICLES": str(articles),
        "BOT_PORT": str(port),
    }
    log = index_folder.parent / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot"], cwd=ROOT, env=environ, stdout=file, stderr=file
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process, log)
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    opened = context.new_page()
    opened.requests = []
    opened.on("request", lambda request: opened.requests.append(request.url))
    open_page(opened, address)
    yield opened
    strangers = [u for u in opened.requests if not u.startswith((address, "data:", "blob:"))]
    context.close()
    assert strangers == []


def open_page(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_function(LOADED, timeout=120_000)


def ask(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def ask_and_wait(page: Any, question: str) -> None:
    before = page.locator("#conversation .answer").count()
    ask(page, question)
    page.wait_for_function(
        f"document.querySelectorAll('#conversation .answer').length > {before}", timeout=60_000
    )
    page.wait_for_selector("#send", state="visible")


def says(page: Any, place: str, text: str) -> None:
    """Wait until ``place`` (a CSS selector) shows ``text``."""
    page.wait_for_function(
        "([place, text]) => [...document.querySelectorAll(place)]"
        ".some((one) => one.innerText.includes(text))",
        arg=[place, text],
        timeout=60_000,
    )


def select(page: Any, text: str) -> None:
    """Select ``text`` in the open article, as a mouse would."""
    page.evaluate(
        """(text) => { for (const p of document.querySelectorAll('#article-pane .reader p')) {
        const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.textContent.indexOf(text); if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at); range.setEnd(node, at + text.length);
          p.scrollIntoView({ block: 'center' });
          const selection = getSelection(); selection.removeAllRanges(); selection.addRange(range);
          return; } } }""",
        text,
    )
