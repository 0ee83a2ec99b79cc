"""A folder in, the right to use it out: alone (an embedded store) or in turn (a Chroma server).

Two processes that write one Chroma folder lose vectors without an error, so that an embedded index
has one owner. A server's index may be open in many processes, which then write one after the other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from index.errors import FolderError, Locked

if TYPE_CHECKING:
    from filelock import BaseFileLock


class WriteLock:
    """Lets one thread of one process write; may be entered again by the thread that has it."""

    def __init__(self, file: BaseFileLock) -> None:
        """``file`` is either held for as long as the index is open, or taken for each write."""
        self._file = file
        self._threads = RLock()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Wait for the turn of this thread and process; FolderError if the file is out of reach."""
        with self._threads, ExitStack() as turn:
            with usable(Path(self._file.lock_file).parent):
                turn.enter_context(self._file)
            yield

    def release(self) -> None:
        """Let go of the folder."""
        self._file.release(force=True)


@contextmanager
def usable(folder: Path) -> Iterator[None]:
    """Raise the system's errors as FolderError, which names the index's folder."""
    try:
        yield
    except OSError as exc:
        raise FolderError(
            f"the index's folder {folder} cannot be used: {exc.strerror or exc} (BOT_INDEX)"
        ) from exc


def own_folder(folder: Path) -> WriteLock:
    """Return the lock on ``folder``, held; Locked names the process that has it.

    The system lets go of it when the process ends, however it ends.
    """
    from filelock import FileLock, Timeout

    owner = folder / "owner.txt"
    lock = FileLock(str(folder / "owner.lock"), thread_local=False)
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
    owner.write_text(
        f"process {os.getpid()} ({command}), since {since}\n",
        encoding="utf-8",
        # An argument may be a file's name that is not UTF-8.
        errors="backslashreplace",
    )
    return WriteLock(lock)


def share_folder(folder: Path) -> WriteLock:
    """Return the lock by which the processes that share ``folder`` write in turn, not yet held."""
    from filelock import FileLock

    return WriteLock(FileLock(str(folder / "writing.lock"), thread_local=False))
