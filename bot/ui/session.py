"""What the browser's session keeps, and how events are connected: shared by the files of events."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

HIDDEN: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: Final[dict[str, Any]] = {**HIDDEN, "queue": False}
ASKING: Final[dict[str, Any]] = {**HIDDEN, "concurrency_limit": 16}


class Tries:
    """Counts the questions of a session, so that what is tried for an older one can stop.

    It is changed in place: what is being tried sees it. (Gradio's own way to cancel an event now
    and then loses the one after it.)
    """

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.count = 0

    def stop(self) -> None:
        """Stop what is being tried."""
        self.count += 1


class Session:
    """One visitor's states: nothing of them is shared between visitors.

    ``pending`` is the question being answered, ``stopped`` the one that was, ``about`` what the
    next one is about, ``chosen`` the articles to ask, ``judgement`` the answer whose correction is
    asked for, ``conversation`` the id under which the exchanges are kept, ``known`` the answers
    that were kept or opened here, ``wish`` what the browser wants opened, ``tries`` which question
    suggestions are for, ``added`` the ids of the articles that have just come.
    """

    def __init__(self) -> None:
        """Make the states inside the current Blocks."""
        self.pending = gr.State(None)
        self.stopped = gr.State(None)
        self.about = gr.State(None)
        self.exchanges = gr.State(())
        self.chosen = gr.State(())
        self.judgement = gr.State(None)
        self.conversation = gr.State("")
        self.known = gr.State(())
        self.wish = gr.State("")
        self.tries = gr.State(Tries())
        self.added = gr.State(())


def sent(event: gr.EventData, name: str) -> str:
    """Return a text that the browser sent along with an event, empty if it did not."""
    value = getattr(event, name, "")
    return value if isinstance(value, str) else ""


def sent_list(event: gr.EventData, name: str) -> list[str]:
    """Return the texts that the browser sent along with an event, none if it did not."""
    values = getattr(event, name, ())
    return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []
