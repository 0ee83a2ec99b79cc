"""The chat page: settings in, a Gradio app out.

Imported by serving.py alone, which first turns Gradio's reports off. The page opens first; index
and models load in a background thread, with their progress shown. What is where: layout.py; what it
looks like: look.py and style.css; what happens: events.py and a file for each pane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr

from bot.escaping import text_html
from bot.feedback import FeedbackStore
from bot.settings import BotSettings
from bot.ui import events
from bot.ui.articles_pane import ArticlesPane
from bot.ui.conversing import Conversing
from bot.ui.judging import Judging
from bot.ui.layout import draw
from bot.ui.loading import BackgroundBot
from bot.ui.reading_pane import ReadingPane
from bot.ui.saving import Saving

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.library import Progress

LoadBot = Callable[["Progress"], "Bot"]


def build_app(load_bot: LoadBot, settings: BotSettings) -> gr.Blocks:
    """Return the page over the bot that ``load_bot`` makes, which is called in the background."""
    background = BackgroundBot(load_bot)
    articles = ArticlesPane(background, settings)
    app: gr.Blocks
    with gr.Blocks(title="Ask the articles", analytics_enabled=False) as app:
        visitor = events.Visitor()
        parts = draw(settings, text_html(background.status()))
        events.connect_asking(parts, visitor, Conversing(background))
        events.connect_reading(parts, ReadingPane(background))
        events.connect_judging(parts, visitor, Judging(FeedbackStore(settings.index)))
        events.connect_saving(parts, visitor, Saving(background))
        events.connect_articles(parts, visitor, articles)
        events.connect_loading(app, parts, visitor, background, articles)
    return app
