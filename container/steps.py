"""A Containerfile in, its instructions out: as much of the format as ours uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction in capitals, ``COPY``, and the rest of its line."""

    word: str
    rest: str


def read_steps(root: Path) -> tuple[Step, ...]:
    """Return the instructions of the project's Containerfile, in order, continued lines joined."""
    text = (root / "container" / "Containerfile").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ")
    lines = (line.split(None, 1) for line in text.splitlines() if line.strip())
    return tuple(Step(word, " ".join(rest.split())) for word, rest in lines)


def base_image(root: Path) -> str:
    """Return the image that the last stage begins with, its arguments filled in."""
    steps = read_steps(root)
    defaults = dict(step.rest.split("=", 1) for step in steps if step.word == "ARG")
    last = [step.rest.split()[0] for step in steps if step.word == "FROM"][-1]
    return re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], last)
