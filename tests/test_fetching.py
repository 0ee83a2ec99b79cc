from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from corpus.connecting import check_address
from corpus.errors import FetchError, ForbiddenUrl, LoadError, TooLarge, UnknownFormat
from corpus.fetching import FetchSettings, load_url
from tests.serving import serving

LOCAL = FetchSettings(max_bytes=2_000, timeout_seconds=3, max_redirects=2, allow_private=True)
_REDIRECTS = {"/loop": "/loop", "/slow-loop": "/slow-loop", "/nowhere": "http://[bad"}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body, status = "text/html", b"<p>It rained all day.</p>", 200
        if self.path == "/image":
            kind, body = "image/png", b"png"
        elif self.path == "/huge":
            body = b"x" * 5_000
        elif self.path == "/gone":
            status = 404
        elif self.path == "/charset":
            kind = "text/html; charset=undefined"
        elif self.path == "/slow-loop":
            time.sleep(0.4)
        elif self.path == "/trickle":
            self._trickle()
            return
        place = _REDIRECTS.get(self.path)
        self.send_response(302 if place else status)
        self.send_header("content-type", kind)
        if place:
            self.send_header("location", place)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self) -> None:
        """Send headers without end, each in less time than a read may take."""
        self.send_response(200)
        for number in range(30):
            self.send_header(f"x-{number}", "more")
            self.flush_headers()
            time.sleep(0.1)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with serving(_Site) as address:
        yield address


def test_a_page_becomes_an_article(site: str) -> None:
    article = load_url(f"{site}/story", LOCAL)

    assert "It rained all day." in article.text
    assert article.url == f"{site}/story"
    assert article.id.startswith("127.0.0.1-story-")


@pytest.mark.parametrize(
    ("path", "error", "says"),
    [
        ("/image", UnknownFormat, "image/png"),
        ("/huge", TooLarge, "2,000 bytes"),
        ("/gone", FetchError, "404"),
        ("/loop", FetchError, "2 redirects"),
        ("/nowhere", FetchError, "cannot be fetched"),
    ],
)
def test_a_page_that_cannot_be_read_says_why(
    site: str, path: str, error: type[LoadError], says: str
) -> None:
    with pytest.raises(error, match=says):
        load_url(site + path, LOCAL)


def test_a_charset_that_is_none_leaves_the_bytes_to_decide(site: str) -> None:
    assert "It rained all day." in load_url(f"{site}/charset", LOCAL).text


@pytest.mark.parametrize("path", ["/slow-loop", "/trickle"])
def test_the_time_of_a_fetch_is_that_of_all_its_steps(site: str, path: str) -> None:
    started = time.monotonic()

    with pytest.raises(FetchError, match=r"within 0\.6 seconds"):
        load_url(site + path, replace(LOCAL, timeout_seconds=0.6, max_redirects=9))

    assert time.monotonic() - started < 1.5


def test_a_private_address_is_not_connected_to(site: str) -> None:
    with pytest.raises(ForbiddenUrl, match="private or local"):
        load_url(site, FetchSettings())


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/", "http://", "http://user:secret@example.org/"],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ForbiddenUrl):
        load_url(url, FetchSettings())


def test_a_closed_port_is_an_error_of_ours() -> None:
    with pytest.raises(FetchError, match="cannot be fetched"):
        load_url("http://127.0.0.1:9/", LOCAL)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "fe80::1%eth0",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "0.0.0.0",
    ],
)
def test_private_and_local_addresses_are_forbidden(address: str) -> None:
    with pytest.raises(ForbiddenUrl):
        check_address(address, "host", allow_private=False)


def test_a_public_address_is_allowed() -> None:
    check_address("93.184.216.34", "host", allow_private=False)
