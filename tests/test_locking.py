from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_a_folder_is_owned_whatever_the_bytes_of_the_command(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from index.locking import own_folder; "
    code += "own_folder(Path(sys.argv[1]))"

    subprocess.run([sys.executable, "-c", code, tmp_path, b"caf\xe9.txt"], cwd=ROOT, check=True)

    assert r"caf\udce9.txt" in (tmp_path / "owner.txt").read_text(encoding="utf-8")
