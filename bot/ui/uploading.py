"""What a visitor says was uploaded in, the file where Gradio put it out: nothing else is read."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio import utils
from gradio_client.utils import (  # type: ignore[import-untyped]
    is_file_obj_with_meta,
    is_http_url_like,
    traverse,
)

from bot.errors import BotError

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.state_holder import SessionState

    from index.library import Outcome


class UploadsOnly(gr.Blocks):
    """A page that fetches nothing for an event: Gradio's own fetching has no limit of size or time.

    Where the ``path`` of a file is an address, Gradio downloads it before the event's function
    runs (processing_utils.async_move_files_to_cache), for whatever component the event takes. Where
    it is a folder of uploads, Gradio takes it for an upload, and fails to delete it at the end.
    """

    async def preprocess_data(
        self,
        block_fn: BlockFunction,
        inputs: list[Any],
        state: SessionState | None,
        explicit_call: bool = False,
    ) -> Any:
        """Return what the event's function is handed; gr.Error for an address or a folder."""
        traverse(inputs, _vetted, is_file_obj_with_meta)
        return await super().preprocess_data(block_fn, inputs, state, explicit_call)


def uploaded(file: Any) -> Path:
    """Return where Gradio put an uploaded file; BotError for what nobody uploaded."""
    path = file.get("path") if isinstance(file, dict) else getattr(file, "path", None)
    folder = _folder()
    found = Path(path).resolve() if isinstance(path, str) and "\0" not in path else folder
    if folder not in found.parents or not found.is_file():
        raise BotError("file is no uploaded file: upload it with gradio_client.handle_file")
    return found


def by_name(outcome: Outcome) -> Outcome:
    """Return ``outcome`` without the folder that an upload lies in, which is nobody's business."""
    return replace(
        outcome,
        article_id=without_folder(outcome.article_id),
        reason=without_folder(outcome.reason),
    )


def without_folder(text: str) -> str:
    """Return ``text`` without the folders of uploads in it: each upload has one of its own."""
    return re.sub(rf"(?<!\w){re.escape(str(_folder()))}/[^/\s]+/", "", text)


def _folder() -> Path:
    return Path(utils.get_upload_folder()).resolve()


def _vetted(file: dict[str, Any]) -> dict[str, Any]:
    if is_http_url_like(file["path"]):
        told = "file is an address: give it as url, or upload what is there"
        raise gr.Error(told, print_exception=False)
    path = Path(file["path"])
    # Of other folders Gradio says that they are no uploads: a stranger need not learn which exist.
    if path.is_dir() and _folder() in (path.resolve(), *path.resolve().parents):
        raise gr.Error("file is no uploaded file but a folder", print_exception=False)
    return file
