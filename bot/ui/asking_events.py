"""The conversation's parts in, connected to what they do: asking, stopping, suggesting, keeping."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from bot.doors.visiting import Visitor
from bot.ui.conversing import Conversing
from bot.ui.keeping_pane import Keeping
from bot.ui.layout import Layout
from bot.ui.session import ASKING, AT_ONCE, HIDDEN, Session, Tries, sent
from bot.ui.suggesting_pane import Suggesting
from bot.ui.visitors import knowing, visitor_of

_TAKE: Final = "(word) => { window.kept.hear(word); }"
_START: Final = """async (greeting) => {
  while (!window.kept) await new Promise((resolve) => setTimeout(resolve, 50));
  return window.kept.start(greeting);
}"""


class AskingEvents:
    """Connects the left side. ``running`` are the events that answer a question."""

    def __init__(self, parts: Layout, session: Session, does: Conversing) -> None:
        """Nothing is connected yet."""
        self._parts = parts
        self._session = session
        self._does = does
        self.running: list[Any] = []

    def connect(self, keeping: Keeping, suggesting: Suggesting) -> None:
        """Connect everything."""
        parts, session = self._parts, self._session
        for start in self._starts():
            inputs = [session.pending, session.exchanges, session.chosen]
            outputs = [parts.asking.chat, session.exchanges]
            answer = start.then(knowing(self._does.respond), inputs, outputs, **ASKING)
            settled = answer.then(self._does.settle, None, self._settled(), **AT_ONCE)
            kept = self._keep_after(settled, keeping)
            tried = [session.exchanges, session.chosen, session.tries]
            kept.then(knowing(suggesting.follow), tried, parts.asking.next, **ASKING)
            self.running.append(answer)
        self._connect_stops(keeping)
        self._connect_kept(keeping)
        for listen in self._takes():
            listen(Tries.stop, [session.tries], None, **AT_ONCE)

    def _takes(self) -> list[Any]:
        """Return the events after which the last answer is not the last, or soon will not be."""
        ask, acts = self._parts.asking, self._parts.acts
        asked = [ask.box.submit, ask.send.click, ask.retry.click, acts.input, acts.submit]
        return [*asked, ask.edit.click, ask.keeper.click]

    def _starts(self) -> list[Any]:
        """Connect what takes a question, each returning its event."""
        parts, session, does = self._parts, self._session, self._does
        ask = parts.asking
        state = [session.pending, session.exchanges]
        taken = [ask.chat, session.pending, ask.notice, ask.send, ask.stop]

        def example(event: gr.EventData, pending: Any, exchanges: Any) -> tuple[Any, ...]:
            return does.example(sent(event, "text"), pending, exchanges)

        def search(event: gr.EventData, pending: Any, exchanges: Any) -> tuple[Any, ...]:
            return does.search(sent(event, "answer"), sent(event, "text"), pending, exchanges)

        return [
            gr.on(
                [ask.box.submit, ask.send.click],
                does.take,
                [ask.box, *state, session.about],
                [ask.box, session.about, ask.about, *taken],
                **AT_ONCE,
            ),
            parts.acts.input(example, state, taken, **AT_ONCE),
            parts.acts.submit(search, state, taken, **AT_ONCE),
            ask.retry.click(does.again, state, taken, **AT_ONCE),
        ]

    def _connect_stops(self, keeping: Keeping) -> None:
        ask, session, does = self._parts.asking, self._session, self._does
        state = [session.pending, session.exchanges]
        stopped = [ask.chat, session.exchanges, *self._settled()]
        # Two steps: what an answer still writes comes before what stopping it writes.
        stop = ask.stop.click(
            lambda pending: pending,
            [session.pending],
            [session.stopped],
            cancels=self.running,
            **AT_ONCE,
        ).then(does.stop, [session.stopped, session.exchanges], stopped, **AT_ONCE)
        self._keep_after(stop, keeping)
        edited = [ask.box, session.about, ask.about, ask.chat, session.exchanges, ask.notice]
        ask.edit.click(does.edit, state, edited, **AT_ONCE)

    def _connect_kept(self, keeping: Keeping) -> None:
        """Connect the list of conversations, and what the page opens with."""
        parts, session = self._parts, self._session
        keeper = parts.asking.keeper

        def switch(visitor: Visitor, secret: str, wish: str) -> tuple[Any, ...]:
            return *keeping.open(visitor, secret, wish), "", "", *self._does.settle()

        def tend(request: gr.Request, event: gr.EventData, secret: str) -> str:
            return keeping.tend(visitor_of(request), secret, sent(event, "wish"))

        switched = [*self._opened(), session.wish, parts.asking.notice, *self._settled()]
        # Two steps, as for stopping.
        wished = keeper.click(_wish, None, session.wish, cancels=self.running, **AT_ONCE)
        inputs = [parts.secret, session.wish]
        self._tell(wished.then(knowing(switch), inputs, switched, **ASKING))
        self._tell(keeper.input(tend, [parts.secret], parts.word, **ASKING))

    def connect_start(self, app: gr.Blocks, keeping: Keeping) -> None:
        """Connect what happens when the page opens: who it is, and what was open before."""
        parts = self._parts
        greeted = app.load(knowing(keeping.greet), None, parts.word, **AT_ONCE)
        known = [parts.address, parts.secret, parts.wish]
        started = greeted.then(None, parts.word, known, js=_START, **AT_ONCE)
        inputs = [parts.secret, parts.wish]
        self._tell(started.then(knowing(keeping.open), inputs, self._opened(), **ASKING))

    def _opened(self) -> list[Any]:
        session = self._session
        state = [session.exchanges, session.conversation, session.known]
        return [self._parts.asking.chat, *state, self._parts.word]

    def _settled(self) -> list[Any]:
        return [self._session.pending, self._parts.asking.send, self._parts.asking.stop]

    def _keep_after(self, event: Any, keeping: Keeping) -> Any:
        parts, session = self._parts, self._session
        inputs = [parts.secret, session.conversation, session.exchanges, session.known]
        outputs = [parts.word, session.conversation, session.known]
        return self._tell(event.then(knowing(keeping.keep), inputs, outputs, **HIDDEN))

    def _tell(self, event: Any) -> Any:
        return event.then(None, self._parts.word, None, js=_TAKE, **AT_ONCE)


def _wish(event: gr.EventData) -> str:
    return sent(event, "wish")
