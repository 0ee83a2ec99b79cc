"""What a loader found in, an Article out: one place where text is normalised and ids are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.article import Article, normalise
from corpus.dateline import read_dateline
from corpus.errors import EmptyText, LoadError, NotText

_TITLE_CHARACTERS: Final = 120


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader found in a document: its text, and what the document says of itself.

    ``key`` tells the articles of one file apart: a row's own id or its number. ``page_starts`` are
    offsets in ``text``, which is then normalised.
    """

    text: str
    title: str | None = None
    author: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    key: str | None = None
    page_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An article that cannot be read: the id it would have, and why.

    ``path`` is the file of which nothing could be read. All three are written as an Article's are.
    """

    id: str
    reason: str
    path: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", _one_line(self.id))
        object.__setattr__(self, "reason", _storable(self.reason))
        object.__setattr__(self, "path", _storable(self.path) if self.path else None)


Found = Loaded | Refusal
"""One article of a file; a Refusal's ``id`` is then its key alone."""
Loader = Callable[[bytes, str], Sequence[Found]]
"""Takes a file's content and its name for messages; raises LoadError for the whole of it."""


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
        id=_one_line(article_id),
        title=_one_line(loaded.title or dateline.title or _opening(text)),
        text=text,
        source=_line_or_none(loaded.source or dateline.agency),
        path=_storable(str(path.resolve())) if path else None,
        url=_line_or_none(url or loaded.url),
        author=_line_or_none(loaded.author or dateline.author),
        published=_line_or_none(loaded.published or dateline.published),
        place=_line_or_none(dateline.place),
        language=_line_or_none(loaded.language),
        page_starts=loaded.page_starts,
    )


def make_articles(
    found: Sequence[Found], name: str, label: str, path: Path
) -> tuple[Article | Refusal, ...]:
    """Return the articles of one file; ``name`` is the id, or its part before ``#`` and the key.

    What cannot be read, or has the key of an earlier one, is a Refusal.
    """
    made: dict[str, Article | Refusal] = {}
    for number, each in enumerate(found, start=1):
        key = each.id if isinstance(each, Refusal) else each.key
        article_id = _one_line(name if key is None else f"{name}#{key}")
        if article_id in made:
            reason = f"{label}: article {number} has the id {key!r} of an earlier one"
            made[f"{article_id}#{number}"] = Refusal(f"{article_id}#{number}", reason)
        elif isinstance(each, Refusal):
            made[article_id] = Refusal(article_id, each.reason)
        else:
            made[article_id] = _article_or_refusal(each, article_id, label, path)
    return tuple(made.values())


def _article_or_refusal(
    loaded: Loaded, article_id: str, label: str, path: Path
) -> Article | Refusal:
    whole = loaded.key is None
    try:
        return make_article(
            loaded,
            article_id=article_id,
            label=label if whole else f"{label}, {loaded.key}",
            path=path,
        )
    except LoadError as error:
        if whole:
            raise
        return Refusal(article_id, str(error))


def _opening(text: str) -> str:
    """Return the text's first words, for want of a title."""
    line = _one_line(text)
    if len(line) <= _TITLE_CHARACTERS:
        return line
    return line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…"


def _one_line(text: str) -> str:
    return normalise(" ".join(text.split()))


def _line_or_none(text: str | None) -> str | None:
    return _one_line(text or "") or None


def _storable(name: str) -> str:
    r"""Return a file's name or a message as it is, but for the bytes of it that are no UTF-8.

    Python writes those of a file's name as lone surrogates, which no encoding holds; here they
    become ``\udce9`` and the like, so that two names stay two.
    """
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
