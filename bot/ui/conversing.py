"""What the conversation's events do: a question taken, answered, stopped, asked again, edited.

Holds no visitor's state: the exchanges so far come in and go out with every event.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import gradio as gr

from bot.answer import Answer, Turn
from bot.conversations.conversation import About, Exchange, extended, turns_of
from bot.doors.desk import Desk
from bot.doors.visiting import Visitor
from bot.errors import BotError
from bot.rendering import answer_html
from bot.ui.messages import Message, Pending, about_line, line, notice, said, shown
from index.errors import LibraryError

Exchanges = tuple[Exchange, ...]
Update = dict[str, Any] | gr.Button

_WAIT: Final = "One question at a time: stop the one being answered, or wait for it."


class Conversing:
    """Answers what a visitor asks at ``desk``."""

    def __init__(self, desk: Desk, *, linked: bool) -> None:
        """The articles may still be loading: a question waits for them.

        ``linked``: conversations are kept, so that answers can be linked to.
        """
        self._desk = desk
        self._linked = linked

    def take(
        self, question: str, pending: Pending | None, exchanges: Exchanges, about: About | None
    ) -> tuple[Any, ...]:
        """Move the question from the box into the conversation.

        Returns (box, about, its line, conversation, pending, notice, send, stop).
        """
        if pending is not None:
            return gr.skip(), about, gr.skip(), *_untaken(pending, _WAIT)
        if not question.strip():
            return "", about, gr.skip(), *_untaken(None, "The question is empty: type one first.")
        return "", None, "", *_taken(exchanges, Pending(question, about))

    def example(
        self, question: str, pending: Pending | None, exchanges: Exchanges
    ) -> tuple[Any, ...]:
        """Take a question that was clicked, not typed: (conversation, pending, ...) as ``take``."""
        if pending is not None or not question.strip():
            return _untaken(pending, _WAIT)
        return _taken(exchanges, Pending(question))

    def again(self, pending: Pending | None, exchanges: Exchanges) -> tuple[Any, ...]:
        """Take the last question once more, in its place: as ``example``."""
        if pending is not None or not exchanges:
            told = _WAIT if pending else "There is no question to ask again."
            return _untaken(pending, told)
        last = exchanges[-1]
        return _taken(exchanges, Pending(last.question, last.about, replaces=last.id))

    def search(
        self, answer_id: str, searched: str, pending: Pending | None, exchanges: Exchanges
    ) -> tuple[Any, ...]:
        """Take an answer's question again, to be searched as it now stands: as ``example``.

        The answer keeps its id.
        """
        exchange = next((each for each in exchanges if each.id == answer_id), None)
        if pending is not None or exchange is None or not searched.strip():
            told = _WAIT if pending else "There is nothing to search: type what to search for."
            return _untaken(pending, told)
        name, about = exchange.id, exchange.about
        taken = Pending(exchange.question, about, searched.strip(), replaces=name, id=name)
        return _taken(exchanges, taken)

    def edit(self, pending: Pending | None, exchanges: Exchanges) -> tuple[Any, ...]:
        """Put the last question back: (box, about, its line, conversation, exchanges, notice)."""
        if pending is not None or not exchanges:
            told = notice(_WAIT if pending else "There is no question to edit.")
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), exchanges, told
        kept, last = exchanges[:-1], exchanges[-1]
        told = notice("Change the question and send it again.")
        return last.question, last.about, about_line(last.about), shown(kept), kept, told

    def respond(
        self,
        visitor: Visitor,
        pending: Pending | None,
        exchanges: Exchanges,
        chosen: tuple[str, ...],
    ) -> Iterator[tuple[list[Message], Any]]:
        """Yield (conversation, exchanges) with the answer to ``pending``, as it is written.

        The exchanges change with the last one alone: what is stopped meanwhile writes them too.
        """
        if pending is None:
            return
        done = self._desk.done(visitor)
        waiting = "Looking …" if done else "Still loading; your question waits for it …"
        yield shown(exchanges, pending, waiting), gr.skip()
        text = ""
        try:
            for piece in self._pieces(visitor, pending, exchanges, chosen):
                if isinstance(piece, Exchange):
                    yield _with(piece, pending, exchanges)
                else:
                    text += piece
                    yield shown(exchanges, pending, text), gr.skip()
        except (BotError, LibraryError) as error:
            yield _with(_unanswered(pending, str(error)), pending, exchanges)

    def stop(self, pending: Pending | None, exchanges: Exchanges) -> tuple[Any, ...]:
        """Leave the question unanswered: (conversation, exchanges, pending, send, stop).

        An answer that was to be replaced stays, and so does one that came at the last moment.
        """
        answered = pending is not None and any(each.id == pending.id for each in exchanges)
        if pending is not None and not pending.replaces and not answered:
            exchanges = extended(exchanges, _unanswered(pending, "Stopped."))
        return shown(exchanges), exchanges, None, *buttons(asking=False)

    def settle(self) -> tuple[Any, ...]:
        """Be ready for the next question: (pending, send, stop)."""
        return None, *buttons(asking=False)

    def _pieces(
        self, visitor: Visitor, pending: Pending, exchanges: Exchanges, chosen: tuple[str, ...]
    ) -> Iterator[str | Exchange]:
        if not self._desk.entries(visitor):
            yield _unanswered(pending, "There are no articles yet. Add some under “Articles”.")
            return
        about = pending.about
        for piece in self._desk.stream(
            visitor,
            pending.question,
            articles=(about.article,) if about else chosen or None,
            turns=(*turns_of(_before(exchanges, pending)), *_selected(about, pending.question)),
            searched=pending.searched,
        ):
            yield self._exchange(visitor, pending, piece) if isinstance(piece, Answer) else piece

    def _exchange(self, visitor: Visitor, pending: Pending, answer: Answer) -> Exchange:
        article_of = partial(self._desk.article, visitor)
        html = answer_html(answer, article_of, pending.id, linked=self._linked)
        return Exchange(pending.question, html, answer, pending.id, about=pending.about)


def buttons(*, asking: bool) -> tuple[Update, Update]:
    """Return (send, stop): one of them is there at a time."""
    return gr.Button(visible=not asking), gr.Button(visible=asking)


def _taken(exchanges: Exchanges, pending: Pending) -> tuple[Any, ...]:
    """Return (conversation, pending, no notice, send, stop)."""
    return shown(exchanges, pending), pending, "", *buttons(asking=True)


def _untaken(pending: Pending | None, told: str) -> tuple[Any, ...]:
    """Return as ``_taken``: nothing changes, and ``told`` says why."""
    return gr.skip(), pending, notice(told), gr.skip(), gr.skip()


def _unanswered(pending: Pending, told: str) -> Exchange:
    return Exchange(pending.question, said(told), id=pending.id, told=told, about=pending.about)


def _with(
    exchange: Exchange, pending: Pending, exchanges: Exchanges
) -> tuple[list[Message], Exchanges]:
    """Return (conversation, exchanges) with what came of ``pending``.

    An answer that is there is not given up for none: why there is none is said after it.
    """
    answered = {each.id for each in exchanges if each.answer is not None}
    if exchange.answer is None and pending.replaces in answered:
        return [*shown(exchanges), line(exchange.told)], exchanges
    exchanges = extended(exchanges, exchange, pending.replaces)
    return shown(exchanges), exchanges


def _before(exchanges: Exchanges, pending: Pending) -> Exchanges:
    """Return the exchanges that ``pending`` may refer to."""
    ids = [exchange.id for exchange in exchanges]
    return exchanges[: ids.index(pending.replaces)] if pending.replaces in ids else exchanges


def _selected(about: About | None, question: str) -> tuple[Turn, ...]:
    """Return the selection as a turn, unless the question quotes it: then it stands alone."""
    if about is None or not about.text or about.text.casefold() in question.casefold():
        return ()
    return (about.turn(),)
