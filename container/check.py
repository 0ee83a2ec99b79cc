"""The image's files in, proof that they are right out: ``make container-check``.

Lints, builds by buildah, and runs what was built as a container would be run: see the files beside
this one. Takes some minutes and 10 GB of disk; needs root, and Debian's packages or an image of the
base. ``--lint`` does no more than that.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import yaml

from container.building import build, remove_containers
from container.linting import lint
from container.steps import base_image

_ROOT: Final = Path(__file__).resolve().parent.parent
_APART: Final = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child")


def main(arguments: list[str]) -> None:
    """Raise CalledProcessError, SystemExit or AssertionError for the first thing that is wrong."""
    lint(_ROOT, _ROOT / ".runs" / "container-tools")
    if arguments == ["--lint"]:
        return
    image = build(_ROOT, base_image(_ROOT))
    try:
        given = json.dumps([asdict(image), _chroma(_ROOT)], default=str)
        running = (*_APART, "--mount-proc", sys.executable, "-m", "container.running")
        subprocess.run(running, cwd=_ROOT, input=given, text=True, check=True)
    finally:
        remove_containers()


def _chroma(root: Path) -> dict[str, Any]:
    """Return how compose.yaml checks the Chroma server, and how it tells the bot of it."""
    services = yaml.safe_load((root / "compose.yaml").read_text(encoding="utf-8"))["services"]
    test = services["chroma"]["healthcheck"]["test"]
    return {"health": test[1:], "environ": services["bot"]["environment"]}


if __name__ == "__main__":
    main(sys.argv[1:])
