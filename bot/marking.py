"""An Article and spans of it in, its page with these marked out, as HTML. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from bot.linking import parse_cite_key
from bot.wording import date_words
from corpus.article import Article
from corpus.sentences import Span


def article_html(article: Article, marks: Sequence[Span] = (), chosen: Span | None = None) -> str:
    """Return the article's page: title, what is known of it, and its text with the marks.

    ``chosen``, one of the marks or another span, is marked more strongly and can be focused.
    """
    spans = _valid_spans([*marks, *([chosen] if chosen else [])], len(article.text))
    page = article.page_at(chosen[0]) if chosen else None
    known = (
        *(article.source, article.author, date_words(article.published)),
        f"page {page}" if page else None,
    )
    about = " · ".join(escape(part) for part in known if part)
    return (
        f'<article class="reader" lang="{escape(article.language or "en")}"'
        f' data-article="{escape(article.id)}">'
        f"<h2>{escape(article.title)}</h2>"
        f'<p class="about">{about}</p>'
        f"{_paragraphs(article, spans, chosen)}</article>"
    )


def steps_html(keys: Sequence[str], chosen: str) -> str:
    """Return links to the mark before and after ``chosen`` among an answer's ``keys``."""
    about = '<a class="act" href="#do-about">Ask about this</a>'
    back = '<a class="act" href="#do-back">Back to the answer</a>'
    if chosen not in keys:
        back = '<a class="act" href="#do-list">All articles</a>'
    if chosen not in keys or len(keys) < 2:
        return f'<nav class="steps" aria-label="Passages">{back}{about}</nav>'
    place = keys.index(chosen)
    before, after = keys[place - 1], keys[(place + 1) % len(keys)]
    return (
        f'<nav class="steps" aria-label="Passages">{back}{about}'
        f'<span class="count">Passage {place + 1} of {len(keys)}</span>'
        f'<a class="cite step" rel="prev" href="#{escape(before)}">Previous</a>'
        f'<a class="cite step" rel="next" href="#{escape(after)}">Next</a></nav>'
    )


def spans_in(article_id: str, keys: Sequence[str]) -> list[Span]:
    """Return the spans that those of ``keys`` name which lie in this article."""
    places = [place for key in keys if (place := parse_cite_key(key))]
    return [(start, end) for name, start, end in places if name == article_id]


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
    """Return ``text[start:end]`` with its marks; where two overlap, the chosen one is seen."""
    inside = [span for span in spans if span[0] < end and start < span[1]]
    bounds = {start, end, *(min(max(bound, start), end) for span in inside for bound in span)}
    pieces = []
    for left, right in pairwise(sorted(bounds)):
        over = [span for span in inside if span[0] <= left and right <= span[1]]
        piece = escape(text[left:right])
        if over:
            kind = "hit chosen" if chosen in over else "hit"
            piece = f'<mark class="{kind}" tabindex="-1">{piece}</mark>'
        pieces.append(piece)
    return "".join(pieces)


def _valid_spans(spans: Sequence[Span], length: int) -> list[Span]:
    return sorted({span for span in spans if 0 <= span[0] < span[1] <= length})
