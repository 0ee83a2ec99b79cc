"""The chat page: the desk in, a Gradio app out.

Imported by mounting.py alone, after bot/doors/serving.py has turned Gradio's reports off. The page
opens first; index and models load in a background thread, with their progress shown. What is where:
layout.py; what it looks like: look.py and style.css; what happens: events.py, asking_events.py and
a file for each pane.
"""

from __future__ import annotations

from typing import Final

import gradio as gr

from bot.conversations.conversation_store import ConversationStore
from bot.doors.desk import Desk
from bot.escaping import text_html
from bot.settings import BotSettings
from bot.ui import events
from bot.ui.articles_pane import ArticlesPane
from bot.ui.asking_events import AskingEvents
from bot.ui.conversing import Conversing
from bot.ui.endpoints import connect_endpoints
from bot.ui.judging import Judging
from bot.ui.keeping_pane import Keeping
from bot.ui.layout import draw
from bot.ui.reading_pane import ReadingPane
from bot.ui.saving import Saving
from bot.ui.session import Session
from bot.ui.suggesting_pane import Suggesting
from bot.ui.uploading import UploadsOnly

_UPLOADS_KEPT: Final = (3_600, 3_600)
"""Uploads are looked at every so many seconds, and deleted when they are older than that."""


def build_app(desk: Desk, settings: BotSettings) -> gr.Blocks:
    """Return the page over ``desk``, whose articles may still be loading."""
    articles, suggesting, kept = ArticlesPane(desk), Suggesting(desk), settings.conversations
    keeping = Keeping(desk, kept, ConversationStore(settings.index))
    app: gr.Blocks
    with UploadsOnly(
        title="Ask the articles", analytics_enabled=False, delete_cache=_UPLOADS_KEPT
    ) as app:
        session = Session()
        parts = draw(settings, text_html(desk.status()))
        # First, so that none of the page's own events takes one of their names.
        connect_endpoints(desk)
        asking = AskingEvents(parts, session, Conversing(desk, linked=kept != "off"))
        asking.connect(keeping, suggesting)
        asking.connect_start(app, keeping)
        events.connect_reading(parts, session, ReadingPane(desk))
        events.connect_judging(parts, session, Judging(desk))
        events.connect_saving(parts, session, Saving(desk))
        events.connect_articles(parts, session, articles, suggesting)
        events.connect_loading(app, parts, session, desk, articles)
    return app
