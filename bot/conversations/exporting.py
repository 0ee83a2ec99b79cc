"""A conversation in, Markdown or JSON out, with citations that still resolve. Pure.

Each citation keeps article, offsets, quote and the SHA-256 of the text that the offsets count in,
and a link that opens the article at the mark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from bot.conversations.conversation import Exchange
from bot.conversations.keeping import FORMAT, kept_exchange, title_of
from bot.json_output import answer_as_json
from bot.linking import cite_key
from bot.rendering import ArticleOf, about_words
from bot.wording import sure_words

_TITLE: Final = "Conversation about the articles"
# A colon acts in a bare address, and a dot after www; in figures and times both stay as they are.
_ACTING: Final = re.compile(r"([\\`*_\[\]<>#|~&!$@]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_LEADING: Final = re.compile(r"^(\d+(?=[.)](?: |$))|(?=[-+=:]))(.)")
"""What makes a line a list, a rule or a heading's underlining."""


def conversation_markdown(exchanges: Sequence[Exchange], article_of: ArticleOf, page: str) -> str:
    """Return the conversation as Markdown; ``page`` is the address that its links lead to."""
    parts = [f"# {_TITLE}"]
    for exchange in exchanges:
        parts += _exchange_markdown(exchange, article_of, page)
    return "\n\n".join(parts) + "\n"


def conversation_json(exchanges: Sequence[Exchange], article_of: ArticleOf, page: str) -> str:
    """Return the conversation as JSON: in the kept form (bot/conversations/keeping.py), and more.

    Every answer is as ``ask --json`` prints it.
    """
    answers = [_exchange_json(exchange, article_of, page) for exchange in exchanges]
    cited = [c for each in exchanges if each.answer for c in each.answer.citations]
    articles = {}
    for name in sorted({citation.passage.article_id for citation in cited}):
        article = article_of(name)
        if article is not None:
            articles[name] = {
                **{"title": article.title, "source": article.source, "url": article.url},
                **{"published": article.published, "sha256": article.sha256},
            }
    whole = {
        **{"version": FORMAT, "title": title_of(exchanges), "page": page},
        **{"articles": articles, "exchanges": answers},
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _exchange_markdown(exchange: Exchange, article_of: ArticleOf, page: str) -> list[str]:
    parts = [f"## {_line(exchange.question)}"]
    if exchange.about is not None:
        parts.append(f"*{_line(exchange.about.words())}*")
    answer = exchange.answer
    if answer is None:
        return [*parts, _plain(exchange.told) or "(no answer)"]
    if answer.searched != answer.question:
        parts.append(f"*Searched for: {_line(answer.searched)}*")
    parts.append(_plain(answer.text))
    for citation in answer.citations:
        key = cite_key(citation.passage.article_id, citation.start, citation.end)
        about = _line(about_words(citation, article_of))
        parts.append(
            f"> [\\[{citation.number}\\]]({page}#{key}) {_line(citation.quote)}\n>\n> {about}"
        )
    if answer.citations:
        parts.append(f"*{sure_words(answer)}*")
    parts += [f"*{_line(warning)}*" for warning in answer.warnings]
    return parts


def _exchange_json(exchange: Exchange, article_of: ArticleOf, page: str) -> dict[str, Any]:
    known = kept_exchange(exchange)
    answer = exchange.answer
    if answer is None:
        return {**known, "answered": False, "citations": []}
    shown = answer_as_json(answer, sum(answer.timings.values()), article_of)
    linked = [
        {**each, "link": f"{page}#{cite_key(each['article'], each['start'], each['end'])}"}
        for each in shown["citations"]
    ]
    return {**known, **shown, "citations": linked}


def _plain(text: str) -> str:
    """Return ``text`` with nothing in it that Markdown would act on; lines stay apart."""
    return "\n".join(_line(line) for line in text.splitlines())


def _line(text: str) -> str:
    """Return ``text`` as ``_plain`` does, on one line."""
    return _LEADING.sub(r"\1\\\2", _ACTING.sub(r"\\\1", " ".join(text.split())))
