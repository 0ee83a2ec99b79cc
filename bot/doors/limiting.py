"""Who asks in, how long they must wait out: token buckets, a bounded number of them."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

_MOST: Final = 20_000
"""Visitors that are remembered; the one that asked longest ago is forgotten first."""
_NETWORK_BITS: Final = 64
"""One household has a whole /64 of IPv6's addresses (RFC 6177)."""


class Buckets:
    """Each key may take ``burst`` at once, and one more every ``every_seconds`` after that."""

    def __init__(
        self, burst: int, every_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` gives seconds and never goes back."""
        self._burst = burst
        self._every = every_seconds
        self._clock = clock
        self._lock = Lock()
        # Of each key the moment at which its bucket is full again: all that there is to know.
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Take one and return 0, or take none and return the seconds until there is one."""
        with self._lock:
            now = self._clock()
            full_at = max(now, self._full_at.pop(key, now))
            wait = full_at - now - (self._burst - 1) * self._every
            self._full_at[key] = full_at if wait > 0 else full_at + self._every
            while len(self._full_at) > _MOST:
                self._full_at.popitem(last=False)
            return max(0.0, wait)

    def give_back(self, key: Hashable) -> None:
        """Put one back that was taken."""
        with self._lock:
            if key in self._full_at:
                self._full_at[key] -= self._every


def network_of(address: str) -> str:
    """Return what stands for an address when it is counted: itself, or an IPv6 address's /64.

    >>> network_of("192.0.2.7"), network_of("2001:db8:0:1::7")
    ('192.0.2.7', '2001:db8:0:1::/64')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    host_bits = 128 - _NETWORK_BITS
    return f"{IPv6Address(int(found) >> host_bits << host_bits)}/{_NETWORK_BITS}"
