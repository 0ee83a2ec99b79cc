from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import EmptyText, LoadError, NotFound, NotText, TooLarge, UnknownFormat
from corpus.loaders import find_files, load_file
from corpus.pages import text_of_html

PAGE = """<html lang="en"><head><title>Rates fall</title><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2024-05-22"></head><body><nav>Home | About</nav>
<article><h1>Rates fall</h1><p>The bank cut its rate to 8.25 percent on Wednesday, its first cut in
almost three years, as prices rose more slowly than it had forecast.</p>
<p>Six of the seven members of its committee voted for the cut, and one against it.</p></article>
<script>alert(1)</script></body></html>"""


@pytest.mark.parametrize(
    ("name", "content", "error", "says"),
    [
        ("empty.txt", b"", EmptyText, "no text"),
        ("blank.txt", b" \n\t ", EmptyText, "no text"),
        ("binary.txt", b"\x89PNG\x00\x01", NotText, "NUL byte at offset 4"),
        ("latin.txt", b"caf\xe9 au lait", NotText, "0xe9 at offset 3"),
        ("big.txt", b"x" * 200, TooLarge, "200 bytes"),
        ("what.xyz", b"text", UnknownFormat, ".xyz"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    tmp_path: Path, name: str, content: bytes, error: type[LoadError], says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(error, match=says) as caught:
        load_file(path, max_bytes=100)

    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nothing\.txt"):
        find_files(tmp_path / "nothing.txt")


def test_a_folder_gives_its_articles_by_relative_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.txt", "deep/a.md", ".hidden.txt", "picture.png"):
        (tmp_path / name).write_text("Some text.", encoding="utf-8")

    ids = [load_file(path, root).id for path, root in find_files(tmp_path)]

    assert ids == ["b.txt", "deep/a.md"]


def test_utf16_with_its_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ein Märchen.", encoding="utf-16")

    assert load_file(tmp_path / "a.txt").text == "Ein Märchen."


def test_front_matter_gives_title_author_and_date(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: 'Rates fall'\nauthor: Jane Doe\ndate: 2024-05-22\n---\n# Other\n\nText.",
        encoding="utf-8",
    )

    article = load_file(tmp_path / "a.md")

    assert (article.title, article.author, article.published) == (
        "Rates fall",
        "Jane Doe",
        "2024-05-22",
    )
    assert article.text.startswith("# Other")


def test_a_page_gives_its_main_text_and_what_it_says_of_itself(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")

    article = load_file(tmp_path / "a.html")

    assert (article.title, article.author, article.published) == (
        "Rates fall",
        "Jane Doe",
        "2024-05-22",
    )
    assert "8.25 percent" in article.text
    assert "alert" not in article.text
    assert "Home | About" not in article.text


def test_a_tiny_page_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>It rained.</p>", encoding="utf-8")

    assert "It rained." in load_file(tmp_path / "a.html").text


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>T</title><body><p>Hello there",
        "<html><head><title>T</title><script>x</script><p>Hello there",
        "<head><title>T</title><style>x</style></head><body>Hello there</body>",
    ],
)
def test_a_head_ends_where_a_browser_ends_it(page: str) -> None:
    assert text_of_html(page) == "Hello there"
