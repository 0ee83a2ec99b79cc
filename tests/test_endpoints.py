"""The named endpoints of Gradio's API, by gradio_client; and no file of the server for anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from gradio import utils
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from bot.doors.desk import Desk
from tests.doors import EVIL, NAME, PASSWORD, TRADE, write_story

ASKED = "What was the trade volume in 2023?"
META = {"_type": "gradio.FileData"}


@contextmanager
def client(address: str, **more: Any) -> Iterator[Client]:
    made = Client(address, verbose=False, analytics_enabled=False, **more)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def gradio(doors: tuple[str, Desk]) -> Iterator[Client]:
    with client(doors[0]) as made:
        yield made


@pytest.fixture
def address(doors: tuple[str, Desk]) -> str:
    return doors[0]


def test_the_four_endpoints_tell_what_they_take_and_give(gradio: Client) -> None:
    told = gradio.view_api(print_info=False, return_format="dict")

    assert isinstance(told, dict)
    named = told["named_endpoints"]
    assert list(named) == ["/ask", "/search", "/articles", "/add"]
    assert [p["parameter_name"] for p in named["/ask"]["parameters"]] == ["question", "articles"]
    assert "citations: list[dict(number: int" in named["/ask"]["returns"][0]["python_type"]["type"]
    assert all(endpoint["description"] for endpoint in named.values())


def test_an_answer_is_the_object_of_the_command(gradio: Client) -> None:
    answer = gradio.predict(ASKED, api_name="/ask")

    assert (answer["answered"], answer["text"]) == (True, f"{TRADE} [1]")
    assert answer["citations"][0]["quote"] == TRADE
    assert answer["passages"][0]["rank"] == 1


def test_only_the_named_articles_are_asked(gradio: Client) -> None:
    answer = gradio.predict("Did trade or rain grow?", ["rain.txt"], api_name="/ask")

    assert {passage["article"] for passage in answer["passages"]} == {"rain.txt"}


def test_the_nearest_passages_are_listed(gradio: Client) -> None:
    (passage,) = gradio.predict("rain on the coast", k=1, api_name="/search")

    assert (passage["article"], passage["rank"]) == ("rain.txt", 1)


def test_an_uploaded_file_is_added_and_listed_without_its_folder(
    gradio: Client, tmp_path: Path
) -> None:
    story = write_story(tmp_path, "tale.txt", "Of ships\n\nThe ships came in on Monday.")

    (outcome,) = gradio.predict(file=handle_file(story), api_name="/add")

    assert (outcome["article"], outcome["status"]) == ("tale.txt", "added")
    listed = {entry["id"]: entry for entry in gradio.predict(api_name="/articles")}
    assert (listed["tale.txt"]["title"], listed["tale.txt"]["path"]) == ("Of ships", None)


def test_a_text_is_added_once(gradio: Client) -> None:
    story = {"title": "Of geese", "text": "The geese flew south in October."}

    outcomes = [gradio.predict(**story, api_name="/add")[0] for _ in range(2)]

    assert [each["status"] for each in outcomes] == ["added", "unchanged"]
    assert outcomes[0]["article"].startswith("of-geese-")


def test_text_of_an_article_stays_text(gradio: Client) -> None:
    answer = gradio.predict("How far is the moon?", api_name="/ask")

    assert answer["text"] == f"{EVIL} [1]"


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("/ask", {"question": " "}, "question is empty"),
        ("/ask", {"question": "why " * 3_000}, "BOT_MAX_QUESTION_CHARS"),
        ("/ask", {"question": {"a": 1}}, "expected a text"),
        ("/ask", {"question": ASKED, "articles": ["nope"]}, "no article 'nope'"),
        ("/ask", {"question": ASKED, "articles": "trade.txt"}, "expected a list"),
        ("/search", {"query": "rain", "k": 0}, "from 1 to 100"),
        ("/add", {}, "give one of"),
        ("/add", {"url": "http://a.example", "text": "b"}, "give one of"),
        ("/add", {"url": "/etc/hostname"}, "expected an http or https address"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_the_reason(
    gradio: Client, name: str, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(AppError, match=told):
        gradio.predict(**given, api_name=name)


def call(address: str, name: str, data: list[Any]) -> str:
    """Return the events of a call by plain HTTP, which no client library vets."""
    url = f"{address}/gradio_api/call/{name}"
    begun = httpx.post(url, json={"data": data})
    return httpx.get(f"{url}/{begun.json()['event_id']}", timeout=60).text


def test_a_refused_upload_is_told_by_its_name(gradio: Client, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xyz"
    broken.write_bytes(b"\x00")

    (outcome,) = gradio.predict(file=handle_file(broken), api_name="/add")

    assert (outcome["article"], outcome["status"]) == ("broken.xyz", "refused")
    assert "/" not in outcome["reason"]


@pytest.mark.parametrize("meta", [{"meta": META}, {}])
def test_a_strangers_path_is_no_upload(address: str, tmp_path: Path, meta: dict[str, Any]) -> None:
    secret = write_story(tmp_path, "secret.txt", "A secret\n\nThe treasure is under the oak.")

    told = call(address, "add", ["", "", "", {"path": str(secret), **meta}])

    assert "event: error" in told
    assert "not uploaded" in told or "no uploaded file" in told


def test_no_event_of_the_page_reads_a_strangers_path(address: str, tmp_path: Path) -> None:
    """The page's own events are private, and yet anybody can send them."""
    secret = write_story(tmp_path, "secret.txt", "A secret\n\nThe treasure is under the oak.")

    for told in events_given(address, str(secret)):
        assert "was not uploaded by a user" in told


def test_no_event_of_the_page_fetches_an_address(address: str) -> None:
    """Gradio itself would, before the event's function runs, and without any limit."""
    for told in events_given(address, "http://192.0.2.1/story.txt"):
        assert "file is an address" in told


def test_no_endpoint_fetches_an_address_as_a_file(address: str) -> None:
    file = {"path": "https://192.0.2.1/story.txt", "meta": META}

    for name, data in (("add", ["", "", "", file]), ("ask", [ASKED, [file]])):
        assert "file is an address" in call(address, name, data)


def test_no_event_of_the_page_reads_everybodys_uploads(gradio: Client, address: str) -> None:
    before = gradio.predict(api_name="/articles")

    told = list(events_given(address, utils.get_upload_folder(), kinds=("file",)))

    assert told
    assert all("but a folder" in each for each in told)
    assert gradio.predict(api_name="/articles") == before


def events_given(
    address: str, path: str, kinds: Sequence[str] = ("file", "textbox")
) -> Iterator[str]:
    """Yield what is told to who sends a file at ``path`` to the page's private events."""
    file = {"path": path, "meta": META}
    page = httpx.get(f"{address}/config").json()
    types = {each["id"]: each["type"] for each in page["components"]}
    takes = {each["id"]: [types[part] for part in each["inputs"]] for each in page["dependencies"]}
    chosen = {kind: [number for number, each in takes.items() if kind in each] for kind in kinds}
    assert all(chosen.values())

    # One event that takes a text stands for all.
    for number in (*chosen["file"], *chosen.get("textbox", [])[:1]):
        given: dict[str, Any] = {"state": None, "file": [file]}
        if "textbox" not in kinds:
            given["textbox"] = ""
        data = [given.get(kind, file) for kind in takes[number]]
        sent = {"data": data, "fn_index": number, "session_hash": f"stranger{uuid4()}"}
        httpx.post(f"{address}/gradio_api/queue/join", json=sent)
        url = f"{address}/gradio_api/queue/data"
        yield httpx.get(url, params={"session_hash": sent["session_hash"]}, timeout=60).text


def test_with_sign_in_nobody_calls_an_endpoint_without_it(locked_doors: str) -> None:
    with client(locked_doors, auth=(NAME, PASSWORD)) as signed_in:
        assert signed_in.predict(ASKED, api_name="/ask")["answered"]

    with pytest.raises(Exception, match=r"401|[Ll]ogin|credentials|auth"):
        Client(locked_doors, verbose=False)
    refused = httpx.post(f"{locked_doors}/gradio_api/call/ask", json={"data": [ASKED, None]})
    assert refused.status_code == 401
    with pytest.raises(ValueError):
        Client(locked_doors, verbose=False, auth=(NAME, "wrong"))
