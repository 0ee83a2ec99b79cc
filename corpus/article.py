"""Article and Passage: a text with what it says of itself, and the pieces of it that are indexed.

Every offset in this program counts characters (Unicode code points) of ``Article.text``, which is
normalised once, here, and never again.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# C0/C1 controls other than tab and newline, zero-width, bidirectional and byte order marks.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


class ArticleError(ValueError):
    """Raised when an article or passage would break its invariants."""


def normalise(text: str) -> str:
    """Return ``text`` in NFC, lines ended by a bare line feed, without invisible characters.

    Idempotent: ``normalise(normalise(text)) == normalise(text)``. Lone surrogates, which no
    encoding can store, become U+FFFD.
    """
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _SURROGATE.sub("\ufffd", text)
    return unicodedata.normalize("NFC", text)


def text_sha256(text: str) -> str:
    """Return the SHA-256 of ``text`` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its normalised text, and what is known of it.

    ``id`` is unique in an index; for a file of a folder it begins with the file's name relative to
    that folder. ``published`` is an ISO 8601 date or date-time; ``language`` an ISO 639-1 code;
    ``path`` or ``url`` says where it was read from. ``None`` means the article does not say:
    nothing here is guessed. ``page_starts`` are the offsets at which its pages begin (a PDF's;
    empty: it has no pages), ascending, the first 0; an empty page begins where the next one does.
    """

    id: str
    title: str
    text: str
    source: str | None = None
    path: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None
    place: str | None = None
    language: str | None = None
    sha256: str = ""
    page_starts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise ArticleError("an article needs an id; found an empty one")
        if not self.text.strip():
            raise ArticleError(f"{self.id}: the article has no text")
        if self.text != normalise(self.text):
            raise ArticleError(
                f"{self.id}: the text is not normalised; pass it through normalise()"
            )
        digest = text_sha256(self.text)
        if self.sha256 and self.sha256 != digest:
            raise ArticleError(
                f"{self.id}: sha256 {self.sha256[:12]} is not the text's {digest[:12]}"
            )
        object.__setattr__(self, "sha256", digest)
        starts = self.page_starts
        if starts and (starts[0] != 0 or list(starts) != sorted(starts)):
            raise ArticleError(f"{self.id}: page_starts must ascend from 0; found {starts[:5]}...")
        if starts and starts[-1] > len(self.text):
            raise ArticleError(
                f"{self.id}: a page begins at {starts[-1]}, after the text's end {len(self.text)}"
            )

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page, from 1, that ``offset`` lies on; None without pages."""
        return bisect_right(self.page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article: ``article.text[start:end] == text``, always.

    ``id`` is made of the article's id, the offsets and the text, so that adding twice is adding
    once. ``title`` is the article's.
    """

    id: str
    article_id: str
    title: str
    text: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start < 0 or self.end - self.start != len(self.text):
            raise ArticleError(
                f"{self.article_id}: a passage of {len(self.text)} characters "
                f"at {self.start}:{self.end}"
            )
        if not self.text.strip():
            raise ArticleError(f"{self.article_id}: empty passage at {self.start}:{self.end}")


def cut_passage(article: Article, start: int, end: int) -> Passage:
    """Return the passage ``article.text[start:end]`` with its content-made id (32 hex digits)."""
    text = article.text[start:end]
    key = "\x1f".join((article.id, article.title, str(start), str(end), text))
    digest = hashlib.sha256(key.encode("utf-8")).hexdigest()[:32]
    return Passage(digest, article.id, article.title, text, start, end)
