"""A file of names with hashed passwords in, who may sign in out; and the file written.

One ``name:scrypt$n$r$p$salt$hash`` a line (salt and hash in base64); blank lines and lines that
begin with # are passed over.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final, Self

from bot.errors import AccountError

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
SHORTEST: Final = 8
"""Characters of the shortest password (NIST SP 800-63B, 5.1.1.2)."""
LONGEST: Final = 256
"""Characters of the longest password."""
# Of equal strength with N=2^17, r=8, p=1, at a quarter of its memory (32 MiB a check):
# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
_COST: Final = (2**15, 8, 3)
_MOST_MEMORY: Final = 256 * 2**20
"""Bytes that a line of the file may make one check take."""
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_AT_ONCE: Final = BoundedSemaphore(2)
"""Checks at once: each takes a core for a tenth of a second."""


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """What is kept of a password: scrypt's costs n, r and p, the salt and the hash."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def __post_init__(self) -> None:
        if self.n < 2 or self.n & (self.n - 1) or self.r < 1 or not 1 <= self.p <= 64:
            raise ValueError("scrypt's n is a power of 2, r and p are 1 or more")
        if _memory(self.n, self.r) > _MOST_MEMORY or not self.salt or not self.digest:
            raise ValueError("scrypt's costs are too large, or salt or hash is empty")

    @classmethod
    def of(cls, password: str) -> Self:
        """Return the hash of ``password`` under a new salt."""
        salt = secrets.token_bytes(_SALT_BYTES)
        return cls(*_COST, salt, _scrypt(password, *_COST, salt, _HASH_BYTES))

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Return the hash that ``str`` wrote; ValueError if it is none."""
        kind, n, r, p, salt, digest = text.split("$")
        if kind != "scrypt":
            raise ValueError(f"{kind} is no known kind of hash")
        decoded = [base64.b64decode(part, validate=True) for part in (salt, digest)]
        return cls(int(n), int(r), int(p), *decoded)

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"scrypt${self.n}${self.r}${self.p}${salt}${digest}"

    def matches(self, password: str) -> bool:
        """Tell whether ``password`` is the one; takes some 0.2 s of a core, on purpose."""
        made = _scrypt(password, self.n, self.r, self.p, self.salt, len(self.digest))
        return hmac.compare_digest(made, self.digest)


class Accounts:
    """The accounts in a file, which is read anew when it changes; safe to call from threads."""

    def __init__(self, path: Path) -> None:
        """AccountError if the file is missing or a line of it cannot be read."""
        self._path = path
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._hashes: Mapping[str, PasswordHash] = {}
        self.hash_of("")

    def hash_of(self, name: str) -> PasswordHash | None:
        """Return the hash of the user's password, or None if there is no such user.

        AccountError if the file has gone or was damaged: nobody is let in then.
        """
        with self._lock:
            seen = _version(self._path)
            if seen is None or seen != self._seen:
                self._hashes = read_accounts(self._path)
                self._seen = seen
            return self._hashes.get(name)


def read_accounts(path: Path) -> dict[str, PasswordHash]:
    """Return the hashes by name; AccountError names the line that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise AccountError(f"BOT_AUTH={path}: the file of accounts cannot be read ({exc})") from exc
    found: dict[str, PasswordHash] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, text = line.strip().partition(":")
        try:
            if not NAME.fullmatch(name) or name in found:
                raise ValueError("the name is none, or stands there twice")
            found[name] = PasswordHash.parsed(text)
        except (ValueError, binascii.Error) as exc:
            raise AccountError(
                f"BOT_AUTH={path}, line {number}: expected name:scrypt$n$r$p$salt$hash ({exc}); "
                "write it by: python -m bot user add NAME"
            ) from exc
    return found


def write_accounts(path: Path, hashes: Mapping[str, PasswordHash]) -> None:
    """Replace the file as a whole, for its owner's eyes alone (mode 600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}:{hashes[name]}\n" for name in sorted(hashes))
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def add_account(path: Path, name: str, password: str) -> bool:
    """Store the user's password; tell whether the user is new. AccountError if it cannot be."""
    if not NAME.fullmatch(name):
        raise AccountError(
            f"{name!r} cannot be a user's name: letters, digits and . _ @ + - only, beginning with "
            "a letter or digit, 64 at most"
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(f"a password has {SHORTEST} to {LONGEST} characters")
    hashes = read_accounts(path) if path.exists() else {}
    is_new = name not in hashes
    write_accounts(path, {**hashes, name: PasswordHash.of(password)})
    return is_new


def remove_account(path: Path, name: str) -> None:
    """Take the user out; AccountError if there is none of that name."""
    hashes = read_accounts(path)
    if name not in hashes:
        raise AccountError(f"no user {name!r} in {path}; see: python -m bot user list")
    write_accounts(path, {each: hashes[each] for each in hashes if each != name})


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _memory(n: int, r: int) -> int:
    return 128 * n * r


def _scrypt(password: str, n: int, r: int, p: int, salt: bytes, length: int) -> bytes:
    with _AT_ONCE:
        return hashlib.scrypt(
            password.encode("utf-8", "surrogatepass"),
            salt=salt,
            n=n,
            r=r,
            p=p,
            maxmem=_memory(n, r) + 2**20 + 128 * r * p * 2,
            dklen=length,
        )
