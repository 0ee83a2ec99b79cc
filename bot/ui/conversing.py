"""What the conversation's events do: a question taken, answered, stopped, asked again, edited.

Holds no visitor's state: the exchanges so far come in and go out with every event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import gradio as gr

from bot.answer import Answer
from bot.conversation import Exchange, extended, turns_of
from bot.errors import BotError
from bot.rendering import answer_html
from bot.ui.loading import BackgroundBot
from bot.ui.messages import Message, notice, said, shown
from index.errors import LibraryError

Exchanges = tuple[Exchange, ...]
Update = dict[str, Any] | gr.Button

_WAIT: Final = "One question at a time: stop the one being answered, or wait for it."


class Conversing:
    """Answers over the bot that ``background`` makes."""

    def __init__(self, background: BackgroundBot) -> None:
        """The bot may still be loading: a question waits for it."""
        self._background = background

    def take(self, question: str, pending: str, exchanges: Exchanges) -> tuple[Any, ...]:
        """Move the question from the box into the conversation.

        Returns (box, conversation, pending question, notice, send, stop), as ``again`` does.
        """
        if pending:
            return gr.skip(), gr.skip(), pending, notice(_WAIT), gr.skip(), gr.skip()
        if not question.strip():
            told = notice("The question is empty: type one first.")
            return "", gr.skip(), "", told, gr.skip(), gr.skip()
        return "", shown(exchanges, question), question, "", *buttons(asking=True)

    def again(self, pending: str, exchanges: Exchanges) -> tuple[Any, ...]:
        """Take the last question once more: (exchanges without it, conversation, pending, ...)."""
        if pending or not exchanges:
            told = notice(_WAIT if pending else "There is no question to ask again.")
            return exchanges, gr.skip(), pending, told, gr.skip(), gr.skip()
        kept, question = exchanges[:-1], exchanges[-1].question
        return kept, shown(kept, question), question, "", *buttons(asking=True)

    def edit(self, pending: str, exchanges: Exchanges) -> tuple[Any, ...]:
        """Put the last question back into the box: (box, conversation, exchanges, notice)."""
        if pending or not exchanges:
            told = notice(_WAIT if pending else "There is no question to edit.")
            return gr.skip(), gr.skip(), exchanges, told
        kept = exchanges[:-1]
        told = notice("Change the question and send it again.")
        return exchanges[-1].question, shown(kept), kept, told

    def respond(
        self, pending: str, exchanges: Exchanges, chosen: tuple[str, ...]
    ) -> Iterator[tuple[list[Message], Exchanges]]:
        """Yield (conversation, exchanges) with the answer to ``pending``, as it is written."""
        if not pending:
            yield shown(exchanges), exchanges
            return
        waiting = None if self._background.done() else "Still loading; your question waits for it …"
        yield shown(exchanges, pending, waiting or "Looking …"), exchanges
        text = ""
        try:
            for piece in self._pieces(pending, exchanges, chosen):
                if isinstance(piece, Exchange):
                    exchanges = extended(exchanges, piece)
                    yield shown(exchanges), exchanges
                else:
                    text += piece
                    yield shown(exchanges, pending, text), exchanges
        except (BotError, LibraryError) as error:
            exchanges = extended(exchanges, Exchange(pending, said(str(error))))
            yield shown(exchanges), exchanges

    def stop(self, pending: str, exchanges: Exchanges) -> tuple[Any, ...]:
        """Leave the question unanswered: (conversation, exchanges, pending, send, stop)."""
        if pending:
            exchanges = extended(exchanges, Exchange(pending, said("Stopped.")))
        return shown(exchanges), exchanges, "", *buttons(asking=False)

    def clear(self) -> tuple[Any, ...]:
        """Begin a new conversation: (no exchanges, nothing pending, no notice, send, stop)."""
        return (), "", "", *buttons(asking=False)

    def settle(self) -> tuple[Any, ...]:
        """Be ready for the next question: (pending, send, stop)."""
        return "", *buttons(asking=False)

    def _pieces(
        self, question: str, exchanges: Exchanges, chosen: tuple[str, ...]
    ) -> Iterator[str | Exchange]:
        bot = self._background.bot()
        if not bot.library.entries():
            told = "There are no articles yet. Add some under “Articles”."
            yield Exchange(question, said(told))
            return
        turns = turns_of(exchanges)
        for piece in bot.chain.stream(question, articles=chosen or None, turns=turns):
            yield self._exchange(question, piece) if isinstance(piece, Answer) else piece

    def _exchange(self, question: str, answer: Answer) -> Exchange:
        named = Exchange(question, "", answer)
        html = answer_html(answer, self._background.bot().library.article, named.id)
        return Exchange(question, html, answer, named.id, named.at)


def buttons(*, asking: bool) -> tuple[Update, Update]:
    """Return (send, stop): one of them is there at a time."""
    return gr.Button(visible=not asking), gr.Button(visible=asking)
