"""The parts of the list of articles, drawn and named: what is where, not what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import gradio as gr

from bot.ui.look import read_asset

_FILES: Final = "Add files: text, Markdown, HTML, PDF, Word, CSV, JSON Lines, RSS"


@dataclass(frozen=True, slots=True)
class Articles:
    """The list of articles and what changes it."""

    search: gr.Textbox
    listed: gr.HTML
    pick_found: gr.Button
    pick_none: gr.Button
    remove: gr.Button
    sure: gr.Group
    sure_text: gr.HTML
    really: gr.Button
    keep: gr.Button
    files: gr.File
    url: gr.Textbox
    add_url: gr.Button
    told: gr.HTML
    offered: gr.HTML


def draw_articles() -> Articles:
    """Draw the parts inside the current tab."""
    search = gr.Textbox(
        label="Find an article", placeholder="title, source or date", max_lines=1, elem_id="search"
    )
    listed = gr.HTML("", elem_id="list", js_on_load=read_asset("ticking.js"))
    with gr.Row(elem_id="list-tools"):
        pick_found = gr.Button("Tick all found", size="sm", min_width=60)
        pick_none = gr.Button("Untick all", size="sm", min_width=60)
        remove = gr.Button("Remove ticked …", size="sm", min_width=60, elem_id="remove")
    with gr.Group(visible=False, elem_id="sure") as sure:
        sure_text = gr.HTML("")
        with gr.Row():
            really = gr.Button("Remove", variant="stop", size="sm", elem_id="really")
            keep = gr.Button("Keep", size="sm")
    told = gr.HTML("", elem_id="added")
    offered = gr.HTML("", elem_id="offered")
    files = gr.File(label=_FILES, file_count="multiple", height=150, elem_id="files")
    with gr.Row(elem_id="url-row"):
        url = gr.Textbox(
            label="Add a page by its URL", placeholder="https://…", scale=4, elem_id="url"
        )
        add_url = gr.Button("Add page", scale=1, min_width=96)
    return Articles(
        *(search, listed, pick_found, pick_none, remove, sure, sure_text, really, keep),
        *(files, url, add_url, told, offered),
    )
