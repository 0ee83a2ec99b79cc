"""Visitor: who comes through a door, and by which."""

from __future__ import annotations

from dataclasses import dataclass

from bot.doors.limiting import network_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, as the door knows it.

    ``address`` is the client's; behind a proxy the proxy's, unless the proxy is trusted to say.
    ``user`` is the name signed in with, "" where sign-in is off. ``door`` is for the metrics:
    ``page``, ``gradio``, ``v1`` or ``mcp``.
    """

    address: str
    user: str = ""
    door: str = "page"

    @property
    def key(self) -> tuple[str, str]:
        """What limits count by: the user, else the address; no name can pass for an address."""
        return ("user", self.user) if self.user else ("address", network_of(self.address))
