"""Settings in, what Gradio is given out when the page is mounted: its look and its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import gradio as gr

from bot.settings import BotSettings

_FOLDER: Final = Path(__file__).parent
_SANS: Final = ["system-ui", "Segoe UI", "Liberation Sans", "sans-serif"]
# (light, dark): warm paper and slate; one accent, a deep water green.
_COLOURS: Final[dict[str, tuple[str, str]]] = {
    "body_background_fill": ("#faf8f4", "#14171a"),
    "body_text_color": ("#24221e", "#e8e5de"),
    "body_text_color_subdued": ("#625c52", "#a9adb3"),
    "background_fill_primary": ("#fffefb", "#1b1f24"),
    "background_fill_secondary": ("#f3efe7", "#22272d"),
    "block_background_fill": ("#fffefb", "#1b1f24"),
    "block_label_text_color": ("#4d483f", "#c4c7cc"),
    "block_title_text_color": ("#4d483f", "#c4c7cc"),
    "block_border_color": ("#e4ded2", "#333a42"),
    "border_color_primary": ("#e4ded2", "#333a42"),
    "input_background_fill": ("#fffefb", "#14171a"),
    "input_border_color": ("#8d867a", "#6d7680"),
    "input_border_color_focus": ("#1d5c63", "#7cc4c9"),
    "input_placeholder_color": ("#6b655b", "#9aa0a8"),
    "button_primary_background_fill": ("#1d5c63", "#7cc4c9"),
    "button_primary_background_fill_hover": ("#164a50", "#95d3d7"),
    "button_primary_text_color": ("#ffffff", "#0f1a1b"),
    "button_secondary_background_fill": ("#f3efe7", "#22272d"),
    "button_secondary_background_fill_hover": ("#e9e3d7", "#2d343c"),
    "button_secondary_text_color": ("#33302a", "#dfe1e4"),
    "color_accent": ("#1d5c63", "#7cc4c9"),
    "link_text_color": ("#1d5c63", "#7cc4c9"),
    "checkbox_background_color_selected": ("#1d5c63", "#2f7f87"),
    "checkbox_border_color_selected": ("#1d5c63", "#2f7f87"),
    "checkbox_label_background_fill": ("#fffefb", "#1b1f24"),
    "checkbox_label_background_fill_selected": ("#e7f0ef", "#21343a"),
    "checkbox_label_text_color_selected": ("#24221e", "#e8e5de"),
}
_LIGHT_ONLY: Final = frozenset({"color_accent"})
"""Theme variables that have no dark form of their own; style.css gives it."""


def page_options(settings: BotSettings) -> dict[str, Any]:
    """Return look, limits, and nothing that calls home."""
    return {
        "theme": _theme(),
        "css": read_asset("style.css"),
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "show_error": True,
        "max_file_size": settings.max_upload_bytes,
        "ssr_mode": False,
    }


def read_asset(name: str) -> str:
    """Return the text of a file beside this one."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _theme() -> gr.themes.Base:
    theme = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        radius_size="lg",
        font=_SANS,
        font_mono=["ui-monospace", "monospace"],
    )
    values: dict[str, Any] = {}
    for name, (light, dark) in _COLOURS.items():
        values[name] = light
        if name not in _LIGHT_ONLY:
            values[f"{name}_dark"] = dark
    return theme.set(input_border_width="1px", **values)
