"""The page's parts in, each connected to what it does: which event reads and writes what."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from bot.errors import BotError
from bot.escaping import text_html
from bot.ui.articles_pane import ArticlesPane
from bot.ui.conversing import Conversing
from bot.ui.judging import Judging
from bot.ui.layout import READING, Layout
from bot.ui.loading import BackgroundBot
from bot.ui.messages import welcome
from bot.ui.reading_pane import ReadingPane, failed
from bot.ui.saving import Saving
from index.errors import LibraryError

_HIDDEN: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE: Final[dict[str, Any]] = {**_HIDDEN, "queue": False}
_ASKING: Final[dict[str, Any]] = {**_HIDDEN, "concurrency_limit": 8}
_EXAMPLES: Final = 4
_SAVE: Final = """(file) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}"""


class Visitor:
    """What the browser's session keeps: nothing of it is shared between visitors."""

    def __init__(self) -> None:
        """Make the states inside the current Blocks."""
        self.pending = gr.State("")
        self.exchanges = gr.State(())
        self.chosen = gr.State(())
        self.judgement = gr.State(None)


def connect_asking(parts: Layout, visitor: Visitor, does: Conversing) -> None:
    """Connect the question box, the examples, and: stop, ask again, edit, clear."""
    ask = parts.asking
    state = [visitor.pending, visitor.exchanges]
    switched = [visitor.pending, ask.notice, ask.send, ask.stop]

    def example(event: gr.EventData, pending: str, exchanges: Any) -> tuple[Any, ...]:
        return does.take(_of(event, "text"), pending, exchanges)[1:]

    starts = [
        gr.on(
            [ask.box.submit, ask.send.click],
            does.take,
            [ask.box, *state],
            [ask.box, ask.chat, *switched],
            **_AT_ONCE,
        ),
        parts.acts.input(example, state, [ask.chat, *switched], **_AT_ONCE),
        ask.retry.click(does.again, state, [visitor.exchanges, ask.chat, *switched], **_AT_ONCE),
    ]
    answers = []
    for start in starts:
        inputs = [*state, visitor.chosen]
        answer = start.then(does.respond, inputs, [ask.chat, visitor.exchanges], **_ASKING)
        answer.then(does.settle, None, [visitor.pending, ask.send, ask.stop], **_AT_ONCE)
        answers.append(answer)
    stopped = [ask.chat, visitor.exchanges, visitor.pending, ask.send, ask.stop]
    ask.stop.click(does.stop, state, stopped, cancels=answers, **_AT_ONCE)
    edited = [ask.box, ask.chat, visitor.exchanges, ask.notice]
    ask.edit.click(does.edit, state, edited, **_AT_ONCE)
    cleared = [visitor.exchanges, *switched]
    ask.chat.clear(does.clear, None, cleared, cancels=answers, **_AT_ONCE)


def connect_reading(parts: Layout, does: ReadingPane) -> None:
    """Connect every citation to the article pane."""

    def show(event: gr.EventData) -> tuple[str, Any]:
        group = getattr(event, "group", ())
        keys = [str(key) for key in group] if isinstance(group, list) else []
        try:
            return does.show(_of(event, "cite"), keys), gr.Tabs(selected=READING)
        except (BotError, LibraryError) as error:
            return failed(error), gr.Tabs(selected=READING)

    parts.acts.click(show, None, [parts.pane, parts.tabs], **_ASKING)


def connect_judging(parts: Layout, visitor: Visitor, does: Judging) -> None:
    """Connect the thumbs and what would be right."""
    ask = parts.asking

    def judge(event: gr.EventData, exchanges: Any) -> tuple[Any, ...]:
        return does.judge(_of(event, "verdict"), _of(event, "answer"), exchanges)

    asked = [ask.notice, ask.correction, visitor.judgement]
    parts.acts.like(judge, [visitor.exchanges], asked, **_HIDDEN)
    given = [visitor.judgement, visitor.exchanges]
    gr.on(
        [ask.save_right.click, ask.right.submit],
        does.correct,
        [ask.right, *given],
        [*asked, ask.right],
        **_HIDDEN,
    )
    ask.unsaid.click(does.correct_unsaid, given, [*asked, ask.right], **_HIDDEN)


def connect_saving(parts: Layout, visitor: Visitor, does: Saving) -> None:
    """Connect the two buttons that save the conversation as a file."""
    inputs = [visitor.exchanges, parts.address]
    for button, make in (
        (parts.asking.markdown, does.markdown),
        (parts.asking.json, does.json),
    ):
        button.click(make, inputs, parts.download, **_HIDDEN).then(
            None, parts.download, None, js=_SAVE, **_AT_ONCE
        )


def connect_articles(parts: Layout, visitor: Visitor, does: ArticlesPane) -> None:
    """Connect the list of articles: search, choose, add, remove."""
    part = parts.articles
    state = [part.search, visitor.chosen]
    listing = [part.listed, visitor.chosen, parts.asking.scope, parts.status]
    part.search.change(does.listing, state, listing, trigger_mode="always_last", **_HIDDEN)
    part.listed.input(
        does.pick, [part.listed, *state], [visitor.chosen, parts.asking.scope], **_HIDDEN
    )
    part.pick_found.click(does.pick_found, state, listing, **_HIDDEN)
    part.pick_none.click(does.pick_none, [part.search], listing, **_HIDDEN)
    asked = [part.sure, part.sure_text, part.told]
    part.remove.click(does.ask_removal, [visitor.chosen], asked, **_HIDDEN)
    part.keep.click(lambda: gr.Group(visible=False), None, part.sure, **_HIDDEN)
    part.really.click(does.remove, state, [part.sure, part.told, *listing], **_HIDDEN)
    gr.on(
        [part.url.submit, part.add_url.click],
        does.add_url,
        [part.url, *state],
        [part.told, *listing, part.url],
        **_HIDDEN,
    )
    part.files.upload(
        does.add_files, [part.files, *state], [part.told, *listing, part.files], **_HIDDEN
    )


def connect_loading(
    app: gr.Blocks, parts: Layout, visitor: Visitor, background: BackgroundBot, pane: ArticlesPane
) -> None:
    """Show how far loading is, and then what there is, without being asked."""
    timer = gr.Timer(0.5)

    def tick(search: str, chosen: Any) -> tuple[Any, ...]:
        if not background.done():
            return (
                gr.skip(),
                chosen,
                gr.skip(),
                text_html(background.status()),
                gr.skip(),
                gr.skip(),
            )
        examples = background.examples()[:_EXAMPLES]
        chat = gr.Chatbot(placeholder=welcome(examples)) if examples else gr.skip()
        return *pane.listing(search, chosen), chat, gr.Timer(active=False)

    outputs = [parts.articles.listed, visitor.chosen, parts.asking.scope, parts.status]
    for event in (timer.tick, app.load):
        event(
            tick,
            [parts.articles.search, visitor.chosen],
            [*outputs, parts.asking.chat, timer],
            **_HIDDEN,
        )
    here = "() => location.origin + location.pathname"
    app.load(None, None, parts.address, js=here, **_AT_ONCE)


def _of(event: gr.EventData, name: str) -> str:
    """Return a text that the browser sent along with an event, empty if it did not."""
    return str(getattr(event, name, ""))
