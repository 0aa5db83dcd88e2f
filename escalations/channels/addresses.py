"""Which addresses of the network belong to the world outside, and which are nobody else's business."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# Beside what Python knows as private or reserved: networks of providers, tests, relays and tunnels.
CLOSED = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
            *("2001::/23", "2002::/16", "64:ff9b:1::/48", "100::/64", "fec0::/10", "3fff::/20", "5f00::/16"),
        ),
    )
)
TRANSLATED = ip_network("64:ff9b::/96")  # an IPv4 address in other clothes, as networks without IPv4 reach it
COMPATIBLE = ip_network("::/96")


def is_outside(text: str) -> bool:
    """Whether this address may be reached by a program that anybody can give an address to; never raises."""
    try:
        address: Address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _inside(address)
    return _is_open(inner or address)


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address that one of IPv6 stands for."""
    if not isinstance(address, IPv6Address):
        return None
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in TRANSLATED or address in COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _is_open(address: Address) -> bool:
    if address.is_multicast or address.is_unspecified or address.is_loopback or address.is_link_local:
        return False
    if any(address.version == network.version and address in network for network in CLOSED):
        return False
    return address.is_global and not address.is_private and not address.is_reserved
