"""The chat page: settings in, a Gradio app out.

Imported by serving.py alone, which first turns Gradio's reports off.

The page opens first; index and models load in a background thread, with their progress shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from bot.answer import Answer
from bot.errors import BotError
from bot.rendering import answer_html, article_html, parse_cite_key, text_html
from bot.settings import BotSettings
from bot.ui.loading import BackgroundBot
from corpus.errors import LoadError
from index.errors import LibraryError

if TYPE_CHECKING:
    from bot.assembling import Bot
    from index.library import Outcome, Progress

LoadBot = Callable[["Progress"], "Bot"]
Message = dict[str, Any]

_FOLDER: Final = Path(__file__).parent
_EXAMPLES: Final = 4
_SHOWN: Final = 1_000
"""Characters of a question that the conversation shows."""
_EMPTY_PANE: Final = '<p class="empty">Click a citation such as [1] to read it in its article.</p>'


def launch_options(settings: BotSettings) -> dict[str, Any]:
    """Return what belongs to ``launch``: look, limits, and nothing that calls home."""
    theme = gr.themes.Soft(
        primary_hue="amber",
        neutral_hue="stone",
        font=["system-ui", "Segoe UI", "Liberation Sans", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    return {
        "theme": theme,
        "css": (_FOLDER / "style.css").read_text(encoding="utf-8"),
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "share": False,
        "show_error": True,
        "quiet": True,
        "max_file_size": settings.max_upload_bytes,
        "ssr_mode": False,
    }


def build_app(load_bot: LoadBot, settings: BotSettings) -> gr.Blocks:
    """Return the page over the bot that ``load_bot`` makes, which is called in the background."""
    page = Page(BackgroundBot(load_bot), settings)
    app: gr.Blocks
    with gr.Blocks(title="Ask the articles", analytics_enabled=False) as app:
        gr.HTML(
            "<h1>Ask the articles</h1><p>Short answers, each with the exact sentence it rests on. "
            "Nothing leaves this machine.</p>",
            elem_id="heading",
        )
        pending = gr.State("")
        status = gr.Markdown(page.status(), elem_id="status")
        with gr.Row(elem_id="panes"):
            with gr.Column(scale=5, min_width=320):
                chat = gr.Chatbot(
                    elem_id="conversation",
                    label="Conversation",
                    show_label=False,
                    height="60vh",
                    buttons=[],
                    allow_tags=False,
                    latex_delimiters=[],
                    feedback_options=None,
                    layout="panel",
                    placeholder="Ask a question about the articles.",
                )
                with gr.Row():
                    box = gr.Textbox(
                        elem_id="question",
                        label="Your question",
                        show_label=False,
                        placeholder="What was trade volume in 2023?",
                        scale=6,
                        autofocus=True,
                        max_lines=4,
                    )
                    send = gr.Button("Ask", variant="primary", scale=1, min_width=72)
                examples = gr.Dataset(
                    components=[gr.Textbox(visible=False)],
                    samples=[],
                    label="For example",
                    visible=False,
                    elem_id="examples",
                )
                with gr.Accordion("Articles", open=False, elem_id="articles"):
                    chosen = gr.CheckboxGroup(
                        label="Ask only these (none chosen: all of them)", choices=[], value=[]
                    )
                    with gr.Row():
                        url = gr.Textbox(
                            label="Add a page by its URL", placeholder="https://…", scale=4
                        )
                        add_url = gr.Button("Add page", scale=1, min_width=96)
                    files = gr.File(
                        label="Add files (.txt, .md, .html)", file_count="multiple", height=110
                    )
                    added = gr.HTML(elem_id="added")
            with gr.Column(scale=5, min_width=320):
                pane = gr.HTML(
                    _EMPTY_PANE,
                    elem_id="article-pane",
                    js_on_load=(_FOLDER / "panel.js").read_text(encoding="utf-8"),
                )

        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asking: dict[str, Any] = {**hidden, "concurrency_limit": 8}
        taken = [box, chat, pending]
        gr.on([box.submit, send.click], page.take, [box, chat], taken, queue=False, **hidden).then(
            page.respond, [pending, chat, chosen], [chat], **asking
        )
        examples.click(
            lambda sample, history: page.take(sample[0], history),
            [examples, chat],
            taken,
            queue=False,
            **hidden,
        ).then(page.respond, [pending, chat, chosen], [chat], **asking)

        def show(event: gr.EventData) -> str:
            return page.show(str(getattr(event, "cite", "")))

        pane.click(show, None, pane, **hidden)
        changed = [added, chosen]
        gr.on([url.submit, add_url.click], page.add_url, [url], [*changed, url], **hidden)
        files.upload(page.add_files, [files], [*changed, files], **hidden)
        timer = gr.Timer(0.5)
        timer.tick(page.tick, None, [status, timer, chosen, examples], **hidden)
        app.load(page.tick, None, [status, timer, chosen, examples], **hidden)
    return app


class Page:
    """What the page's events do; holds no visitor's state."""

    def __init__(self, background: BackgroundBot, settings: BotSettings) -> None:
        """``background`` makes the bot while the page is already open."""
        self._background = background
        self._settings = settings

    def status(self) -> str:
        """Return the line under the heading."""
        return text_html(self._background.status())

    def tick(self) -> tuple[Any, ...]:
        """Return the state of loading, until there is nothing more to wait for."""
        if not self._background.done():
            return self.status(), gr.Timer(active=True), gr.skip(), gr.skip()
        bot = self._background.bot_or_none()
        if bot is None:
            return self.status(), gr.Timer(active=False), gr.skip(), gr.skip()
        questions = [[question] for question in self._background.examples()[:_EXAMPLES]]
        return (
            f"{len(bot.library.entries())} articles",
            gr.Timer(active=False),
            self._choices(bot),
            gr.Dataset(samples=questions, visible=bool(questions)),
        )

    def take(self, question: str, history: list[Message]) -> tuple[str, list[Message], str]:
        """Move the question from the box into the conversation: (empty box, shown, pending)."""
        if not question.strip():
            return "", [*history, _said("The question is empty: type one first.")], ""
        shown = question if len(question) <= _SHOWN else question[:_SHOWN] + "…"
        return "", [*history, {"role": "user", "content": text_html(shown)}], question

    def respond(
        self, question: str, history: list[Message], chosen: list[str]
    ) -> Iterator[list[Message]]:
        """Yield the conversation with the answer to ``question``, as it is written."""
        if not question:
            yield history
            return
        if not self._background.done():
            yield [*history, _said("Still loading; your question waits for it …")]
        try:
            bot = self._background.bot()
            if not bot.library.entries():
                yield [*history, _said("There are no articles yet. Add some under “Articles”.")]
                return
            text = ""
            for piece in bot.chain.stream(question, articles=chosen or None):
                if isinstance(piece, Answer):
                    yield [*history, _message(answer_html(piece, bot.library.article))]
                else:
                    text += piece
                    yield [*history, _said(text)]
        except (BotError, LibraryError) as error:
            yield [*history, _said(str(error))]

    def show(self, key: str) -> str:
        """Return the article pane for a citation's key."""
        place = parse_cite_key(key)
        bot = self._background.bot_or_none()
        article = bot.library.article(place[0]) if bot and place else None
        if place is None or article is None:
            return '<p class="empty">This article is not here any more.</p>'
        span = (place[1], place[2])
        return article_html(article, [span], span)

    def add_url(self, url: str) -> tuple[Any, ...]:
        """Fetch and index a page; return a line on it, the new choices and the emptied box."""
        if not url.strip():
            return _lines(["Type an address first."]), gr.skip(), ""
        address = url.strip() if "://" in url else f"https://{url.strip()}"
        return (*self._add([address]), "")

    def add_files(self, files: Sequence[str] | None) -> tuple[Any, ...]:
        """Index uploaded files; return a line for each, the new choices, no files."""
        return (*self._add([str(file) for file in files or ()]), None)

    def _add(self, sources: Sequence[str]) -> tuple[Any, Any]:
        from bot.adding import add_sources

        try:
            bot = self._background.bot()
            outcomes = add_sources(bot.library, sources, self._settings)
            return _lines([_outcome(outcome) for outcome in outcomes]), self._choices(bot)
        except (BotError, LibraryError, LoadError) as error:
            return _lines([str(error)]), gr.skip()

    def _choices(self, bot: Bot) -> Any:
        entries = bot.library.entries()
        return gr.CheckboxGroup(choices=[(_label(entry), entry.id) for entry in entries])


def _label(entry: Any) -> str:
    about = ", ".join(part for part in (entry.source, entry.published) if part)
    return f"{entry.title} ({about})" if about else entry.title


def _outcome(outcome: Outcome) -> str:
    # An upload lies in a folder with a random name, which tells the user nothing.
    name = Path(outcome.article_id).name
    reason = outcome.reason.replace(outcome.article_id, name)
    return f"{outcome.status}: {name}" + (f" ({reason})" if reason else "")


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"<p>{text_html(line)}</p>" for line in lines)


def _said(text: str) -> Message:
    return _message(f"<p>{text_html(text)}</p>")


def _message(content: str) -> Message:
    return {"role": "assistant", "content": content}
