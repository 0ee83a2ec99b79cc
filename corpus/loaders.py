"""A path in, an Article out: one loader for each format, in the LOADERS table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.article import Article, normalise
from corpus.dateline import read_date, read_dateline
from corpus.errors import EmptyText, NotFound, NotText, TooLarge, UnknownFormat

MAX_BYTES: Final = 10_000_000
"""Largest file that is read, in bytes, unless a caller says otherwise."""
_TITLE_CHARACTERS: Final = 120


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader found in a document: its text, and what the document says of itself."""

    text: str
    title: str | None = None
    author: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None


Loader = Callable[[str], Loaded]
"""Takes a document's decoded text."""


def load_text(document: str) -> Loaded:
    """Return a plain text as it is."""
    return Loaded(document)


def load_markdown(document: str) -> Loaded:
    """Return Markdown as it is, but for its front matter, whose known keys are read."""
    match = re.match(
        r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", document, re.DOTALL
    )
    keys = _front_matter(match[1]) if match else {}
    body = document[match.end() :] if match else document
    heading = re.search(r"^#\s+(.+?)\s*#*\s*$", body, re.MULTILINE)
    return Loaded(
        body,
        title=keys.get("title") or (heading[1] if heading else None),
        author=keys.get("author"),
        published=read_date(keys.get("date", "")),
        source=keys.get("source"),
        url=keys.get("url"),
        language=keys.get("lang") or keys.get("language"),
    )


def load_html(document: str) -> Loaded:
    """Return a page's main text, without navigation and the like, and its metadata.

    trafilatura finds nothing in some tiny pages; then all of the body's text is taken.
    """
    from corpus.pages import extract_page

    return extract_page(document)


LOADERS: Final[Mapping[str, Loader]] = {
    ".txt": load_text,
    ".text": load_text,
    ".md": load_markdown,
    ".markdown": load_markdown,
    ".html": load_html,
    ".htm": load_html,
}
"""The loader of each suffix, in lower case."""


def find_files(path: Path) -> list[tuple[Path, Path | None]]:
    """Return (file, root) for a file, or for every article of a folder, sorted by name.

    Hidden files and those of unknown suffix are passed over in a folder. NotFound if there is no
    such path; EmptyText if a folder holds no article.
    """
    if path.is_dir():
        files = [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix.lower() in LOADERS
            and file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
        ]
        if not files:
            raise EmptyText(f"{path}: no articles in this folder; it may hold {_known()}")
        return [(file, path) for file in files]
    if not path.exists():
        raise NotFound(f"{path}: there is no such file or folder")
    return [(path, None)]


def load_file(path: Path, root: Path | None = None, max_bytes: int = MAX_BYTES) -> Article:
    """Return the article in ``path``; a LoadError says what is wrong with it.

    Its id is the file's name relative to ``root``, or the bare name.
    """
    name = path.relative_to(root).as_posix() if root else path.name
    loader = LOADERS.get(path.suffix.lower())
    if not path.is_file():
        raise NotFound(f"{path}: there is no such file")
    if loader is None:
        raise UnknownFormat(
            f"{path}: no loader for {path.suffix or 'a name without suffix'}; it may be {_known()}"
        )
    size = path.stat().st_size
    if size > max_bytes:
        raise TooLarge(
            f"{path}: {size:,} bytes; at most {max_bytes:,} are read (BOT_MAX_UPLOAD_BYTES)"
        )
    document = decode(path.read_bytes(), str(path))
    return make_article(loader(document), article_id=name, label=str(path), path=path)


def decode(content: bytes, label: str) -> str:
    """Return ``content`` as text: UTF-8, or UTF-16 with its mark; NotText names the offset."""
    utf_16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not utf_16 and b"\x00" in content:
        offset = content.index(b"\x00")
        raise NotText(
            f"{label}: a NUL byte at offset {offset:,}; expected a text, not a binary file"
        )
    try:
        return content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as exc:
        raise NotText(
            f"{label}: byte 0x{content[exc.start]:02x} at offset {exc.start:,} is not "
            f"{'UTF-16' if utf_16 else 'UTF-8'}; save the file as UTF-8"
        ) from exc


def make_article(
    loaded: Loaded, *, article_id: str, label: str, path: Path | None = None, url: str | None = None
) -> Article:
    """Return the Article of what was loaded, with what a wire story says of itself.

    EmptyText if nothing is left to read.
    """
    text = normalise(loaded.text)
    if not text.strip():
        raise EmptyText(f"{label}: no text in it")
    dateline = read_dateline(text)
    return Article(
        id=article_id,
        title=_one_line(loaded.title or dateline.title or _opening(text)),
        text=text,
        source=loaded.source or dateline.agency,
        path=str(path.resolve()) if path else None,
        url=url or loaded.url,
        author=loaded.author or dateline.author,
        published=loaded.published or dateline.published,
        place=dateline.place,
        language=loaded.language,
    )


def _front_matter(block: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in block.splitlines() if ":" in line and line[:1].strip())
    return {key.strip().lower(): value.strip().strip("\"'") for key, value in pairs}


def _opening(text: str) -> str:
    """Return the text's first words, for want of a title."""
    line = _one_line(text)
    if len(line) <= _TITLE_CHARACTERS:
        return line
    return line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…"


def _one_line(text: str) -> str:
    return normalise(" ".join(text.split()))


def _known() -> str:
    return ", ".join(sorted(LOADERS))
