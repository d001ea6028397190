"""What one page may fetch through the guard proxy, and what was refused it. Counts and remembers; opens nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from spiders.refusal import Refused

MAX_LISTED = 200
"""Refusals that are kept word for word; all are counted."""


@dataclass(frozen=True, slots=True)
class TrafficLimits:
    """Bounds of one page."""

    connections: int = 300
    """Connections in all."""
    received: int = 40 << 20
    """Bytes from outside."""
    sent: int = 1 << 20
    """Bytes to the outside, headers and tunnels together: a page is read, it uploads nothing."""


@dataclass(slots=True)
class Traffic:
    """The account of one page."""

    limits: TrafficLimits = field(default_factory=TrafficLimits)
    connections: int = 0
    received: int = 0
    sent: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    """Code and sentence by what was asked for: an address, or ``host:port`` of a tunnel."""
    counts: Counter[str] = field(default_factory=Counter)
    """Refusals by code."""

    def refuse(self, target: str, refusal: Refused) -> None:
        """Note that ``target`` was refused."""
        self.counts[refusal.code] += 1
        if len(self.refused) < MAX_LISTED:
            self.refused.setdefault(target[:2000], str(refusal))

    def connect(self) -> None:
        """One more connection; ``Refused`` when there were too many or too much came."""
        self.connections += 1
        if self.connections > self.limits.connections:
            raise Refused("E_BUDGET", f"{self.limits.connections} 个连接")
        if self.received > self.limits.received:
            raise Refused("E_BUDGET", f"{self.limits.received} 字节")

    def count(self, *, received: int = 0, sent: int = 0) -> bool:
        """Whether these bytes may still pass."""
        self.received += received
        self.sent += sent
        return self.received <= self.limits.received and self.sent <= self.limits.sent
