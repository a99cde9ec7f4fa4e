"""Compare addresses and networks as Custodian's `cidr` does: IPv4 networks, any address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, TypeAlias

Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"


@dataclass(frozen=True, slots=True)
class Network:
    """An IPv4 network; `in` asks for addresses and for networks that lie within."""

    of: ipaddress.IPv4Network

    @property
    def size(self) -> int:
        """The length of the prefix in bits."""
        return self.of.prefixlen

    def __contains__(self, other: Any) -> bool:
        if isinstance(other, Network):
            return other.of.subnet_of(self.of)
        return isinstance(other, ipaddress.IPv4Address) and other in self.of


@dataclass(frozen=True, slots=True)
class Networks:
    """Several networks and addresses; `in` asks whether one of them is or holds the other."""

    of: tuple[Any, ...]

    def __contains__(self, other: Any) -> bool:
        if other is None:
            return False
        return any(
            other in each if isinstance(each, Network) else other == each for each in self.of
        )


def network_of(value: Any) -> Network | Networks | Address | None:
    """Read an address, a network or a list of them; None where it is none."""
    if isinstance(value, list | set):
        return Networks(tuple(network_of(each) for each in value))
    text = str(value)
    try:
        if "/" in text:
            return Network(ipaddress.IPv4Network(text))
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def in_order(given: Any, found: Any) -> tuple[Any, Any]:
    """Swap an address that was given for a network that was found: the network holds it."""
    is_address = isinstance(given, ipaddress.IPv4Address | ipaddress.IPv6Address)
    return (found, given) if is_address and isinstance(found, Network) else (given, found)
