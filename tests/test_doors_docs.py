"""docs/doors.md: every command in it is run against the real program."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

BLOCKS = re.findall(r"```(python|bash)\n(.*?)```", (ROOT / "docs" / "doors.md").read_text(), re.S)
EXPECTED = {
    "/v1/chat/completions": "255.7 million",
    "OpenAI": "97 percent",
    "streamable": "indonesia-azerbaijan.txt",
    "gradio_client": "Mirzayev",
    "/health": '"status":"ready"',
}


@pytest.mark.slow
@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_what_the_documentation_shows_works(
    ready: str, tmp_path: Path, language: str, code: str
) -> None:
    program = code.replace("http://127.0.0.1:7860/", ready)
    command = [sys.executable, "-c"] if language == "python" else ["bash", "-c"]

    done = subprocess.run(
        [*command, program], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stderr
    assert all(said in done.stdout for mark, said in EXPECTED.items() if mark in code)
