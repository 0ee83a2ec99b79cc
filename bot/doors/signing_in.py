"""A name and a password in, whether they are right out: without a scrypt for every request."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from bot.doors.accounts import LONGEST, Accounts, PasswordHash
from bot.doors.limiting import Buckets, network_of
from bot.errors import LimitError

_TRIES: Final = 10
"""Wrong passwords that an address may try at once."""
_TRY_SECONDS: Final = 30.0
"""After those, one more in this time."""
_REMEMBERED_SECONDS: Final = 600.0
"""How long a password that was right is known without scrypt."""
_MOST: Final = 10_000


class SignIn:
    """Checks passwords of ``accounts``; safe to call from many threads."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds and never goes back."""
        self._accounts = accounts
        self._clock = clock
        self._tries = Buckets(_TRIES, _TRY_SECONDS, clock)
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._known: OrderedDict[bytes, float] = OrderedDict()
        # A name that there is not must take as long to refuse as one that there is.
        self._nobody = PasswordHash.of(secrets.token_urlsafe())

    def is_right(self, address: str, name: str, password: str) -> bool:
        """Tell whether ``password`` is the user's; may take some tenths of a second.

        LimitError if ``address`` has tried too many wrong ones; AccountError if the file of
        accounts is damaged.
        """
        kept = self._accounts.hash_of(name)
        mark = self._mark(name, password, kept)
        if kept and self._is_known(mark):
            return True
        network = network_of(address)
        wait = self._tries.take(network)
        if wait:
            raise LimitError(
                f"too many wrong passwords from this address; try again in {wait:.0f} s",
                retry_after=wait,
            )
        if len(password) > LONGEST or not (kept or self._nobody).matches(password) or not kept:
            return False
        self._tries.give_back(network)
        self._remember(mark)
        return True

    def stamp(self, name: str) -> str | None:
        """Return what changes when the user's password does; None if there is no such user."""
        kept = self._accounts.hash_of(name)
        return None if kept is None else str(kept)

    def _mark(self, name: str, password: str, kept: PasswordHash | None) -> bytes:
        """Return a keyed digest: what is remembered tells nobody a password."""
        text = "\0".join((name, password, str(kept))).encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, text, hashlib.sha256)

    def _is_known(self, mark: bytes) -> bool:
        with self._lock:
            return self._clock() < self._known.get(mark, 0.0)

    def _remember(self, mark: bytes) -> None:
        with self._lock:
            self._known[mark] = self._clock() + _REMEMBERED_SECONDS
            self._known.move_to_end(mark)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
