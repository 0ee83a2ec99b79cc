"""A PDF in, one article out whose pages are known: the only file that talks to pypdf.

Running heads and feet go, hard line ends are joined, words broken by a hyphen are mended.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from statistics import quantiles
from typing import Final

from corpus.article import normalise
from corpus.errors import Damaged, EmptyText, LoadError
from corpus.loaded import Loaded

_PAGE_GAP: Final = "\n\n"
_REPEATED_SHARE: Final = 0.5
"""A first or last line on more than this share of the pages is a running head or foot."""
_FEWEST_PAGES: Final = 3
"""Pages from which on running heads are looked for."""
_EDGE_LINES: Final = 2
_SHORT_LINE: Final = 0.75
"""A line shorter than this share of the page's width may end a paragraph."""
_SENTENCE_END: Final = re.compile(r"[.!?:][”’\"')\]]*$")
_NO_TITLE: Final = re.compile(r"^(untitled|microsoft word|.*\.(docx?|pdf|tex|indd)$)", re.I)


def load_pdf(content: bytes, label: str) -> list[Loaded]:
    """Return the text of a PDF with its page starts, and its title and author if it says them.

    Damaged if it is broken or encrypted; EmptyText if no page has text (scans).
    """
    pages, title, author = _read(content, label)
    texts = [normalise(_flowing(lines)) for lines in _without_running_lines(pages)]
    if not any(text.strip() for text in texts):
        raise EmptyText(f"{label}: no text in it; a scan? Recognise its text (OCR) first")
    starts, text = [], ""
    for page in texts:
        if text and page:
            text += _PAGE_GAP
        starts.append(len(text))
        text += page
    known = title if title and not _NO_TITLE.match(title) else None
    return [Loaded(text, title=known, author=author or None, page_starts=tuple(starts))]


def _read(content: bytes, label: str) -> tuple[list[list[str]], str, str]:
    """Return each page's lines, and the title and author."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Damaged(f"{label}: encrypted; remove the password first")
        pages = [
            [line.strip() for line in page.extract_text().splitlines()] for page in reader.pages
        ]
        about = reader.metadata
        title, author = (about.title, about.author) if about else (None, None)
    except (DependencyError, FileNotDecryptedError) as exc:
        raise Damaged(f"{label}: encrypted; remove the password first") from exc
    except LoadError:
        raise
    except Exception as exc:
        # A damaged file makes pypdf raise nearly anything: KeyError, RecursionError, struct.error.
        raise Damaged(f"{label}: not a PDF that can be read ({exc or type(exc).__name__})") from exc
    return pages, (title or "").strip(), (author or "").strip()


def _without_running_lines(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the pages without the first and last lines that most of them share."""
    kept = [_trimmed(page) for page in pages]
    if len(kept) < _FEWEST_PAGES:
        return kept
    counts = Counter(
        line for page in kept for line in {_numberless(line) for line in _edges(page) if line}
    )
    running = {line for line, count in counts.items() if count > _REPEATED_SHARE * len(kept)}
    return [_trimmed(_strip_edges(page, running)) for page in kept]


def _edges(page: Sequence[str]) -> Sequence[str]:
    return [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]


def _strip_edges(page: list[str], running: set[str]) -> list[str]:
    last = len(page) - _EDGE_LINES
    return [
        line
        for place, line in enumerate(page)
        if _EDGE_LINES <= place < last or _numberless(line) not in running
    ]


def _numberless(line: str) -> str:
    """Return ``line`` with its numbers alike: page numbers differ from page to page."""
    return re.sub(r"\d+", "0", line)


def _trimmed(page: Sequence[str]) -> list[str]:
    lines = list(page)
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _flowing(lines: Sequence[str]) -> str:
    """Return the lines as paragraphs, which a blank or a short line at a sentence's end parts."""
    lengths = [len(line) for line in lines if line]
    width = quantiles(lengths, n=10)[-1] if len(lengths) > 1 else 0.0
    pieces: list[str] = []
    for former, line in zip(["", *lines], lines, strict=False):
        if not line:
            continue
        ends = len(former) < _SHORT_LINE * width and bool(_SENTENCE_END.search(former))
        if not former or ends:
            pieces.append(f"\n\n{line}" if pieces else line)
        elif re.search(r"[a-z]-$", former) and line[0].islower():
            pieces[-1] = pieces[-1][:-1]
            pieces.append(line)
        else:
            pieces.append(f" {line}")
    return "".join(pieces)
