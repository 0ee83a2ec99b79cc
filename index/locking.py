"""A folder in, its only owner out: one process at a time has an embedded index open.

Two processes that write one Chroma folder lose vectors without an error.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import Locked

if TYPE_CHECKING:
    from filelock import BaseFileLock


def lock_folder(folder: Path) -> BaseFileLock:
    """Return the lock on ``folder``, taken; Locked names the process that has it.

    The system lets go of it when the process ends, however it ends.
    """
    from filelock import FileLock, Timeout

    owner = folder / "owner.txt"
    lock = FileLock(str(folder / "owner.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as exc:
        who = owner.read_text(encoding="utf-8").strip() if owner.exists() else "another process"
        raise Locked(
            f"the index {folder} is in use by {who}. Ask or add through that running program, or "
            "share a Chroma server between processes (BOT_CHROMA_URL)"
        ) from exc
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:120]
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    owner.write_text(f"process {os.getpid()} ({command}), since {since}\n", encoding="utf-8")
    return lock
