"""A URL in, a page or its Article out: fetched within limits of size, time, redirects and address.

The address that is checked is the one that is connected to: a host name is resolved once, every
address it has is checked, and the connection goes to a checked one, so that a name that changes its
mind between the two (DNS rebinding) reaches nothing private.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
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
    import httpcore
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
    """Limits of a fetch: bytes read, seconds in all, redirects followed, private addresses."""

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


def check_address(address: str, label: str, allow_private: bool) -> None:
    """Raise ForbiddenUrl if ``address`` (IPv4 or IPv6) is not on the public internet."""
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if allow_private or (
        found.is_global and not found.is_multicast and (not mapped or mapped.is_global)
    ):
        return
    raise ForbiddenUrl(
        f"{label}: {address} is a private or local address; set BOT_ALLOW_PRIVATE_URLS=yes to "
        "fetch from your own network"
    )


def fetch_page(url: str, settings: FetchSettings) -> Page:
    """Return what is at ``url``; FetchError, ForbiddenUrl or TooLarge say why it cannot be had."""
    import httpx

    url = url.strip()
    deadline = time.monotonic() + settings.timeout_seconds
    with httpx.Client(
        transport=_checked_transport(settings),
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
                    return _read(response, url, settings, deadline)
            except httpx.TimeoutException as exc:
                raise _too_slow(url, settings) from exc
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as exc:
                raise FetchError(f"{url}: cannot be fetched ({exc or type(exc).__name__})") from exc
    raise FetchError(f"{url}: more than {settings.max_redirects} redirects")


def _read(response: httpx.Response, url: str, settings: FetchSettings, deadline: float) -> Page:
    if response.status_code != 200:
        raise FetchError(
            f"{url}: the server answered {response.status_code} {response.reason_phrase}"
        )
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > settings.max_bytes:
            raise TooLarge(f"{url}: more than {settings.max_bytes:,} bytes (BOT_MAX_UPLOAD_BYTES)")
        if time.monotonic() > deadline:
            raise _too_slow(url, settings)
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
        except (LookupError, UnicodeDecodeError):
            pass  # A header that is wrong about the encoding: the bytes decide, below.
    return decode(page.content, page.url)


def _encoded(page: Page) -> bytes:
    """Return the content as the loaders take it: a text in UTF-8."""
    if page.content_type.startswith("text/"):
        return _decoded(page).encode("utf-8", "replace")
    return page.content


def _with_site(loaded: Loaded, url: str) -> Loaded:
    return loaded if loaded.source else replace(loaded, source=urlsplit(url).hostname)


def _checked_transport(settings: FetchSettings) -> httpx.HTTPTransport:
    """Return a transport whose every connection goes to an address that was checked."""
    import httpcore
    import httpx

    class CheckedBackend(httpcore.SyncBackend):
        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            address = _resolve(host, port, settings.allow_private)
            return super().connect_tcp(address, port, timeout, local_address, socket_options)

    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no argument for the network backend: its transport is a shell around this pool.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=CheckedBackend()
    )
    return transport


def _resolve(host: str, port: int, allow_private: bool) -> str:
    """Return an address of ``host`` after all of them were checked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise FetchError(f"{host}: no such host ({exc})") from exc
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        check_address(address, host, allow_private)
    return addresses[0]
