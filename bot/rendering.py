"""An Answer in, what the conversation shows of it out, as HTML. Pure.

Everything that others wrote is escaped. The classes: ``chip`` is a number that opens the article at
its sentence, ``near`` a link to a passage that was looked at, ``act`` something to be done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from bot.answer import Answer, Citation
from bot.escaping import clip, text_html
from bot.extracting import DISAGREEMENT
from bot.linking import cite_key
from bot.wording import QUOTING, SUPPORT, date_words, sure_words
from corpus.article import Article
from index.retrieval import Hit

ArticleOf = Callable[[str], Article | None]
ACTS: Final = (
    ("copy", "Copy with sources"),
    ("link", "Link"),
    ("good", "Good answer"),
    ("bad", "Bad answer"),
    ("wrong", "Wrong passage"),
)
"""What can be done with an answer, by the names in ``#do-<name>-<id>``; the link
is ``#answer-<id>``."""
_NEAREST: Final = 3
"""Passages offered under a refusal."""
_MARKER: Final = re.compile(r"(\[\d{1,6}\])")


def answer_html(
    answer: Answer, article_of: ArticleOf, answer_id: str = "", *, linked: bool = True
) -> str:
    """Return what the conversation shows for ``answer``: one block without blank lines.

    ``answer_id`` names it in the links that copy and judge it; without one there are none.
    ``linked``: the conversation is kept, so that a link to the answer finds it again.
    """
    parts = _answered(answer, article_of) if answer.answered else _refused(answer, article_of)
    if answer.searched != answer.question:
        parts.insert(0, _searched(answer.searched, answer_id))
    told = [warning for warning in answer.warnings if warning != DISAGREEMENT]
    parts += [f'<p class="warning">{text_html(warning)}</p>' for warning in told]
    if answer_id and (answer.citations or not answer.answered):
        parts.append(_acts(answer_id, linked=linked))
    return f'<div class="answer">{"".join(parts)}</div>'


def disagrees(answer: Answer) -> bool:
    """Tell whether the answer shows articles that give different figures."""
    return DISAGREEMENT in answer.warnings and len(answer.citations) > 1


def about_words(citation: Citation, article_of: ArticleOf) -> str:
    """Return title, source, date and page of what is cited, as far as they are known."""
    article = article_of(citation.passage.article_id)
    return _about(citation.passage.title, article, citation.start)


def _answered(answer: Answer, article_of: ArticleOf) -> list[str]:
    if not answer.citations:
        return [f"<p>{text_html(answer.text)}</p>"]
    if disagrees(answer):
        parts = _disagreement(answer, article_of)
    elif answer.answerer not in QUOTING:
        parts = [f'<p class="written">{_text_with_chips(answer)}</p>']
        parts.append(_evidence(answer, article_of))
    else:
        parts = [*_head(answer), *_quotes(answer.citations, article_of)]
    parts.append(f'<p class="sure">{text_html(sure_words(answer))}</p>')
    cited = {citation.passage.id for citation in answer.citations}
    others = [hit for hit in answer.hits if hit.passage.id not in cited][:_NEAREST]
    if others:
        parts.append(
            "<details><summary>Also looked at</summary>"
            f"<ul>{_listed(others, article_of)}</ul></details>"
        )
    return parts


def _refused(answer: Answer, article_of: ArticleOf) -> list[str]:
    parts = [f'<p class="refusal">{text_html(answer.text)}</p>']
    if answer.hits:
        nearest = _listed(answer.hits[:_NEAREST], article_of)
        parts.append(f'<p class="about">The nearest passages:</p><ul>{nearest}</ul>')
    return parts


def _head(answer: Answer) -> list[str]:
    """Return what the answer says before it quotes: the short answer, or a summary's heading."""
    head = answer.text.partition(answer.citations[0].quote)[0].strip()
    if not head:
        return []
    if head != answer.short:
        return [f'<p class="lead">{text_html(head)}</p>']
    chips = "".join(_chip(citation) for citation in answer.citations)
    return [f'<p class="short"><strong>{text_html(head)}</strong> {chips}</p>']


def _quotes(citations: Sequence[Citation], article_of: ArticleOf) -> list[str]:
    """Return the quoted sentences; those of one article and page share the line on it."""
    parts = []
    for about, group in groupby(citations, key=lambda each: about_words(each, article_of)):
        quoted = "".join(_quote(citation) for citation in group)
        parts.append(f'<blockquote>{quoted}</blockquote><p class="about">{text_html(about)}</p>')
    return parts


def _evidence(answer: Answer, article_of: ArticleOf) -> str:
    """Return the sentences behind what a chat model wrote, and how each bears on it."""
    listed = "".join(
        f"<blockquote>{_quote(citation)}</blockquote>"
        f'<p class="about">{text_html(about_words(citation, article_of))}'
        f' · <span class="support">{SUPPORT[citation.support]}</span></p>'
        for citation in answer.citations
    )
    count = len(answer.citations)
    said = "1 sentence" if count == 1 else f"{count} sentences"
    return f'<details class="evidence"><summary>Rests on {said}</summary>{listed}</details>'


def _disagreement(answer: Answer, article_of: ArticleOf) -> list[str]:
    """Return the differing sentences side by side, each under its date."""
    cards = "".join(
        f'<div class="side"><p class="date">{text_html(_day(citation, article_of))}</p>'
        f"<blockquote>{_quote(citation)}</blockquote>"
        f'<p class="about">{text_html(about_words(citation, article_of))}</p></div>'
        for citation in answer.citations
    )
    return [
        f'<p class="short"><strong>{text_html(answer.short)}</strong> '
        f"{_chip(answer.citations[0])}</p>",
        f'<p class="conflict">{text_html(DISAGREEMENT)}</p><div class="sides">{cards}</div>',
    ]


def _day(citation: Citation, article_of: ArticleOf) -> str:
    article = article_of(citation.passage.article_id)
    return date_words(article.published if article else None) or "Undated"


def _quote(citation: Citation) -> str:
    return f'<p class="quote">{text_html(citation.quote)} {_chip(citation)}</p>'


def _text_with_chips(answer: Answer) -> str:
    """Return the text as it was written, its markers as links."""
    citations = {citation.number: citation for citation in answer.citations}
    pieces = []
    for piece in _MARKER.split(answer.text):
        marker = _MARKER.fullmatch(piece)
        citation = citations.get(int(marker.group()[1:-1])) if marker else None
        pieces.append(_chip(citation) if citation else text_html(piece))
    return "".join(pieces)


def _chip(citation: Citation) -> str:
    key = cite_key(citation.passage.article_id, citation.start, citation.end)
    title = text_html(clip(citation.quote)).replace("<br>", " ")
    return f'<a class="cite chip" href="#{key}" title="{title}">&#91;{citation.number}&#93;</a>'


def _listed(hits: Sequence[Hit], article_of: ArticleOf) -> str:
    return "".join(
        f'<li><a class="cite near" href="#{cite_key(p.article_id, p.start, p.end)}">'
        f"{text_html(_about(p.title, article_of(p.article_id), p.start))}</a>"
        f'<span class="near-text">{text_html(clip(p.text))}</span></li>'
        for p in (hit.passage for hit in hits)
    )


def _about(title: str, article: Article | None, offset: int) -> str:
    if article is None:
        return title
    page = article.page_at(offset)
    known = (article.source, date_words(article.published), f"page {page}" if page else None)
    return " · ".join([title, *(part for part in known if part)])


def _searched(searched: str, answer_id: str) -> str:
    """Return what was really searched, with the way to change it."""
    edit = f' <a class="act" href="#do-search-{text_html(answer_id)}">Edit</a>' if answer_id else ""
    told = f'<span class="query">{text_html(searched)}</span>'
    return f'<p class="searched">Searched for: {told}{edit}</p>'


def _acts(answer_id: str, *, linked: bool) -> str:
    links = []
    for name, label in ACTS:
        place = "answer" if name == "link" else f"do-{name}"
        if linked or name != "link":
            links.append(f'<a class="act" href="#{place}-{text_html(answer_id)}">{label}</a>')
    return f'<p class="acts">{"".join(links)}</p>'
