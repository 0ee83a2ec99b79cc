"""A question and the turns before it in, the question that is searched out.

Rules decide whether a rewrite is needed (``following.py``) and make one. With a chat model, its
rewrite is taken instead, if it keeps the question's own words and adds none from elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, Protocol

from bot.answer import Turn
from bot.chatting.asking import Limits, Reply, ask_model
from bot.chatting.chat_models import ChatModel
from bot.chatting.fencing import neutral
from bot.chatting.prompts import load_prompt
from bot.errors import ModelError
from bot.follow_ups.following import need_of, stand_alone
from bot.follow_ups.referring import Conversation, known
from bot.language.intents import intent_of
from bot.language.traits import traits_of
from bot.language.words import stems_of
from corpus.article import Article
from index.retrieval import Hit

_LOG: Final = logging.getLogger(__name__)
REMEMBERED: Final = 6
"""Turns back that a follow-up may refer to."""
_LOOKED_AT: Final = 3
_ALONE: Final = frozenset({"greeting", "thanks", "summary"})
"""Intents that need no conversation."""
_LONGEST: Final = 400
"""Characters of a rewrite: a longer one answers or explains."""


class Index(Protocol):
    """What is asked of the index: the cited articles, and what a question finds by itself."""

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None if there is none of that id."""
        ...

    def retrieve(self, question: str, k: int) -> Sequence[Hit]:
        """Return the nearest passages, best first."""
        ...


class Rewriter(Protocol):
    """Makes follow-ups stand alone."""

    def rewrite(self, question: str, turns: Sequence[Turn]) -> str:
        """Return what to search for ``question``, asked after ``turns`` (the newest last)."""
        ...


class RuleRewriter:
    """Rewrites by rules, without a model."""

    def __init__(self, index: Index) -> None:
        """``index`` tells who is a woman, and whether the talk is still of the same."""
        self._index = index

    def rewrite(self, question: str, turns: Sequence[Turn]) -> str:
        """Return ``question`` with what it takes from ``turns`` written out."""
        if not turns or not need_of(question) or intent_of(question) in _ALONE:
            return question
        talk = self._conversation(turns)
        return stand_alone(question, talk, lambda: self._still_on_topic(question, talk))

    def _conversation(self, turns: Sequence[Turn]) -> Conversation:
        recent = tuple(turns[-REMEMBERED:])
        ids = dict.fromkeys(name for turn in reversed(recent) for name in turn.articles)
        articles = [self._index.article(name) for name in ids]
        return Conversation(
            recent, known(article.text if article else None for article in articles)
        )

    def _still_on_topic(self, question: str, talk: Conversation) -> bool:
        """Tell whether the cited articles hold as much of the question as what it finds alone.

        Or if they hold some, and nothing holds it whole: whoever changes the subject names it.
        """
        wanted = stems_of(question)
        if not wanted or not talk.texts:
            return bool(talk.texts)
        held = max(len(wanted & stems_of(text)) for text in talk.texts[:_LOOKED_AT])
        found = self._index.retrieve(question, _LOOKED_AT)
        alone = max(
            (len(wanted & stems_of(f"{hit.passage.title} {hit.passage.text}")) for hit in found),
            default=0,
        )
        return held >= alone or (held > 0 and alone < len(wanted))


class ModelRewriter:
    """Lets a chat model rewrite, within what the rules allow."""

    def __init__(self, model: ChatModel, rules: Rewriter, limits: Limits) -> None:
        """``rules`` decide whether a rewrite is needed, and make it if the model's will not do."""
        self._model = model
        self._rules = rules
        self._limits = limits

    def rewrite(self, question: str, turns: Sequence[Turn]) -> str:
        """Return the model's rewrite if one is needed and it can be trusted, else the rules'."""
        by_rules = self._rules.rewrite(question, turns)
        if by_rules == question:
            return question
        try:
            said = self._ask(question, turns)
        except ModelError as error:
            _LOG.info("%s %s; the question is rewritten by rules", self._model.name, error)
            return by_rules
        return said if keeps_terms(question, said, turns) else by_rules

    def _ask(self, question: str, turns: Sequence[Turn]) -> str:
        prompt = load_prompt("rewrite", frozenset({"conversation", "question"}))
        lines = [
            line
            for turn in turns[-REMEMBERED:]
            for line in (f"User: {turn.question}", f"Bot: {turn.text}")
        ]
        filled = prompt.substitute(conversation=neutral("\n".join(lines)), question=question)
        *_, reply = ask_model(self._model, [("human", filled)], self._limits)
        if not isinstance(reply, Reply) or reply.broken:
            raise ModelError("broke off", passing=False)
        return " ".join(reply.text.strip().strip('"“”').split())


def keeps_terms(question: str, rewritten: str, turns: Sequence[Turn]) -> bool:
    """Tell whether ``rewritten`` keeps every term and figure of ``question``, and invents none."""
    if not rewritten or len(rewritten) > _LONGEST:
        return False
    own, now = stems_of(question), stems_of(rewritten)
    talk = " ".join(f"{turn.question} {turn.searched} {turn.text} {turn.short}" for turn in turns)
    figures = {q.value for q in traits_of(question).quantities if not q.weak}
    kept = figures <= {q.value for q in traits_of(rewritten).quantities}
    return kept and own <= now and now <= own | stems_of(talk)
