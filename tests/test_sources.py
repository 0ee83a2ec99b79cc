from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.fetching import FetchSettings
from corpus.loaded import Refusal
from corpus.sources import load_source
from tests.documents import pdf_bytes
from tests.serving import serving

LOCAL = FetchSettings(timeout_seconds=3, allow_private=True)
FEED = """<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<item><title>Whole</title><link>{site}/whole</link>
<content:encoded>&lt;p&gt;Goats crossed the bridge.&lt;/p&gt;</content:encoded></item>
<item><title>Short</title><link>{site}/rain</link><description>It …</description></item>
<item><title>Lost</title><link>{site}/gone</link><description>A fire was put out.</description></item>
<item><title>Void</title><link>{site}/gone</link></item></channel></rss>"""
PAGES = {
    "/rain": ("text/html", "<p>It rained all day.</p>"),
    "/snow": ("text/html", "<p>Snow fell on the hills.</p>"),
    "/feed": ("application/rss+xml; charset=utf-8", FEED),
    "/map": ("application/xml", "<urlset><url><loc>{site}/rain</loc></url><url><loc>{site}/gone</loc></url></urlset>"),
    "/maps": ("text/xml", "<sitemapindex><sitemap><loc>{site}/map</loc></sitemap></sitemapindex>"),
    "/loop": ("text/xml", "<sitemapindex><sitemap><loc>{site}/loop</loc></sitemap></sitemapindex>"),
    "/nowhere": ("application/rss+xml", "<rss><channel><item><title>Snow</title><link>http://[bad</link><description>Snow fell.</description></item></channel></rss>"),
    "/deep": ("text/xml", f"<rss><channel><item><description>{'<b>' * 3_000}{'</b>' * 3_000}</description></item></channel></rss>"),
    "/list": ("text/plain", "{site}/rain\n{site}/snow\n"),
}  # fmt: skip


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, text = PAGES.get(self.path, ("text/plain", ""))
        site = f"http://{self.headers['host']}"
        body = text.replace("{site}", site).encode()
        if self.path == "/report":
            kind, body = "application/pdf", pdf_bytes([["The bank cut its rate."]])
        self.send_response(200 if body else 404)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(_Site) as address:
        yield address


def texts(found: list[Article | Refusal]) -> list[str]:
    return [each.text if isinstance(each, Article) else "refused" for each in found]


def test_a_feeds_summaries_are_fetched_and_taken_where_that_fails(site: str) -> None:
    found = list(load_source(f"{site}/feed", LOCAL))

    assert texts(found) == [
        "Goats crossed the bridge.",
        "It rained all day.",
        "A fire was put out.",
        "refused",
    ]
    assert isinstance(found[0], Article)
    assert (found[0].title, found[0].url) == ("Whole", f"{site}/whole")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/map", ["It rained all day.", "refused"]),
        ("/maps", ["It rained all day.", "refused"]),
        ("/list", ["It rained all day.", "Snow fell on the hills."]),
        ("/report", ["The bank cut its rate."]),
        ("/loop", ["refused"]),
        ("/nowhere", ["Snow fell."]),
        ("/deep", ["refused"]),
    ],
)
def test_an_address_stands_for_all_it_names(site: str, path: str, expected: list[str]) -> None:
    assert texts(list(load_source(site + path, LOCAL))) == expected


def test_a_file_of_addresses_has_them_fetched(site: str, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{site}/snow\n{site}/rain\n", encoding="utf-8")

    found = list(load_source(str(tmp_path / "list.txt"), LOCAL))

    assert texts(found) == ["Snow fell on the hills.", "It rained all day."]


def test_a_list_longer_than_allowed_says_what_is_left_out(site: str) -> None:
    *_, last = load_source(f"{site}/list", LOCAL, max_pages=2)

    assert isinstance(last, Refusal)
    assert "1 addresses left out" in last.reason


def test_addresses_of_a_list_are_checked_like_any_other(site: str, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{site}/snow\n", encoding="utf-8")

    (refusal,) = load_source(str(tmp_path / "list.txt"), FetchSettings())

    assert isinstance(refusal, Refusal)
    assert "private or local" in refusal.reason


def test_one_bad_file_of_a_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00")
    (tmp_path / "b.csv").write_text("text\nOne.\nTwo.\n", encoding="utf-8")

    found = list(load_source(str(tmp_path), LOCAL))

    assert texts(found) == ["refused", "One.", "Two."]


def test_names_and_metadata_that_no_encoding_holds_do_not_stop_an_add(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Coffee was served.", encoding="utf-8")
    (tmp_path / os.fsdecode(b"th\xe9.txt")).write_text(" ", encoding="utf-8")
    fields = dict.fromkeys(("id", "author", "source", "url", "language", "title"), "a\ud800\nb")
    row = json.dumps(fields | {"text": "It rained."})
    (tmp_path / "news.jsonl").write_text(row, encoding="utf-8")

    article, rained, refusal = load_source(str(tmp_path), LOCAL)

    assert [each.id for each in (article, rained, refusal)] == [
        "caf\ufffd.txt",
        "news.jsonl#a\ufffd b",
        str(tmp_path / "th\ufffd.txt"),
    ]
    assert isinstance(rained, Article)
    assert (rained.author, rained.source, rained.url, rained.language) == ("a\ufffd b",) * 4
    for each in (article, rained, refusal):
        "".join(str(value) for value in asdict(each).values()).encode("utf-8")


def test_a_path_longer_than_the_system_takes_is_refused() -> None:
    (refusal,) = load_source("x" * 300, LOCAL)

    assert isinstance(refusal, Refusal)
    assert "cannot be read" in refusal.reason
