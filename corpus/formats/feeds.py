"""RSS, Atom and sitemaps in, their entries or addresses out. XML that is a trap is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from corpus.dateline import read_date
from corpus.errors import Damaged, EmptyText, ListOfUrls, UnknownFormat
from corpus.loaded import Found, Loaded, Refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FEEDS: Final = frozenset({"rss", "rdf", "feed"})
_SITEMAPS: Final = frozenset({"urlset", "sitemapindex"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed; not ``whole``: the feed holds a summary, or nothing but an address."""

    loaded: Loaded
    whole: bool


def load_xml(content: bytes, label: str) -> list[Found]:
    """Return a feed's entries, each with the text that the feed holds of it.

    ListOfUrls for a sitemap; Damaged if it is no XML, or XML with entities of its own.
    """
    found: list[Found] = []
    for entry in read_feed(content, label):
        if entry.loaded.text.strip():
            found.append(entry.loaded)
        else:
            reason = f"{label}: “{entry.loaded.title}” has no text in the feed"
            found.append(Refusal(entry.loaded.key or "", reason))
    if not found:
        raise EmptyText(f"{label}: a feed without entries")
    return found


def read_feed(content: bytes, label: str) -> tuple[Entry, ...]:
    """Return a feed's entries in their order; raises as ``load_xml`` does."""
    root = _parsed(content, label)
    kind = _name(root).lower()
    if kind in _SITEMAPS:
        places = [_text(place, "loc") for place in root]
        urls = tuple(dict.fromkeys(place for place in places if place))
        raise ListOfUrls(label, urls, nested=kind == "sitemapindex")
    if kind not in _FEEDS:
        raise UnknownFormat(f"{label}: XML with the root <{kind}>; expected RSS, Atom or a sitemap")
    head = root if kind == "feed" else next(_children(root, "channel"), root)
    source = _text(head, "title") or None
    items = [item for item in root.iter() if _name(item) in ("item", "entry")]
    try:
        return tuple(_entry(item, source) for item in items)
    except RecursionError as exc:
        raise Damaged(f"{label}: its elements lie too deep in one another to be read") from exc


def _parsed(content: bytes, label: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=False)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as exc:
        raise Damaged(f"{label}: not XML that can be read ({exc})") from exc
    return root


def _entry(item: Element, source: str | None) -> Entry:
    from corpus.pages import text_of_html

    # RSS puts the whole text into content:encoded ("encoded"), Atom into content.
    full = next((each for name in ("encoded", "content") for each in _children(item, name)), None)
    short = next(
        (each for name in ("description", "summary") for each in _children(item, name)), None
    )
    body = full if full is not None and _inside(full).strip() else short
    html = "" if body is None else _inside(body)
    is_text = body is not None and body.get("type") == "text"
    url = _link(item)
    mark = _text(item, "guid") or _text(item, "id") or url or _text(item, "title")
    loaded = Loaded(
        html if is_text else text_of_html(html),
        title=" ".join(text_of_html(_text(item, "title")).split()) or None,
        author=_text(item, "creator") or _author(item),
        published=_published(item),
        source=source,
        url=url,
        key=hashlib.sha256(mark.encode("utf-8")).hexdigest()[:8],
    )
    return Entry(loaded, whole=body is not None and body is full)


def _inside(element: Element) -> str:
    """Return what ``element`` holds: its text, or the markup of its children (XHTML)."""
    from xml.etree.ElementTree import tostring

    if not len(element):
        return element.text or ""
    parts = [element.text or "", *(tostring(child, encoding="unicode") for child in element)]
    return "".join(parts).replace("<html:", "<").replace("</html:", "</")


def _link(item: Element) -> str | None:
    """Return the web address of an entry: RSS's text, or Atom's link to the page itself."""
    for link in _children(item, "link"):
        found = (link.text or "").strip()
        if not found and link.get("rel", "alternate") == "alternate":
            found = (link.get("href") or "").strip()
        if _is_web_address(found):
            return found
    return None


def _is_web_address(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https")
    except ValueError:
        return False


def _author(item: Element) -> str | None:
    author = next(_children(item, "author"), None)
    if author is None:
        return None
    return _text(author, "name") or (author.text or "").strip() or None


def _published(item: Element) -> str | None:
    """Return the entry's day in UTC: RSS writes it as e-mails do, Atom in ISO 8601."""
    for name in ("published", "pubDate", "date", "updated"):
        value = _text(item, name)
        if not value:
            continue
        if found := _day(value):
            return found
    return None


def _day(value: str) -> str | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return _utc_day(read(value))
        except (ValueError, TypeError, OverflowError):
            continue
    # Neither: an ISO 8601 date with a time that is none still says its day.
    return read_date(value[:10])


def _utc_day(moment: datetime) -> str:
    """Return a moment's day in UTC; the day it says, if it does not say in which zone."""
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _text(element: Element, name: str) -> str:
    """Return the text of the first child of this name that has one, trimmed; else empty."""
    return next((t for c in _children(element, name) if (t := (c.text or "").strip())), "")


def _name(element: Element) -> str:
    """Return an element's name without its namespace; a comment has none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
