"""A path in, its articles out: one loader for each format, in the LOADERS table.

An article's id is the file's name, relative to the folder that was given. A file of several
articles gives each the file's name, ``#`` and the row's own id, or its number from 1
(``news.csv#17``); an entry of a feed, whose number changes, a hash of its guid
(``feed.xml#1a2b3c4d``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from corpus.article import Article
from corpus.errors import EmptyText, LoadError, NotFound, Several, TooLarge, UnknownFormat
from corpus.formats.docx import load_docx
from corpus.formats.feeds import load_xml
from corpus.formats.pdf import load_pdf
from corpus.formats.rows import load_csv, load_json_lines
from corpus.formats.text import load_html, load_markdown, load_text
from corpus.loaded import Loader, Refusal, make_articles

MAX_BYTES: Final = 10_000_000
"""Largest file that is read, in bytes, unless a caller says otherwise."""

LOADERS: Final[Mapping[str, Loader]] = {
    ".txt": load_text,
    ".text": load_text,
    ".md": load_markdown,
    ".markdown": load_markdown,
    ".html": load_html,
    ".htm": load_html,
    ".pdf": load_pdf,
    ".docx": load_docx,
    ".csv": load_csv,
    ".jsonl": load_json_lines,
    ".ndjson": load_json_lines,
    ".xml": load_xml,
    ".rss": load_xml,
    ".atom": load_xml,
}
"""The loader of each suffix, in lower case."""


def find_files(path: Path) -> list[tuple[Path, Path | None]]:
    """Return (file, root) for a file, or for every article of a folder, sorted by name.

    Hidden files and those of unknown suffix are passed over in a folder. NotFound if there is no
    such path; EmptyText if a folder holds no article; LoadError if the system refuses to look.
    """
    try:
        return _found_files(path)
    except OSError as exc:
        raise _unreadable(path, exc) from exc


def _found_files(path: Path) -> list[tuple[Path, Path | None]]:
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


def load_articles(
    path: Path, root: Path | None = None, max_bytes: int = MAX_BYTES
) -> tuple[Article | Refusal, ...]:
    """Return the articles in ``path``, in their order; a LoadError says what is wrong with it.

    An article of several that cannot be read is a Refusal; the others are read.
    """
    name = path.relative_to(root).as_posix() if root else path.name
    loader = LOADERS.get(path.suffix.lower())
    try:
        if not path.is_file():
            raise NotFound(f"{path}: there is no such file")
        if loader is None:
            raise UnknownFormat(
                f"{path}: no loader for {path.suffix or 'a name without suffix'}; "
                f"it may be {_known()}"
            )
        size = path.stat().st_size
        if size > max_bytes:
            raise TooLarge(
                f"{path}: {size:,} bytes; at most {max_bytes:,} are read (BOT_MAX_UPLOAD_BYTES)"
            )
        content = path.read_bytes()
    except OSError as exc:
        raise _unreadable(path, exc) from exc
    return make_articles(loader(content, str(path)), name, str(path), path)


def load_file(path: Path, root: Path | None = None, max_bytes: int = MAX_BYTES) -> Article:
    """Return the article in ``path``, of which there must be one; else as ``load_articles``."""
    found = load_articles(path, root, max_bytes)
    articles = [each for each in found if isinstance(each, Article)]
    if len(found) != 1 or not articles:
        raise Several(f"{path}: {len(found):,} articles in it; expected one")
    return articles[0]


def _unreadable(path: Path, error: OSError) -> LoadError:
    return LoadError(f"{path}: cannot be read ({error.strerror})")


def _known() -> str:
    return ", ".join(sorted(LOADERS))
