"""A URL in, a page or its Article out: fetched within limits of size, time and redirects.

Which addresses may be connected to, corpus/connecting.py says.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from corpus.article import Article
from corpus.errors import FetchError, ForbiddenUrl, TooLarge, UnknownFormat
from corpus.formats.docx import load_docx
from corpus.formats.pdf import load_pdf
from corpus.formats.text import load_markdown, load_text
from corpus.loaded import Loaded, Loader, decode, make_article
from corpus.loaders import MAX_BYTES
from corpus.pages import extract_page

if TYPE_CHECKING:
    import httpx

_SCHEMES: Final = ("http", "https")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_USER_AGENT: Final = "article-bot/0.1 (reads one page when its user asks)"
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_LOADERS: Final[Mapping[str, Loader]] = {
    "text/plain": load_text,
    "text/markdown": load_markdown,
    "application/pdf": load_pdf,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": load_docx,
}
"""The loaders of the content types that hold one article, beside HTML."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Limits of a fetch: bytes read, seconds in all, redirects followed, private addresses.

    The seconds do not cut short the look-up of a host's name: the system has its own limit there.
    """

    max_bytes: int = MAX_BYTES
    timeout_seconds: float = 20.0
    max_redirects: int = 5
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: where it was after redirects, its type in lower case, its bytes."""

    url: str
    content_type: str
    charset: str | None
    content: bytes


def load_url(url: str, settings: FetchSettings) -> Article:
    """Return the article on the page at ``url``; a LoadError says what is wrong with it."""
    return page_article(url, fetch_page(url, settings))


def page_article(url: str, page: Page) -> Article:
    """Return the article that ``page``, fetched from ``url``, holds: see ``url_id`` for its id.

    HTML, plain text, Markdown, PDF and Word documents are read; UnknownFormat for others.
    """
    loader = _LOADERS.get(page.content_type)
    if page.content_type in _HTML:
        loaded = extract_page(_decoded(page), page.url)
    elif loader is not None:
        (found,) = loader(_encoded(page), url)
        loaded = found if isinstance(found, Loaded) else Loaded("")
    else:
        told = page.content_type or "no content type"
        raise UnknownFormat(f"{url}: {told}; web pages, plain text, PDF and Word files are read")
    return make_article(
        _with_site(loaded, page.url), article_id=url_id(url), label=url, url=url.strip()
    )


def url_id(url: str) -> str:
    """Return the id of the article at ``url``: host and path, and a hash of the whole."""
    parts = urlsplit(url.strip())
    slug = re.sub(r"[^\w.-]+", "-", f"{parts.hostname or ''}{parts.path}").strip("-")[:80]
    return f"{slug}-{hashlib.sha256(url.strip().encode()).hexdigest()[:8]}"


def fetch_page(url: str, settings: FetchSettings) -> Page:
    """Return what is at ``url``; FetchError, ForbiddenUrl or TooLarge say why it cannot be had."""
    import httpx

    from corpus.connecting import checked_transport

    url = url.strip()
    deadline = time.monotonic() + settings.timeout_seconds
    with httpx.Client(
        transport=checked_transport(settings.allow_private, deadline),
        timeout=settings.timeout_seconds,
        trust_env=False,
        headers={"user-agent": _USER_AGENT, "accept": "text/html, */*;q=0.5"},
    ) as client:
        target = url
        for _ in range(settings.max_redirects + 1):
            _check_scheme(target)
            try:
                with client.stream("GET", target) as response:
                    if response.status_code in _REDIRECTS and "location" in response.headers:
                        target = urljoin(target, response.headers["location"])
                        continue
                    return _read(response, url, settings)
            except httpx.TimeoutException as exc:
                raise _too_slow(url, settings) from exc
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
                # ValueError: a redirect to what is no address, or to one that no encoding holds.
                raise FetchError(f"{url}: cannot be fetched ({exc or type(exc).__name__})") from exc
    raise FetchError(f"{url}: more than {settings.max_redirects} redirects")


def _read(response: httpx.Response, url: str, settings: FetchSettings) -> Page:
    if response.status_code != 200:
        raise FetchError(
            f"{url}: the server answered {response.status_code} {response.reason_phrase}"
        )
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > settings.max_bytes:
            raise TooLarge(f"{url}: more than {settings.max_bytes:,} bytes (BOT_MAX_UPLOAD_BYTES)")
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    return Page(str(response.url), kind, response.charset_encoding, bytes(content))


def _too_slow(url: str, settings: FetchSettings) -> FetchError:
    return FetchError(
        f"{url}: no whole page within {settings.timeout_seconds:g} seconds "
        "(BOT_FETCH_TIMEOUT_SECONDS)"
    )


def _check_scheme(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as exc:
        raise ForbiddenUrl(f"{url}: not a URL ({exc})") from exc
    if parts.scheme not in _SCHEMES or not host:
        raise ForbiddenUrl(f"{url}: only http:// and https:// addresses with a host are fetched")
    if parts.username or parts.password:
        raise ForbiddenUrl(f"{url}: addresses with a user name or password are not fetched")


def _decoded(page: Page) -> str:
    """Return the page's text by its charset header, its <meta> or as UTF-8."""
    declared = page.charset
    if declared is None and page.content_type in _HTML:
        match = re.search(
            rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", page.content[:4096], re.IGNORECASE
        )
        declared = match[1].decode("ascii") if match else None
    if declared and declared.lower().replace("-", "") not in ("utf8", "utf16"):
        try:
            return page.content.decode(declared)
        except (LookupError, ValueError):
            pass  # A header that is wrong about the encoding: the bytes decide, below.
    return decode(page.content, page.url)


def _encoded(page: Page) -> bytes:
    """Return the content as the loaders take it: a text in UTF-8."""
    if page.content_type.startswith("text/"):
        return _decoded(page).encode("utf-8", "replace")
    return page.content


def _with_site(loaded: Loaded, url: str) -> Loaded:
    return loaded if loaded.source else replace(loaded, source=urlsplit(url).hostname)
