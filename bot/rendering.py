"""An Answer or an Article in, HTML out. Pure; everything that others wrote is escaped here.

Citations are links whose fragment names the place, ``#cite-<article id>-<start>-<end>``: no state
is needed to open them, so that they work in a conversation restored from the browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Final
from urllib.parse import quote, unquote

from bot.answer import Answer, Citation
from corpus.article import Article
from corpus.sentences import Span
from index.retrieval import Hit

CITE_PREFIX: Final = "cite-"
_NEAREST: Final = 3
"""Passages offered under a refusal."""
_QUOTE_CHARACTERS: Final = 240
_QUOTING: Final = frozenset({"", "reader"})
"""Answerers that say nothing but what they quote; what others write is shown as it is."""
_MARKER: Final = re.compile(r"(\[\d{1,6}\])")
# Markdown sees the page's answers before the browser does.
_MARKDOWN: Final = str.maketrans({c: f"&#{ord(c)};" for c in "\\`*_{}[]()#+-.!|~$:<>"})


def cite_key(article_id: str, start: int, end: int) -> str:
    """Return the fragment that names ``article.text[start:end]``, without ``#``.

    >>> cite_key("a b.txt", 3, 9)
    'cite-a%20b.txt-3-9'
    """
    return f"{CITE_PREFIX}{quote(article_id, safe='')}-{start}-{end}"


def parse_cite_key(key: str) -> tuple[str, int, int] | None:
    """Return (article id, start, end) of a fragment, or None if it is none of ours."""
    name, _, offsets = key.removeprefix("#").removeprefix(CITE_PREFIX).rpartition("-")
    name, _, start = name.rpartition("-")
    # Twenty digits and more are no offset, and int() would take its time over thousands.
    if not name or not all(part.isdecimal() and len(part) < 12 for part in (start, offsets)):
        return None
    return unquote(name), int(start), int(offsets)


def text_html(text: str) -> str:
    """Return ``text`` with nothing in it that HTML or Markdown would act on; lines are kept."""
    escaped = escape(text).replace("&", "\x00").translate(_MARKDOWN)
    return escaped.replace("\x00", "&").replace("\n", "<br>")


def answer_html(answer: Answer, article_of: Callable[[str], Article | None]) -> str:
    """Return what the conversation shows for ``answer``: one block without blank lines."""
    parts = _answered(answer, article_of) if answer.answered else _refused(answer)
    if answer.searched != answer.question:
        parts.insert(0, f'<p class="searched">Searched for: {text_html(answer.searched)}</p>')
    parts += [f'<p class="warning">{text_html(warning)}</p>' for warning in answer.warnings]
    return f'<div class="answer">{"".join(parts)}</div>'


def confidence_words(confidence: float) -> str:
    """Return how sure ``confidence`` (0 to 1) is, in words."""
    if confidence >= 0.85:
        return "Very sure"
    if confidence >= 0.6:
        return "Fairly sure"
    return "Not very sure"


def article_html(article: Article, marks: Sequence[Span] = (), chosen: Span | None = None) -> str:
    """Return the article's page: title, what is known of it, and its text with the marks.

    ``chosen``, one of the marks or another span, is marked more strongly and can be focused.
    """
    spans = _valid_spans([*marks, *([chosen] if chosen else [])], len(article.text))
    about = " · ".join(
        escape(part) for part in (article.source, article.author, article.published) if part
    )
    return (
        f'<article class="reader" lang="{escape(article.language or "en")}">'
        f"<h2>{escape(article.title)}</h2>"
        f'<p class="about">{about}</p>'
        f"{_paragraphs(article, spans, chosen)}</article>"
    )


def _answered(answer: Answer, article_of: Callable[[str], Article | None]) -> list[str]:
    if not answer.citations:
        return [f"<p>{text_html(answer.text)}</p>"]
    chips = "".join(_chip(citation) for citation in answer.citations)
    quoted = any(answer.short == citation.quote for citation in answer.citations)
    parts = []
    if answer.answerer not in _QUOTING:
        parts.append(f'<p class="written">{_text_with_chips(answer)}</p>')
    elif not quoted and answer.text.startswith(answer.short):
        parts.append(f'<p class="short"><strong>{text_html(answer.short)}</strong> {chips}</p>')
    for citation in answer.citations:
        parts.append(
            f"<blockquote>{text_html(citation.quote)} {_chip(citation)}</blockquote>"
            f'<p class="about">{text_html(_about(citation, article_of))}</p>'
        )
    percent = round(100 * answer.confidence)
    parts.append(f'<p class="sure">{confidence_words(answer.confidence)} ({percent} %)</p>')
    cited = {citation.passage.id for citation in answer.citations}
    others = [hit for hit in answer.hits if hit.passage.id not in cited][:_NEAREST]
    if others:
        parts.append(
            f"<details><summary>Also looked at</summary><ul>{_listed(others)}</ul></details>"
        )
    return parts


def _text_with_chips(answer: Answer) -> str:
    """Return the text as it was written, its markers as links."""
    citations = {citation.number: citation for citation in answer.citations}
    pieces = []
    for piece in _MARKER.split(answer.text):
        marker = _MARKER.fullmatch(piece)
        citation = citations.get(int(marker.group()[1:-1])) if marker else None
        pieces.append(_chip(citation) if citation else text_html(piece))
    return "".join(pieces)


def _refused(answer: Answer) -> list[str]:
    parts = [f"<p>{text_html(answer.text)}</p>"]
    if answer.hits:
        nearest = _listed(answer.hits[:_NEAREST])
        parts.append(f'<p class="about">The nearest passages:</p><ul>{nearest}</ul>')
    return parts


def _chip(citation: Citation) -> str:
    key = cite_key(citation.passage.article_id, citation.start, citation.end)
    title = text_html(_clip(citation.quote)).replace("<br>", " ")
    return f'<a class="cite" href="#{key}" title="{title}">&#91;{citation.number}&#93;</a>'


def _listed(hits: Sequence[Hit]) -> str:
    return "".join(
        f'<li><a class="cite" href="#{cite_key(p.article_id, p.start, p.end)}">'
        f"{text_html(p.title)}</a>: {text_html(_clip(p.text))}</li>"
        for p in (hit.passage for hit in hits)
    )


def _about(citation: Citation, article_of: Callable[[str], Article | None]) -> str:
    article = article_of(citation.passage.article_id)
    page = article.page_at(citation.start) if article else None
    shown = f"page {page}" if page else None
    known = (article.source, article.published, shown) if article else ()
    return " · ".join([citation.passage.title, *(part for part in known if part)])


def _paragraphs(article: Article, spans: Sequence[Span], chosen: Span | None) -> str:
    """Return the text in paragraphs; the headline, shown above, is not repeated."""
    pieces, position = [], 0
    for line in article.text.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        if line.strip() and not (start == 0 and line.strip() == article.title):
            pieces.append(f"<p>{_marked(article.text, start, end, spans, chosen)}</p>")
    return "".join(pieces)


def _marked(text: str, start: int, end: int, spans: Sequence[Span], chosen: Span | None) -> str:
    pieces, position = [], start
    for span in spans:
        left, right = max(span[0], position), min(span[1], end)
        if left >= right:
            continue
        kind = "hit chosen" if span == chosen else "hit"
        pieces.append(escape(text[position:left]))
        pieces.append(f'<mark class="{kind}" tabindex="-1">{escape(text[left:right])}</mark>')
        position = right
    return "".join([*pieces, escape(text[position:end])])


def _valid_spans(spans: Sequence[Span], length: int) -> list[Span]:
    return sorted({span for span in spans if 0 <= span[0] < span[1] <= length})


def _clip(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= _QUOTE_CHARACTERS:
        return line
    return line[:_QUOTE_CHARACTERS].rsplit(" ", 1)[0] + "…"
