"""A prompt's name in, its text out, with its placeholders checked: ``prompts/NAME.md``."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Final

from bot.errors import PromptError

FOLDER: Final = Path(__file__).resolve().parents[2] / "prompts"


@lru_cache(maxsize=16)
def load_prompt(
    name: str, placeholders: frozenset[str] = frozenset(), folder: Path = FOLDER
) -> Template:
    """Return the prompt; PromptError if it lacks one of ``placeholders`` or has one too many."""
    path = folder / f"{name}.md"
    try:
        prompt = Template(path.read_text(encoding="utf-8").strip())
    except OSError as exc:
        raise PromptError(f"{path}: no such prompt ({exc.strerror})") from exc
    found = frozenset(prompt.get_identifiers())
    if found != placeholders or not prompt.is_valid():
        raise PromptError(
            f"{path}: expected the placeholders {_listed(placeholders)}; found {_listed(found)}"
        )
    return prompt


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names)) or "none"
