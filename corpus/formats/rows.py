"""CSV and JSON Lines in, an article a row out.

Known columns, each under several names: text, title, id, published, author, source, url, language.
Only a text is needed. A row's key is its own id or, without one, its number from 1 (in CSV the
header does not count; in JSON Lines it is the line's).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Final

from corpus.dateline import read_date
from corpus.errors import Damaged, EmptyText, UnknownFormat
from corpus.loaded import Found, Loaded, Refusal, decode

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("id", "guid"),
    "text": ("text", "body", "content", "article"),
    "title": ("title", "headline"),
    "published": ("published", "date", "published_at", "pubdate"),
    "author": ("author", "byline"),
    "source": ("source", "agency", "publisher"),
    "url": ("url", "link"),
    "language": ("language", "lang"),
}
_TEXT_NAMES: Final = ", ".join(_NAMES["text"])


def load_csv(content: bytes, label: str) -> list[Found]:
    """Return an article a row; the delimiter (comma, semicolon, tab) is the header's commonest.

    UnknownFormat if no column is a text, Damaged if the quotes do not match.
    """
    document = decode(content, label)
    header = document.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    # The module's limit on a field, 131,072 characters, is shorter than some articles.
    csv.field_size_limit(max(csv.field_size_limit(), len(document) + 1))
    reader = csv.DictReader(io.StringIO(document, newline=""), delimiter=delimiter, strict=True)
    try:
        names = {str(name).strip().lower() for name in reader.fieldnames or ()}
        if not names & set(_NAMES["text"]):
            raise UnknownFormat(f"{label}: no column of the header is one of {_TEXT_NAMES}")
        found = [_found(row, number, label) for number, row in enumerate(reader, start=1)]
    except csv.Error as exc:
        raise Damaged(f"{label}, line {reader.line_num}: not CSV ({exc})") from exc
    if not found:
        raise EmptyText(f"{label}: no rows below the header")
    return found


def load_json_lines(content: bytes, label: str) -> list[Found]:
    """Return an article for each line, a JSON object; a line that is none is refused.

    UnknownFormat if no line has a text.
    """
    found = list(_json_lines(decode(content, label), label))
    if not found:
        raise EmptyText(f"{label}: no text in it")
    if all(isinstance(each, Refusal) for each in found):
        raise UnknownFormat(f"{label}: no line is a JSON object with one of {_TEXT_NAMES}")
    return found


def _json_lines(document: str, label: str) -> Iterator[Found]:
    for number, line in enumerate(document.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as exc:
            yield Refusal(str(number), f"{label}, line {number}: not JSON ({exc})")
            continue
        if isinstance(row, dict):
            yield _found(row, number, label)
        else:
            yield Refusal(str(number), f"{label}, line {number}: expected an object")


def _found(row: Mapping[object, object], number: int, label: str) -> Found:
    by_name = {str(name).strip().lower(): value for name, value in row.items()}
    values = {field: _value(by_name, names) for field, names in _NAMES.items()}
    text = values["text"]
    line = {field: " ".join((value or "").split()) or None for field, value in values.items()}
    key = line["key"] or str(number)
    if text is None:
        return Refusal(key, f"{label}, row {number}: no text in it")
    return Loaded(
        text,
        key=key,
        title=line["title"],
        author=line["author"],
        published=read_date(line["published"] or ""),
        source=line["source"],
        url=line["url"],
        language=line["language"],
    )


def _value(row: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    """Return the first value that there is under ``names``: a text or a number."""
    for name in names:
        value = row.get(name)
        # To Python true and false are numbers.
        if isinstance(value, bool):
            continue
        if isinstance(value, str | int | float) and str(value).strip():
            return str(value)
    return None
