"""Looks a network address up in the admin's table of company networks; home and private addresses are nobody's."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sfrouter.matching.names import normalise

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_LONGEST = 64  # characters of an address; anything longer is none

_NOBODYS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
"""Private, shared, local and multicast ranges (RFC 1918, 6598, 4193): they say nothing (R035)."""


@dataclass(frozen=True, slots=True)
class NetworkCompany:
    """Whose network it is: the account's name or id as the admin wrote it, and the name made comparable."""

    account: str
    key: str


Networks = Mapping[tuple[int, int], Mapping[int, tuple[NetworkCompany, ...]]]
"""By IP version and prefix length, then by the network's number."""


def network_of(text: str) -> _Network:
    """A network such as 203.0.113.0/24, or a single address. Raises ValueError for others and for private ones."""
    network = ipaddress.ip_network(text.strip(), strict=True)
    if any(network.version == one.version and network.subnet_of(one) for one in _NOBODYS):  # type: ignore[arg-type]
        raise ValueError("a private network is nobody's: leads come from there under a public address")
    return network


def networks(table: Iterable[tuple[str, str]]) -> Networks:
    """The table of networks and companies, ready to be looked up."""
    found: dict[tuple[int, int], dict[int, tuple[NetworkCompany, ...]]] = {}
    for text, account in table:
        network = network_of(text)
        place = found.setdefault((network.version, network.prefixlen), {})
        number = int(network.network_address)
        place[number] = (*place.get(number, ()), NetworkCompany(account.strip(), normalise(account).key))
    return MappingProxyType({key: MappingProxyType(place) for key, place in found.items()})


def companies_at(text: str, table: Networks) -> tuple[NetworkCompany, ...]:
    """The companies of the narrowest network that holds the address; empty for none, nonsense, private ones."""
    address = _address(text)
    if address is None:
        return ()
    bits, number = address.max_prefixlen, int(address)
    for version, length in sorted(table, reverse=True):
        if version == address.version:
            found = table[version, length].get(number >> (bits - length) << (bits - length))
            if found:
                return found
    return ()


def _address(text: str) -> _Address | None:
    plain = text.strip()
    if not plain or len(plain) > _LONGEST:
        return None
    try:
        address: _Address = ipaddress.ip_address(plain)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return None if any(address in one for one in _NOBODYS if one.version == address.version) else address
