"""A page's HTML in, its main text and metadata out: the only file that talks to trafilatura."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from corpus.loaded import Loaded

# Not "head": its end tag may be left out, and nothing else in it is text.
_UNSEEN: Final = frozenset({"script", "style", "noscript", "template", "title", "svg", "iframe"})
_BLOCKS: Final = frozenset(
    "p div br li tr h1 h2 h3 h4 h5 h6 section article blockquote table ul ol pre".split()
)


def extract_page(document: str, url: str | None = None) -> Loaded:
    """Return the main text of ``document``, with title, author, date, site and canonical URL."""
    from trafilatura import bare_extraction

    found = bare_extraction(
        document, url=url, with_metadata=True, include_comments=False, favor_precision=True
    )
    text = _paragraphs(found.text) if found is not None and found.text else text_of_html(document)
    if found is None:
        return Loaded(text)
    title = found.title or None
    if title and not text.startswith(title):
        text = f"{title}\n\n{text}"
    return Loaded(
        text,
        title=title,
        author=found.author or None,
        published=found.date or None,
        source=found.sitename or None,
        url=found.url or None,
        language=found.language or None,
    )


def _paragraphs(text: str) -> str:
    """Return trafilatura's text, a paragraph a line, with blank lines between paragraphs."""
    return "\n\n".join(line for line in text.split("\n") if line.strip())


def text_of_html(document: str) -> str:
    """Return all the text of ``document``, a page or a part of one, in paragraphs."""
    parser = _TextParser()
    parser.feed(document)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _TextParser(HTMLParser):
    """Collects what a browser would show, with blank lines between blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n\n")

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Take a section of unknown kind, ``<![x[``, for a comment, as a browser does."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data)
