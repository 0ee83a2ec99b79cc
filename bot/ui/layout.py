"""Settings in, the page's parts drawn and named out: what is where, and nothing of what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import gradio as gr

from bot.escaping import text_html
from bot.settings import BotSettings
from bot.ui.articles_layout import Articles, draw_articles
from bot.ui.look import read_asset
from bot.ui.messages import welcome
from bot.ui.reading_pane import EMPTY

READING: Final = "reading"
ARTICLES: Final = "articles"


@dataclass(frozen=True, slots=True)
class Asking:
    """The left side: the conversation and what one does in it.

    ``keeper`` hears what is done with kept conversations and shows what is told of them.
    """

    chat: gr.Chatbot
    next: gr.HTML
    keeper: gr.HTML
    notice: gr.HTML
    about: gr.HTML
    correction: gr.Group
    right: gr.Textbox
    save_right: gr.Button
    unsaid: gr.Button
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    scope: gr.HTML
    retry: gr.Button
    edit: gr.Button
    markdown: gr.Button
    json: gr.Button


@dataclass(frozen=True, slots=True)
class Layout:
    """Every part that an event reads or writes.

    ``acts`` hears clicks on links. The hidden ones carry texts: a file to be saved, the page's
    ``address``, the browser's own ``secret``, what it wishes to be opened first, and words to it
    (keeping_pane.py).
    """

    status: gr.HTML
    asking: Asking
    tabs: gr.Tabs
    pane: gr.HTML
    articles: Articles
    acts: gr.HTML
    download: gr.JSON
    address: gr.Textbox
    secret: gr.Textbox
    wish: gr.Textbox
    word: gr.Textbox


def draw(settings: BotSettings, status: str) -> Layout:
    """Draw the page inside the current Blocks."""
    with gr.Row(elem_id="heading"):
        gr.HTML(f"<h1>Ask the articles</h1><p>{_where(settings)}</p>", elem_id="title", scale=4)
        with gr.Column(elem_id="corner", scale=2, min_width=320):
            gr.HTML(_conversations(settings), elem_id="conversations")
            shown = gr.HTML(status, elem_id="status")
    with gr.Row(elem_id="panes"):
        with gr.Column(min_width=300, elem_id="left"):
            asking = _draw_asking()
        with (
            gr.Column(min_width=300, elem_id="right"),
            gr.Tabs(selected=ARTICLES, elem_id="tabs") as tabs,
        ):
            with gr.Tab("Articles", id=ARTICLES, render_children=True):
                articles = draw_articles()
            with gr.Tab("Reading", id=READING, render_children=True):
                pane = gr.HTML(EMPTY, elem_id="article-pane", js_on_load=read_asset("pane.js"))
    script = _scripts("acts.js", "scrolling.js", "selecting.js")
    acts = gr.HTML("", elem_id="acts", js_on_load=script)
    download = gr.JSON(visible="hidden", elem_id="download")
    hidden = [
        gr.Textbox(visible="hidden", elem_id=name, label=name)
        for name in ("address", "secret", "wish", "word")
    ]
    return Layout(shown, asking, tabs, pane, articles, acts, download, *hidden)


def _draw_chat() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="conversation",
        label="Conversation",
        show_label=False,
        height="",
        buttons=[],
        allow_tags=False,
        latex_delimiters=[],
        feedback_options=None,
        autoscroll=False,
        layout="panel",
        placeholder=welcome(()),
    )


def _draw_asking() -> Asking:
    chat = _draw_chat()
    offer = "watch('value', () => window.answers.offerNext());"
    suggested = gr.HTML("", visible="hidden", elem_id="next", js_on_load=offer)
    keeper = gr.HTML("", elem_id="keeper", js_on_load=_scripts("keeping.js", "kept_list.js"))
    notice = gr.HTML("", elem_id="notice")
    correction, right, save_right, unsaid = _draw_correction()
    about = gr.HTML("", elem_id="about")
    with gr.Row(elem_id="ask"):
        box = gr.Textbox(
            elem_id="question",
            label="Your question",
            show_label=False,
            container=False,
            placeholder="What was trade volume in 2023?",
            scale=6,
            min_width=160,
            autofocus=True,
            max_lines=4,
        )
        send = gr.Button("Ask", variant="primary", scale=1, min_width=80, elem_id="send")
        stop = gr.Button("Stop", variant="stop", scale=1, min_width=80, visible=False)
    with gr.Row(elem_id="tools"):
        scope = gr.HTML("<p>Asking all articles.</p>", elem_id="scope", scale=3, min_width=160)
        retry = gr.Button("Ask again", size="sm", min_width=60)
        edit = gr.Button("Edit question", size="sm", min_width=60)
        markdown = gr.Button("Save as Markdown", size="sm", min_width=60)
        as_json = gr.Button("Save as JSON", size="sm", min_width=60)
    return Asking(
        chat=chat,
        next=suggested,
        keeper=keeper,
        notice=notice,
        about=about,
        correction=correction,
        right=right,
        save_right=save_right,
        unsaid=unsaid,
        box=box,
        send=send,
        stop=stop,
        scope=scope,
        retry=retry,
        edit=edit,
        markdown=markdown,
        json=as_json,
    )


def _draw_correction() -> tuple[gr.Group, gr.Textbox, gr.Button, gr.Button]:
    """Draw what asks for the right answer after a bad one: (group, answer, save, unsaid)."""
    with gr.Group(visible=False, elem_id="correction") as correction:
        right = gr.Textbox(label="What would be right, in the articles’ own words?", max_lines=2)
        with gr.Row():
            save_right = gr.Button("Save", size="sm")
            unsaid = gr.Button("The articles do not say", size="sm")
    return correction, right, save_right, unsaid


def _conversations(settings: BotSettings) -> str:
    """Return the buttons for conversations; where none is kept, there is no list of them."""
    new = '<button type="button" id="new-conversation">New conversation</button>'
    kept = '<button type="button" id="open-kept" aria-haspopup="dialog">Conversations</button>'
    return new if settings.conversations == "off" else kept + new


def _where(settings: BotSettings) -> str:
    """Return where questions and passages go."""
    if not settings.model:
        return "Nothing leaves this machine."
    return f"{text_html(settings.model)} writes the answers; every sentence is checked."


def _scripts(*names: str) -> str:
    return "\n".join(read_asset(name) for name in names)
