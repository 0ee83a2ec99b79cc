"""A set's articles: every format that ``add`` reads, and an index named after code and content."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.settings import BotSettings
from corpus.article import Article
from corpus.errors import EmptyText, ListOfUrls
from evaluation.corpora import cache_of, code_sha256, load_folder
from evaluation.errors import EvaluationError
from evaluation.runs import articles_sha256

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><guid>a1</guid><title>Storm</title><description>The storm took a roof.</description></item>
<item><guid>b2</guid><title>Fair</title><description>The fair opened.</description></item>
</channel></rss>"""


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_files_of_several_articles_are_read_beside_those_of_one(tmp_path: Path) -> None:
    write(tmp_path, "one.txt", "The bridge closed.")
    write(tmp_path, "more/news.csv", "id,title,text\n7,Rain,It rained.\n9,Snow,It snowed.\n")
    write(tmp_path, "rows.jsonl", json.dumps({"text": "The mayor left."}))
    write(tmp_path, "feed.xml", FEED)

    found = load_folder(tmp_path, BotSettings())

    ids = [article.id for article in found]
    assert {"one.txt", "more/news.csv#7", "more/news.csv#9"} < set(ids)
    assert sum(name.startswith("feed.xml#") for name in ids) == 2
    assert sum(name.startswith("rows.jsonl") for name in ids) == 1
    assert {"It rained.", "It snowed.", "The bridge closed."} < {a.text for a in found}


def test_an_unreadable_article_of_several_is_named(tmp_path: Path) -> None:
    write(tmp_path, "news.csv", "id,title,text\n7,Rain,It rained.\n9,Snow,\n")

    with pytest.raises(EvaluationError, match=r"news\.csv#9"):
        load_folder(tmp_path, BotSettings())


def test_a_list_of_addresses_is_not_fetched(tmp_path: Path) -> None:
    sitemap = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    write(tmp_path, "map.xml", f"{sitemap}<url><loc>http://127.0.0.1:9/a</loc></url></urlset>")

    with pytest.raises(ListOfUrls, match="python -m bot add"):
        load_folder(tmp_path, BotSettings())


def test_a_folder_without_articles_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmptyText, match="no articles"):
        load_folder(tmp_path, BotSettings())


@pytest.mark.parametrize(
    "file", ["corpus/splitting.py", "corpus/formats/rows.py", "index/store.py"]
)
def test_other_code_is_another_index(file: str, tmp_path: Path) -> None:
    for name in ("corpus/splitting.py", "corpus/formats/rows.py", "index/store.py", "bot/chain.py"):
        write(tmp_path, name, "ONE = 1")
    before = code_sha256(tmp_path)

    write(tmp_path, "bot/chain.py", "ONE = 2")
    assert code_sha256(tmp_path) == before
    write(tmp_path, file, "ONE = 2")
    assert code_sha256(tmp_path) != before


def test_the_cache_is_named_after_content_and_settings(tmp_path: Path) -> None:
    write(tmp_path, "one.txt", "The bridge closed.")
    articles = load_folder(tmp_path, BotSettings())

    here = cache_of(articles, BotSettings(), tmp_path)

    assert here == cache_of(articles, BotSettings(k=9), tmp_path)
    assert here != cache_of(articles, BotSettings(max_tokens=150), tmp_path)
    assert here != cache_of((), BotSettings(), tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Bridge"},
        {"source": "AP"},
        {"url": "https://example.org/1"},
        {"author": "Ann Lee"},
        {"published": "2024-05-28"},
        {"place": "Baku"},
        {"language": "en"},
        {"page_starts": (0, 4)},
    ],
)
def test_whatever_an_article_says_of_itself_makes_it_another(change: dict[str, Any]) -> None:
    article = Article("one.txt", "One", "The bridge closed.")

    assert articles_sha256([replace(article, **change)]) != articles_sha256([article])


def test_the_same_articles_in_another_order_and_folder_are_the_same() -> None:
    one, two = Article("1", "One", "The bridge closed."), Article("2", "Two", "It rained.")

    moved = replace(one, path="/elsewhere/1")

    assert articles_sha256([two, moved]) == articles_sha256([one, two])
