"""The page's scripts in a real browser, on a bare page: no server, no models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browsing import ROOT, browser_test

pytestmark = browser_test

ADDRESS = "http://articles.test/"
UI = ROOT / "bot" / "ui"
FOCUSED = "[document.activeElement.className, document.activeElement.textContent]"
RUN = """(script) => {
  window.sent = [];
  const element = document.body.appendChild(document.createElement("div"));
  const trigger = (name, detail) => window.sent.push([name, detail]);
  new Function("element", "trigger", "watch", script)(element, trigger, () => {});
}"""
TITLES = {"a" * 32: "Trade", "b" * 32: "Floods"}


@pytest.fixture
def bare(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<body></body>"))
    page.goto(ADDRESS)
    yield page
    context.close()


def run(page: Any, *names: str) -> None:
    page.evaluate(RUN, "\n".join((UI / name).read_text(encoding="utf-8") for name in names))


def hear(page: Any, titles: dict[str, str]) -> None:
    """Tell the page of conversations, as the server would."""
    entries = [
        {"id": name, "title": title, "questions": 1, "changed": "2026-01-02T03:04:05+00:00"}
        for name, title in titles.items()
    ]
    page.evaluate("(word) => window.kept.hear(word)", json.dumps({"entries": entries}))


@pytest.fixture
def listed(bare: Any) -> Any:
    """The open list of conversations that the server keeps."""
    bare.evaluate("document.body.innerHTML = '<button id=open-kept>Conversations</button>'")
    run(bare, "keeping.js", "kept_list.js")
    bare.evaluate("""() => window.kept.start('{"mode": "sqlite", "user": ""}')""")
    bare.click("#open-kept")
    hear(bare, TITLES)
    return bare


@pytest.mark.parametrize(
    ("begin", "leave"), [("Rename", "Cancel"), ("Rename", "Escape"), ("Delete", "Keep")]
)
def test_leaving_a_row_gives_the_focus_back_to_the_button_that_began_it(
    listed: Any, begin: str, leave: str
) -> None:
    listed.focus(f"#kept li:nth-child(2) >> text={begin}")
    listed.keyboard.press("Enter")
    if leave != "Escape":
        listed.focus(f"#kept li:nth-child(2) >> text={leave}")
    listed.keyboard.press("Escape" if leave == "Escape" else "Enter")

    assert listed.evaluate(FOCUSED) == [begin.lower(), begin]
    assert listed.locator("#kept button.open").count() == 2
    assert listed.is_visible("#kept")


def test_what_the_server_lists_leaves_a_title_that_is_being_typed(listed: Any) -> None:
    listed.click("#kept li:nth-child(2) >> text=Rename")
    listed.keyboard.type("Hi")

    hear(listed, {"c" * 32: "New", **TITLES})
    listed.keyboard.type("gh")

    assert listed.input_value("#kept li:nth-child(3) input") == "High"
    assert listed.locator("#kept button.open").count() == 2


def test_what_the_server_lists_leaves_the_focus_where_it_was(listed: Any) -> None:
    listed.focus("#kept li:nth-child(2) >> text=Delete")

    hear(listed, {"c" * 32: "New", **TITLES})
    moved = listed.evaluate("document.activeElement.getAttribute('aria-label')")
    hear(listed, {"c" * 32: "New"})

    assert moved == "Delete Floods"
    assert listed.evaluate(FOCUSED) == ["close", "Close"]


def test_a_title_is_saved_by_enter_and_shown_once_the_server_has_it(listed: Any) -> None:
    listed.click("#kept li:nth-child(2) >> text=Rename")
    listed.keyboard.type("Rain")
    listed.keyboard.press("Enter")
    wish = json.loads(listed.evaluate("window.sent.at(-1)[1].wish"))

    hear(listed, {**TITLES, "b" * 32: "Rain"})

    assert (wish["act"], wish["id"], wish["title"]) == ("rename", "b" * 32, "Rain")
    assert listed.inner_text("#kept li:nth-child(2) .open").startswith("Rain")
    assert listed.evaluate(FOCUSED) == ["rename", "Rename"]


def test_a_conversation_that_is_deleted_leaves_the_focus_in_the_list(listed: Any) -> None:
    listed.click("#kept li:nth-child(2) >> text=Delete")
    listed.click("#kept button.stop")
    hear(listed, {"a" * 32: "Trade"})

    assert listed.evaluate(FOCUSED) == ["close", "Close"]
    assert listed.locator("#kept button.open").count() == 1


@pytest.fixture
def answered(bare: Any) -> Any:
    bare.evaluate(
        """() => { document.body.innerHTML = '<div class="answer"><a class="cite chip" '
        + 'href="#cite-a.txt-0-1">1</a> <a class="act" href="#answer-0">Link</a></div>'; }"""
    )
    run(bare, "acts.js")
    return bare


@pytest.mark.parametrize("held", ["Control", "Meta", "Shift"])
def test_a_citation_opens_in_a_tab_of_its_own_if_the_browser_is_asked_to(
    answered: Any, held: str
) -> None:
    answered.evaluate(
        """() => document.addEventListener("click", (event) => {
        window.handled = event.defaultPrevented; event.preventDefault(); })"""
    )

    answered.click("a.chip", modifiers=[held])

    assert answered.evaluate("window.handled") is False
    assert answered.evaluate("window.sent") == []
    answered.click("a.chip")
    assert answered.evaluate("window.sent[0][1].cite") == "cite-a.txt-0-1"


def test_a_link_that_is_copied_twice_gets_its_label_back(answered: Any) -> None:
    answered.click("a.act")
    answered.wait_for_timeout(1_000)
    answered.click("a.act")
    answered.wait_for_timeout(1_500)
    between = answered.inner_text("a.act")
    answered.wait_for_timeout(1_000)

    assert (between, answered.inner_text("a.act")) == ("Copied", "Link")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_mark_differs_by_a_line_and_the_focused_one_by_a_ring(
    bare: Any, scheme: str
) -> None:
    bare.evaluate(
        """([css, scheme]) => { document.body.className = scheme;
        document.body.innerHTML = `<style>${css}</style><mark class="hit">a</mark>`
          + '<mark class="hit chosen" tabindex="-1">b</mark>';
        document.querySelector(".chosen").focus(); }""",
        [(UI / "style.css").read_text(encoding="utf-8"), scheme],
    )
    look = """(one) => { const style = getComputedStyle(document.querySelector(one));
      return [style.borderBottomWidth, style.outlineStyle, style.outlineColor]; }"""
    accent = {"light": "rgb(29, 92, 99)", "dark": "rgb(124, 196, 201)"}[scheme]

    assert bare.evaluate(look, "mark.chosen") == ["2px", "solid", accent]
    assert bare.evaluate(look, "mark.hit")[:2] == ["0px", "none"]
