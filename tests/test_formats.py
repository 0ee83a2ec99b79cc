from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest

from corpus.article import Article
from corpus.errors import Damaged, EmptyText, ListOfUrls, LoadError, Several, UnknownFormat
from corpus.loaded import Refusal
from corpus.loaders import load_articles, load_file
from tests.documents import docx_bytes, pdf_bytes

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Kura Newswire</title>
<item><title>Rates &amp; prices fall</title><link>https://kura.example/1</link><guid>one</guid>
<pubDate>Wed, 22 May 2024 23:30:00 +0000</pubDate><dc:creator>Jane Doe</dc:creator>
<description>Short.</description>
<content:encoded><![CDATA[<p>The bank cut its rate.</p><p>Six voted <b>for</b> it.</p>]]></content:encoded>
</item><item><title>Nothing here</title><link>https://kura.example/2</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Rioni</title><entry><id>tag:1</id>
<title type="text">Snow</title><link rel="self" href="https://r.example/1.atom"/>
<link href="https://r.example/1"/><updated>2024-01-02T03:04:05Z</updated><author><name>Ana</name>
</author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Snow fell on <em>both</em>
hills.</p></div></content></entry></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://kura.example/1 </loc></url><url><loc>https://kura.example/2</loc></url></urlset>"""
BOMB = """<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item>
<title>&b;</title></item></channel></rss>"""


def read(tmp_path: Path, name: str, content: bytes | str) -> tuple[Article | Refusal, ...]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_articles(path, tmp_path)


def test_a_pdf_keeps_its_pages(tmp_path: Path) -> None:
    content = pdf_bytes([["The bank cut its rate."], ["Six voted for it."]], "Rates fall")

    (article,) = read(tmp_path, "a.pdf", content)

    assert isinstance(article, Article)
    assert (article.id, article.title) == ("a.pdf", "Rates fall")
    assert article.page_at(article.text.index("bank")) == 1
    assert article.page_at(article.text.index("Six")) == 2


def test_lines_of_a_pdf_are_joined_to_paragraphs(tmp_path: Path) -> None:
    lines = [
        "The central bank of the country cut its main in-",
        "terest rate to 8.25 percent on Wednesday, after a",
        "meeting of nine hours.",
        "Six of the seven members of its committee voted",
    ]

    (article,) = read(tmp_path, "a.pdf", pdf_bytes([lines]))

    assert isinstance(article, Article)
    assert "main interest rate to 8.25 percent" in article.text
    assert "nine hours.\n\nSix of the seven" in article.text


def test_running_heads_and_page_numbers_of_a_pdf_are_left_out(tmp_path: Path) -> None:
    pages = [
        ["Kura Newswire, 2024", f"Story {word} is told on this page.", "It ends.", f"Page {n}"]
        for n, word in enumerate(["one", "two", "three", "four"], start=1)
    ]

    (article,) = read(tmp_path, "a.pdf", pdf_bytes(pages))

    assert isinstance(article, Article)
    assert "Kura" not in article.text
    assert "Page" not in article.text
    assert [article.page_at(article.text.index(f"Story {w}")) for w in ("one", "four")] == [1, 4]


def test_a_word_document_keeps_paragraphs_and_rows_in_order(tmp_path: Path) -> None:
    content = docx_bytes(
        ["Rates fell.", "", "Six voted."], [["Year", "Rate"], ["2023", "9"]], "Rates"
    )

    (article,) = read(tmp_path, "a.docx", content)

    assert isinstance(article, Article)
    assert article.title == "Rates"
    assert article.text == "Rates fell.\n\nSix voted.\n\nYear | Rate\n2023 | 9"


def test_cells_of_a_word_table_that_read_the_same_are_both_kept(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "a.docx", docx_bytes([], [["Year", "10", "10"]]))

    assert isinstance(article, Article)
    assert article.text == "Year | 10 | 10"


def test_a_cell_of_a_word_table_that_spans_columns_is_there_once(tmp_path: Path) -> None:
    document = docx.Document()
    cells = document.add_table(rows=1, cols=3).rows[0].cells
    cells[0].merge(cells[1]).text = "Rates"
    cells[2].text = "2024"
    document.save(str(tmp_path / "a.docx"))

    assert load_file(tmp_path / "a.docx").text == "Rates | 2024"


def test_each_row_of_a_csv_is_an_article(tmp_path: Path) -> None:
    content = (
        "id;Headline;Date;Text;Source\n"
        '7;Rain;May 9, 2023;"It rained;\nall day.";Kura\n'
        ";Snow;;Snow fell.;\n"
        "9;Void;;;\n"
    )

    first, second, refusal = read(tmp_path, "news.csv", content)

    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(refusal, Refusal)
    assert (first.id, first.title, first.text) == ("news.csv#7", "Rain", "It rained;\nall day.")
    assert (first.published, first.source) == ("2023-05-09", "Kura")
    assert (second.id, second.text) == ("news.csv#2", "Snow fell.")
    assert (refusal.id, "row 3" in refusal.reason) == ("news.csv#9", True)


def test_each_line_of_json_lines_is_an_article(tmp_path: Path) -> None:
    lines = [json.dumps({"id": "x", "body": "It rained."}), "", "{", json.dumps({"text": "Snow."})]

    found = read(tmp_path, "news.jsonl", "\n".join(lines))

    assert [each.id for each in found] == ["news.jsonl#x", "news.jsonl#3", "news.jsonl#4"]
    assert [isinstance(each, Article) for each in found] == [True, False, True]


def test_true_in_json_lines_is_no_text(tmp_path: Path) -> None:
    lines = [json.dumps({"text": True}), json.dumps({"text": "Snow.", "title": False})]

    refusal, article = read(tmp_path, "news.jsonl", "\n".join(lines))

    assert isinstance(refusal, Refusal)
    assert isinstance(article, Article)
    assert article.title == "Snow."


def test_a_row_with_the_id_of_an_earlier_one_is_refused(tmp_path: Path) -> None:
    one, other = read(tmp_path, "news.csv", "id,text\na,One.\na,Two.\n")

    assert isinstance(one, Article)
    assert isinstance(other, Refusal)
    assert "'a'" in other.reason


def test_a_feed_gives_its_entries_with_their_whole_text(tmp_path: Path) -> None:
    article, refusal = read(tmp_path, "feed.xml", RSS)

    assert isinstance(article, Article)
    assert article.title == "Rates & prices fall"
    assert article.text == "The bank cut its rate.\n\nSix voted for it."
    assert (article.published, article.author) == ("2024-05-22", "Jane Doe")
    assert (article.source, article.url) == ("Kura Newswire", "https://kura.example/1")
    assert article.id.startswith("feed.xml#")
    assert isinstance(refusal, Refusal)


def test_an_atom_feed_is_read_too(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "feed.atom", ATOM)

    assert isinstance(article, Article)
    assert article.text == "Snow fell on both\nhills."
    assert (article.url, article.published) == ("https://r.example/1", "2024-01-02")
    assert (article.author, article.source) == ("Ana", "Rioni")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-05-09T23:30:00-05:00", "2024-05-10"),
        ("2024-05-09T23:30:00", "2024-05-09"),
        ("Thu, 09 May 2024 23:30:00 -0500", "2024-05-10"),
        ("2024-05-09 at noon", "2024-05-09"),
        ("at noon", None),
    ],
)
def test_a_feeds_entry_is_of_its_day_in_utc(tmp_path: Path, written: str, day: str | None) -> None:
    (article,) = read(tmp_path, "feed.atom", ATOM.replace("2024-01-02T03:04:05Z", written))

    assert isinstance(article, Article)
    assert article.published == day


def test_a_section_of_unknown_kind_in_a_feeds_text_is_passed_over(tmp_path: Path) -> None:
    feed = RSS.replace("<p>Six", "<![x[ y ]><p>Six")

    article, _ = read(tmp_path, "feed.xml", feed)

    assert isinstance(article, Article)
    assert article.text == "The bank cut its rate.\n\nSix voted for it."


def test_a_feeds_entry_keeps_its_id_when_others_come_before_it(tmp_path: Path) -> None:
    (before,) = [each.id for each in read(tmp_path, "feed.xml", RSS) if isinstance(each, Article)]
    newer = "<item><title>New</title><guid>new</guid><description>News.</description></item>"

    after = read(tmp_path, "feed.xml", RSS.replace("<item>", newer + "<item>", 1))

    assert before in {each.id for each in after}
    assert len(after) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("map.xml", SITEMAP),
        ("list.txt", "# ours\nhttps://kura.example/1\n\nhttps://kura.example/2\n"),
    ],
)
def test_a_list_of_addresses_is_none_of_articles(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(ListOfUrls) as caught:
        read(tmp_path, name, content)

    assert caught.value.urls == ("https://kura.example/1", "https://kura.example/2")


@pytest.mark.parametrize(
    ("name", "content", "error", "says"),
    [
        ("a.pdf", b"no pdf", Damaged, "not a PDF"),
        ("a.pdf", pdf_bytes([["Text."]])[:300], Damaged, "not a PDF"),
        ("a.pdf", pdf_bytes([[]]), EmptyText, "OCR"),
        ("a.docx", b"PK\x03\x04", Damaged, "not a Word document"),
        ("a.csv", b"name,age\nx,1\n", UnknownFormat, "one of text"),
        ("a.csv", b'text\n"open', Damaged, "not CSV"),
        ("a.jsonl", b'{"question": "?"}\n', UnknownFormat, "JSON object"),
        ("a.xml", BOMB.encode(), Damaged, "not XML"),
        ("a.xml", b"<html/>", UnknownFormat, "<html>"),
        ("a.xml", b"<rss><channel/></rss>", EmptyText, "without entries"),
        ("a.csv", b"text\n", EmptyText, "no rows"),
    ],
)
def test_what_is_not_what_its_name_says_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes, error: type[LoadError], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        read(tmp_path, name, content)

    assert "\n" not in str(caught.value)


def test_where_one_article_is_expected_several_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\nOne.\nTwo.\n", encoding="utf-8")

    with pytest.raises(Several, match="2 articles"):
        load_file(tmp_path / "a.csv")


def test_an_article_longer_than_a_csv_field_usually_is_is_read(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "a.csv", f'text\n"{"word " * 40_000}"\n')

    assert isinstance(article, Article)
    assert len(article.text) > 131_072
