"""pyproject.toml in, the requirements of its extras out, one a line: what chat models need.

A folder of the image's own, so that the packages are installed before the code is copied.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path


def extras(pyproject: Path) -> tuple[str, ...]:
    """Return the requirements of every extra, in order."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    lists = project["optional-dependencies"].values()
    return tuple(requirement for one in lists for requirement in one)


if __name__ == "__main__":
    sys.stdout.write("\n".join(extras(Path(sys.argv[1]))) + "\n")
