"""The one web application: health, metrics, sign-in, what it turns away, and how it starts and stops."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from bot.assembling import Bot
from bot.doors.accounts import (
    Accounts,
    PasswordHash,
    read_accounts,
    remove_account,
    write_accounts,
)
from bot.doors.desk import Desk
from bot.doors.loading import Background, BackgroundBot
from bot.doors.owning import OneCollection, UserCollections
from bot.doors.serving import listen, server_config
from bot.doors.signing_in import SignIn
from bot.errors import BotError
from bot.settings import BotSettings
from tests.browsing import ROOT, ask_and_wait, browser_test
from tests.doors import every_door, listening
from tests.fakes import QueuedAnswerer
from tests.panes import desk_over
from tests.test_desk import opener

HERE = "http://127.0.0.1"
ANN = ("ann", "anns password")
BOB = ("bob", "bobs password")


def account(path: Path, name: str, password: str) -> None:
    """Add an account whose password is checked quickly: what scrypt costs is not tested here."""
    digest = hashlib.scrypt(password.encode(), salt=b"salt", n=2, r=8, p=1, dklen=32)
    known = read_accounts(path) if path.exists() else {}
    write_accounts(path, {**known, name: PasswordHash(2, 8, 1, b"salt", digest)})


@pytest.fixture(scope="module")
def sign_in(tmp_path_factory: pytest.TempPathFactory) -> SignIn:
    users = tmp_path_factory.mktemp("auth") / "users"
    for each in (ANN, BOB):
        account(users, *each)
    return SignIn(Accounts(users))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    settings = BotSettings(index=tmp_path_factory.mktemp("desk") / "index")
    with desk_over(settings, QueuedAnswerer()) as made:
        yield made


@contextmanager
def client(
    desk: Desk, sign_in: SignIn | None = None, settings: BotSettings | None = None
) -> Iterator[Any]:
    from starlette.testclient import TestClient

    with (
        every_door(desk, settings or BotSettings(), sign_in) as app,
        TestClient(app, base_url=HERE) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def opened(desk: Desk) -> Iterator[Any]:
    with client(desk) as made:
        yield made


@pytest.fixture(scope="module")
def closed(desk: Desk, sign_in: SignIn) -> Iterator[Any]:
    """A server where one signs in."""
    with client(desk, sign_in) as made:
        yield made


def waiting_desk(until: Event, error: str = "") -> Desk:
    def load(progress: Callable[[int, int, str], None]) -> Bot:
        until.wait(20)
        raise BotError(error)

    return Desk(OneCollection(BackgroundBot(load)), BotSettings())


def test_health_says_when_the_bot_is_ready_and_what_it_has(opened: Any) -> None:
    told = opened.get("/health")

    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")
    assert told.json() == {"status": "ready", "collections": 1, "articles": 2, "passages": 2}


def test_health_is_503_while_loading_and_after_an_error_without_saying_which() -> None:
    until = Event()
    desk = waiting_desk(until, "/secret/path is in use")
    with client(desk) as made:
        loading = made.get("/health")
        until.set()
        with pytest.raises(BotError):
            desk.entries(None)  # type: ignore[arg-type]  # There is one collection for all.
        failed = made.get("/health")

    assert (loading.status_code, loading.json()["status"]) == (503, "loading")
    assert (failed.status_code, failed.json()["status"]) == (503, "error")
    assert "secret" not in failed.text


def test_metrics_are_prometheus_text(opened: Any, desk: Desk) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    told = opened.get("/metrics")

    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(told.text)}
    assert families["bot_articles"].samples[0].value == 2
    assert families["bot_loading"].samples[0].value == 0
    assert families["bot_questions"].type == "counter"
    assert families["bot_answer_seconds"].type == "histogram"


def test_with_sign_in_health_is_open_and_the_rest_is_not(closed: Any) -> None:
    assert closed.get("/health").status_code == 200
    for address in ("/metrics", "/config", "/v1/models", "/gradio_api/info", "/gradio_api/file=x"):
        assert closed.get(address).status_code == 401, address
    for address in ("/mcp", "/v1/chat/completions", "/gradio_api/queue/join", "/gradio_api/upload"):
        assert closed.post(address, json={}).status_code == 401, address
    assert closed.get("/gradio_api/queue/data?session_hash=x").status_code == 401
    assert closed.post("/gradio_api/call/ask", json={"data": ["q?"]}).status_code == 401
    assert closed.get("/metrics").headers["www-authenticate"].startswith("Basic realm=")
    assert closed.get("/metrics", auth=("ann", "guess")).status_code == 401
    assert closed.get("/metrics", auth=ANN).status_code == 200
    bearer = {"authorization": f"Bearer {':'.join(BOB)}"}
    assert closed.get("/metrics", headers=bearer).status_code == 200


def test_the_page_signs_in_by_gradios_form_and_signs_out_a_user_that_is_removed(
    desk: Desk, tmp_path: Path
) -> None:
    account(tmp_path / "users", *ANN)
    with client(desk, SignIn(Accounts(tmp_path / "users"))) as made:
        wrong = made.post("/login", data={"username": "ann", "password": "guess"})
        nothing = made.get("/config").status_code
        right = made.post("/login", data={"username": "ann", "password": ANN[1]})
        signed_in = made.get("/gradio_api/user").json(), made.get("/config").status_code
        remove_account(tmp_path / "users", "ann")
        signed_out = made.get("/gradio_api/user").json(), made.get("/config").status_code

    assert (wrong.status_code, nothing, right.status_code) == (400, 401, 200)
    assert (signed_in, signed_out) == (("ann", 200), (None, 401))


def test_guessing_passwords_is_slowed_down_at_every_door_together(
    desk: Desk, tmp_path: Path
) -> None:
    account(tmp_path / "users", *ANN)
    with client(desk, SignIn(Accounts(tmp_path / "users"))) as made:
        for _ in range(5):
            made.post("/login", data={"username": "ann", "password": "guess"})
            made.get("/metrics", auth=("ann", "guess"))
        form = made.post("/login", data={"username": "ann", "password": ANN[1]})
        basic = made.get("/metrics", auth=ANN)

    assert (form.status_code, basic.status_code) == (429, 429)
    assert 1 <= int(basic.headers["retry-after"]) <= 30


def test_a_file_of_accounts_that_breaks_lets_nobody_in(desk: Desk, tmp_path: Path) -> None:
    users = tmp_path / "users"
    account(users, *ANN)
    with client(desk, SignIn(Accounts(users))) as made:
        made.post("/login", data={"username": "ann", "password": ANN[1]})
        users.write_text("garbage", encoding="utf-8")

        assert made.get("/metrics", auth=ANN).status_code == 503
        assert made.get("/config").status_code == 401
        again = made.post("/login", data={"username": "ann", "password": ANN[1]})
        assert again.status_code == 503


def test_every_response_tells_browsers_to_be_careful(opened: Any) -> None:
    for address in ("/", "/health", "/nothing"):
        headers = opened.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": HERE}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": "evil.example", "sec-fetch-site": "same-origin"}, 421),
        ({"sec-fetch-site": "same-origin"}, 404),
        ({"origin": HERE}, 404),
        ({"host": "localhost:7860"}, 404),
        ({}, 404),
    ],
)
def test_another_sites_page_asks_nothing_in_a_visitors_name(
    opened: Any, headers: dict[str, str], status: int
) -> None:
    assert opened.post("/gradio_api/nothing", headers=headers).status_code == status


@pytest.mark.parametrize(
    "settings", [BotSettings(host="0.0.0.0"), BotSettings(trusted_proxies="127.0.0.1")]
)
def test_a_public_server_where_one_signs_in_is_called_by_any_name(
    desk: Desk, sign_in: SignIn, settings: BotSettings
) -> None:
    with client(desk, sign_in, settings) as made:
        assert made.get("/health", headers={"host": "articles.example"}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("evil.example", 421),
        ("evil.articles.example", 421),
        ("127.0.0.1.evil.example:7860", 421),
        ("[", 421),
        ("", 421),
        ("localhost:7860", 200),
        ("192.0.2.7:7860", 200),
        ("[2001:db8::7]:7860", 200),
        ("Articles.Example:7860", 200),
        ("bot", 200),
    ],
)
def test_a_server_where_nobody_signs_in_is_called_by_its_names_and_by_addresses(
    desk: Desk, host: str, name: str, status: int
) -> None:
    settings = BotSettings(host=host, hosts="articles.example, Bot,")
    with client(desk, settings=settings) as made:
        told = made.get("/health", headers={"host": name})

    assert told.status_code == status
    assert status == 200 or "BOT_HOSTS" in told.json()["error"]


def test_another_sites_page_does_not_sign_a_visitor_out(desk: Desk, sign_in: SignIn) -> None:
    with client(desk, sign_in) as made:
        made.post("/login", data={"username": "ann", "password": ANN[1]})
        foreign = made.get("/logout", headers={"sec-fetch-site": "cross-site"})
        signed_in = made.get("/config").status_code
        made.get("/logout", headers={"sec-fetch-site": "same-origin"})
        signed_out = made.get("/config").status_code

    assert (foreign.status_code, signed_in, signed_out) == (403, 200, 401)


def test_a_body_beyond_every_article_is_refused_by_length_and_by_count(desk: Desk) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    address = "/gradio_api/queue/join"
    json = {"content-type": "application/json"}
    with client(desk, settings=BotSettings(max_upload_bytes=1_000)) as made:
        known = made.post(address, content=b"x" * 2_000_000, headers=json)
        counted = made.post(address, content=endless(), headers=json)
        upload = made.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 1_001)})

    assert (known.status_code, counted.status_code, upload.status_code) == (413, 413, 413)
    assert "BOT_MAX_UPLOAD_BYTES" in known.text
    assert "BOT_MAX_UPLOAD_BYTES" in counted.text


@pytest.mark.parametrize(
    ("trusted", "told"),
    [("", "127.0.0.1"), ("127.0.0.1", "198.51.100.7"), ("192.0.2.9", "127.0.0.1")],
)
def test_only_a_trusted_proxy_says_whom_it_comes_for(trusted: str, told: str) -> None:
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.testclient import TestClient

    async def who(scope: Any, receive: Any, send: Any) -> None:
        client = Request(scope).client
        await PlainTextResponse(client.host if client else "")(scope, receive, send)

    config = server_config(who, trusted)
    config.load()
    made = TestClient(config.loaded_app, client=("127.0.0.1", 5))

    assert made.get("/", headers={"x-forwarded-for": "198.51.100.7"}).text == told


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(BotError, match=rf"127.0.0.1:{port}: the port is taken; choose another"):
            listen("127.0.0.1", port)


def test_an_address_that_is_not_here_is_one_clear_line() -> None:
    with pytest.raises(BotError, match=r"cannot open at 192\.0\.2\.1:7860"):
        listen("192.0.2.1", 7860)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_at_once_even_while_it_loads(
    number: signal.Signals, tmp_path: Path
) -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("BOT_")}
    environ |= {"BOT_INDEX": str(tmp_path / "index"), "BOT_PORT": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot"], cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        address = process.stderr.readline().split()[5]
        for _ in range(200):  # The socket listens already; the server answers once it has started.
            try:
                httpx.get(f"{address}health", timeout=60)
                break
            except httpx.TransportError:
                time.sleep(0.1)

        process.send_signal(number)
        told = process.stderr.read()

    assert process.returncode == 0
    assert told.endswith("stopped\n")


@pytest.mark.slow
def test_a_missing_file_of_accounts_ends_the_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env={**os.environ, "BOT_AUTH": str(tmp_path / "none"), "BOT_INDEX": str(tmp_path / "i")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "the file of accounts cannot be read" in done.stderr


def signed_in_page(browser: Any, address: str, who: tuple[str, str]) -> Any:
    context = browser.new_context()
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.told = []
    page.on("console", lambda message: page.told.append(message.text))
    page.goto(address)
    page.fill("input[type=text], textarea", who[0])
    page.fill("input[type=password]", who[1])
    page.click("button:has-text('Login')")
    page.wait_for_selector("#question textarea")
    return page


class TestInABrowser:
    pytestmark = browser_test

    def test_two_users_see_their_own_articles_and_the_policy_is_kept(
        self, browser: Any, sign_in: SignIn, tmp_path: Path
    ) -> None:
        settings = BotSettings(index=tmp_path / "index", auth="users", user_collections=True)
        collections = UserCollections(Background(lambda progress: ()), opener(settings, []))
        desk = Desk(collections, settings)
        with every_door(desk, settings, sign_in) as app, listening(app) as address:
            pages = [signed_in_page(browser, address, each) for each in (ANN, BOB)]
            for page in pages:
                ask_and_wait(page, "what is the secret?")
            said = [page.inner_text("#conversation") for page in pages]
            told = [line for page in pages for line in page.told]
            for page in pages:
                page.context.close()
        desk.close()

        assert "annann" in said[0]
        assert "bob" not in said[0]
        assert "bobbob" in said[1]
        assert "ann" not in said[1]
        assert not [line for line in told if "Content Security Policy" in line]
