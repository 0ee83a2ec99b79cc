"""The page's other parts in, each connected to what it does: which event reads and writes what.

The conversation's are in ``asking_events.py``.
"""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from bot.doors.desk import Desk
from bot.errors import BotError
from bot.escaping import text_html
from bot.ui.articles_pane import ArticlesPane
from bot.ui.judging import Judging
from bot.ui.layout import READING, Layout
from bot.ui.messages import welcome
from bot.ui.reading_pane import ReadingPane, failed
from bot.ui.saving import Saving
from bot.ui.session import ASKING, AT_ONCE, HIDDEN, Session, sent, sent_list
from bot.ui.suggesting_pane import EXAMPLES, Suggesting
from bot.ui.visitors import knowing, visitor_of
from index.errors import LibraryError

_FOCUS: Final = """() => {
  const box = document.querySelector("#question textarea");
  box.focus();
  box.select();
}"""
_SAVE: Final = """(file) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}"""


def connect_reading(parts: Layout, session: Session, does: ReadingPane) -> None:
    """Connect citations to the article pane, and what is selected in it to the question box."""
    ask = parts.asking

    def show(request: gr.Request, event: gr.EventData) -> tuple[str, Any]:
        try:
            keys = sent_list(event, "group")
            html = does.show(visitor_of(request), sent(event, "cite"), keys)
            return html, gr.Tabs(selected=READING)
        except (BotError, LibraryError) as error:
            return failed(error), gr.Tabs(selected=READING)

    def about(request: gr.Request, event: gr.EventData, question: str) -> tuple[Any, ...]:
        visitor = visitor_of(request)
        return does.ask_about(visitor, sent(event, "article"), sent(event, "text"), question)

    parts.acts.click(show, None, [parts.pane, parts.tabs], **ASKING)
    asked = [ask.box, session.about, ask.about, ask.notice]
    parts.acts.select(about, [ask.box], asked, **HIDDEN).then(
        None, None, None, js=_FOCUS, **AT_ONCE
    )
    parts.acts.clear(lambda: (None, ""), None, [session.about, ask.about], **AT_ONCE)


def connect_judging(parts: Layout, session: Session, does: Judging) -> None:
    """Connect the thumbs and what would be right."""
    ask = parts.asking

    def judge(request: gr.Request, event: gr.EventData, exchanges: Any) -> tuple[Any, ...]:
        visitor = visitor_of(request)
        return does.judge(visitor, sent(event, "verdict"), sent(event, "answer"), exchanges)

    asked = [ask.notice, ask.correction, session.judgement]
    parts.acts.like(judge, [session.exchanges], asked, **HIDDEN)
    given = [session.judgement, session.exchanges]
    gr.on(
        [ask.save_right.click, ask.right.submit],
        knowing(does.correct),
        [ask.right, *given],
        [*asked, ask.right],
        **HIDDEN,
    )
    ask.unsaid.click(knowing(does.correct_unsaid), given, [*asked, ask.right], **HIDDEN)


def connect_saving(parts: Layout, session: Session, does: Saving) -> None:
    """Connect the two buttons that save the conversation as a file."""
    inputs = [session.exchanges, parts.address]
    for button, make in (
        (parts.asking.markdown, does.markdown),
        (parts.asking.json, does.json),
    ):
        button.click(knowing(make), inputs, parts.download, **HIDDEN).then(
            None, parts.download, None, js=_SAVE, **AT_ONCE
        )


def connect_articles(
    parts: Layout, session: Session, does: ArticlesPane, suggesting: Suggesting
) -> None:
    """Connect the list of articles: search, choose, add, remove."""
    part = parts.articles
    state = [part.search, session.chosen]
    listing = [part.listed, session.chosen, parts.asking.scope, parts.status]

    def pick(request: gr.Request, event: gr.EventData, chosen: Any) -> tuple[Any, str]:
        listed, ticked = sent_list(event, "listed"), sent_list(event, "ticked")
        return does.pick(visitor_of(request), listed, ticked, chosen)

    part.search.change(knowing(does.listing), state, listing, trigger_mode="always_last", **HIDDEN)
    picked = [session.chosen, parts.asking.scope]
    part.listed.input(pick, [session.chosen], picked, trigger_mode="multiple", **HIDDEN)
    part.pick_found.click(knowing(does.pick_found), state, listing, **HIDDEN)
    part.pick_none.click(knowing(does.pick_none), [part.search], listing, **HIDDEN)
    asked = [part.sure, part.sure_text, part.told]
    part.remove.click(does.ask_removal, [session.chosen], asked, **HIDDEN)
    part.keep.click(lambda: gr.Group(visible=False), None, part.sure, **HIDDEN)
    told = [part.told, session.added, *listing]
    removed = part.really.click(knowing(does.remove), state, [part.sure, *told], **HIDDEN)
    added = [
        gr.on(
            [part.url.submit, part.add_url.click],
            knowing(does.add_url),
            [part.url, *state],
            [*told, part.url],
            **HIDDEN,
        ),
        part.files.upload(
            knowing(does.add_files), [part.files, *state], [*told, part.files], **HIDDEN
        ),
    ]
    offered = [part.offered, parts.asking.chat]
    removed.then(knowing(suggesting.recheck), None, offered, **HIDDEN)
    for event in added:
        event.then(knowing(suggesting.freshen), [session.added], offered, **HIDDEN)


def connect_loading(
    app: gr.Blocks, parts: Layout, session: Session, desk: Desk, pane: ArticlesPane
) -> None:
    """Show how far loading is, and then what there is, without being asked."""
    timer = gr.Timer(0.5)

    def tick(request: gr.Request, search: str, chosen: Any) -> tuple[Any, ...]:
        visitor = visitor_of(request)
        if not desk.done(visitor):
            return (
                gr.skip(),
                chosen,
                gr.skip(),
                text_html(desk.status(visitor)),
                gr.skip(),
                gr.skip(),
            )
        examples = desk.examples(visitor)[:EXAMPLES]
        chat = gr.Chatbot(placeholder=welcome(examples)) if examples else gr.skip()
        return *pane.listing(visitor, search, chosen), chat, gr.Timer(active=False)

    outputs = [parts.articles.listed, session.chosen, parts.asking.scope, parts.status]
    for event in (timer.tick, app.load):
        event(
            tick,
            [parts.articles.search, session.chosen],
            [*outputs, parts.asking.chat, timer],
            **HIDDEN,
        )
