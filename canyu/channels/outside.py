"""Which addresses may be reached from here: those of the open net, and what an operator names.

An address that owners type must not be a way to what only this machine can reach. So the name is
looked up once, every number that it stands for has to be one of the open net, and the connection is
made to that very number: a name that stands for another one a moment later changes nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from canyu.channels.errors import AddressRefused
from canyu.journal.errors import gettext_noop

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Number = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
LONGEST = 500
HIGHEST_LOW_PORT = 1023
WEB_PORTS = {"https": 443, "http": 80}
# Through these an address of the older kind is reached: what it stands for decides.
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Target:
    """Where to connect to (`number`), and what to ask there."""

    scheme: str
    host: str
    port: int
    number: str
    path: str

    @property
    def host_field(self) -> str:
        """What the field Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == WEB_PORTS[self.scheme] else f"{host}:{self.port}"


def resolve(host: str, port: int) -> list[str]:
    """All numbers that a name stands for; raises `OSError` where nobody knows it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def check_form(
    address: str, *, inside: Sequence[Network] = (), longest: int = LONGEST
) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address as an owner typed it.

    By HTTPS only; where an operator named networks `inside`, by HTTP too, which `target_of` then
    lets reach only those. Raises `AddressRefused`.
    """
    if (
        len(address) > longest
        or not address.isascii()
        or any(ord(one) <= ord(" ") for one in address)
    ):
        raise AddressRefused(
            gettext_noop(
                "Nothing was saved: this is no address that can be reached. "
                "Copy it as the other side shows it."
            )
        )
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    schemes = ("https", "http") if inside else ("https",)
    if parts.scheme not in schemes or not host:
        raise AddressRefused(
            gettext_noop("Nothing was saved: the address must begin with https://.")
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused(
            gettext_noop("Nothing was saved: the address must hold no name, password or “#”.")
        )
    known = port or WEB_PORTS[parts.scheme]
    if known <= HIGHEST_LOW_PORT and known not in WEB_PORTS.values():
        raise AddressRefused(
            gettext_noop("Nothing was saved: at port %(port)s other things than web pages answer."),
            port=known,
        )
    path = parts.path or "/"
    return parts.scheme, host, known, f"{path}?{parts.query}" if parts.query else path


def target_of(
    address: str,
    *,
    inside: Sequence[Network] = (),
    ask: Resolve = resolve,
    longest: int = LONGEST,
) -> Target:
    """Look an address up, and return the number to connect to; raise `AddressRefused`."""
    scheme, host, port, path = check_form(address, inside=inside, longest=longest)
    try:
        numbers = [_number(one) for one in ask(host, port)]
    except (OSError, UnicodeError, ValueError):
        numbers = []
    if not numbers:
        raise AddressRefused(gettext_noop("Nobody knows the name %(host)s."), host=host)
    for number in numbers:
        is_inside = any(number in network for network in inside)
        if not is_inside and (not is_open(number) or scheme != "https"):
            raise AddressRefused(
                gettext_noop("The name %(host)s leads to a place that is not of the open net."),
                host=host,
            )
    return Target(scheme, host, port, str(numbers[0]), path)


def is_open(number: Number) -> bool:
    """Whether a number is one of the open net, also where it hides another one."""
    if isinstance(number, ipaddress.IPv6Address):
        hidden = [number.ipv4_mapped, number.sixtofour, *(number.teredo or ())]
        if any(number in network for network in NAT64):
            hidden.append(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF))
        if any(one is not None and not is_open(one) for one in hidden):
            return False
        if any(number in network for network in NAT64):
            return True
    return number.is_global and not number.is_multicast


def _number(word: str) -> Number:
    # A scope, as in fe80::1%eth0, names a wire of this machine.
    return ipaddress.ip_address(word.partition("%")[0])
