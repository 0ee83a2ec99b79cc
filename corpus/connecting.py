"""A host name in, a connection out: to a checked address, and with one deadline for all it does.

The address that is checked is the one that is connected to: a host name is resolved once, every
address it has is checked, and the connection goes to a checked one, so that a name that changes its
mind between the two (DNS rebinding) reaches nothing private.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from corpus.errors import FetchError, ForbiddenUrl


def checked_transport(allow_private: bool, deadline: float) -> httpx.HTTPTransport:
    """Return a transport whose connections go to checked addresses and end at ``deadline``.

    ``deadline`` is in seconds of ``time.monotonic()``; past it httpx.TimeoutException is raised.
    """
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no argument for the network backend: its transport is a shell around this pool.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False),
        network_backend=_CheckedBackend(allow_private, deadline),
    )
    return transport


def check_address(address: str, label: str, allow_private: bool) -> None:
    """Raise ForbiddenUrl if ``address`` (IPv4 or IPv6) is not on the public internet."""
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if allow_private or (
        found.is_global and not found.is_multicast and (not mapped or mapped.is_global)
    ):
        return
    raise ForbiddenUrl(
        f"{label}: {address} is a private or local address; set BOT_ALLOW_PRIVATE_URLS=yes to "
        "fetch from your own network"
    )


def _resolve(host: str, port: int, allow_private: bool) -> str:
    """Return an address of ``host`` after all of them were checked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise FetchError(f"{host}: no such host ({exc})") from exc
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        check_address(address, host, allow_private)
    return addresses[0]


class _CheckedBackend(httpcore.SyncBackend):
    """Connects to checked addresses only, until the deadline."""

    def __init__(self, allow_private: bool, deadline: float) -> None:
        self._allow_private = allow_private
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = _resolve(host, port, self._allow_private)
        left = _seconds_left(self._deadline, timeout)
        stream = super().connect_tcp(address, port, left, local_address, socket_options)
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A stream that ends at a deadline: httpx's own timeout begins anew with every byte."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _seconds_left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _seconds_left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _seconds_left(self._deadline, timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _seconds_left(deadline: float, timeout: float | None) -> float:
    """Return ``timeout`` or what is left until the deadline, if that is less."""
    left = deadline - time.monotonic()
    # A timeout of 0 would not mean "now" to a socket, but "do not wait": another error.
    if left <= 0:
        raise httpcore.ReadTimeout("the deadline has passed")
    return left if timeout is None else min(timeout, left)
