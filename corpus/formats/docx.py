"""A Word document in, one article out: the only file that talks to python-docx."""

from __future__ import annotations

import io
import zipfile
from itertools import groupby
from typing import TYPE_CHECKING, Final

from corpus.errors import Damaged, LoadError, TooLarge
from corpus.loaded import Loaded

if TYPE_CHECKING:
    from docx.table import Table

_MAX_UNPACKED: Final = 200_000_000
"""Bytes that the parts of a document may have unpacked: a small file can hold a huge one."""


def load_docx(content: bytes, label: str) -> list[Loaded]:
    """Return the paragraphs and table rows in their order, and the title and author it states.

    Damaged if it is no Word document (a ``.doc`` of old is none); TooLarge if it unpacks too far.
    """
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _MAX_UNPACKED:
            raise TooLarge(f"{label}: unpacks to {unpacked:,} bytes; at most {_MAX_UNPACKED:,}")
        document = docx.Document(io.BytesIO(content))
        blocks = [
            _rows(block) if isinstance(block, Table) else block.text
            for block in document.iter_inner_content()
        ]
        about = document.core_properties
        title, author, language = about.title, about.author, about.language
    except LoadError:
        raise
    except Exception as exc:
        # A damaged file makes zipfile, lxml and python-docx raise what they like.
        raise Damaged(f"{label}: not a Word document (.docx) that can be read ({exc})") from exc
    return [
        Loaded(
            "\n\n".join(block.strip() for block in blocks if block.strip()),
            title=title or None,
            # What python-docx writes into every document that it makes is no author.
            author=author if author and author != "python-docx" else None,
            language=language[:2].lower() if language else None,
        )
    ]


def _rows(table: Table) -> str:
    """Return a table, a line a row; a cell that spans columns counts once."""
    lines = []
    for row in table.rows:
        # python-docx gives a cell once for each column that it spans.
        cells = [next(same) for _, same in groupby(row.cells, key=lambda cell: cell._tc)]
        texts = [" ".join(cell.text.split()) for cell in cells]
        lines.append(" | ".join(text for text in texts if text))
    return "\n".join(line for line in lines if line)
