"""What may be reached from here: every kind of inside address is refused, however it is written."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.channels.errors import AddressRefused
from canyu.channels.outside import LONGEST, check_form, is_open, resolve, target_of

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")


def to(*numbers: str) -> object:
    return lambda _host, _port: list(numbers)


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104 - what has to be refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2001:db8::1",
        "no number",
    ],
)
def test_inside_numbers_are_refused(number: str) -> None:
    with pytest.raises(AddressRefused):
        target_of("https://webhook.example/in", ask=to(number))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_open_numbers_are_taken_as_they_were_looked_up(number: str) -> None:
    found = target_of("https://Webhook.example/in?a=b", ask=to(number))  # type: ignore[arg-type]
    assert (found.number, found.host, found.path) == (number, "webhook.example", "/in?a=b")
    assert found.host_field == "webhook.example"


def test_one_inside_number_among_open_ones_is_enough() -> None:
    with pytest.raises(AddressRefused, match="not of the open net"):
        target_of("https://webhook.example/", ask=to("93.184.216.34", "10.0.0.1"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "017700000001", "[::1]", "0"]
)
def test_however_this_machine_is_written_it_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(f"https://{host}/", ask=resolve)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://webhook.example/",
        "ftp://webhook.example/",
        "file:///etc/passwd",
        "gopher://webhook.example/",
        "//webhook.example/",
        "https://",
        "https:///in",
        "https://user:secret@webhook.example/",
        "https://webhook.example/#part",
        "https://webhook.example:22/",
        "https://webhook.example:25/",
        "https://webhook.example:0x50/",
        "https://webhook.example:99999/",
        "https://webhook.example/a b",
        "https://webhook.example/\r\nX: y",
        "https://例子.example/",
        "https://webhook.example/" + "x" * LONGEST,
        "https://[::1/",
    ],
)
def test_other_forms_are_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        check_form(address)


def test_what_an_operator_names_is_reached_and_nothing_beside_it() -> None:
    inside = [LOOPBACK]
    found = target_of("http://here:8080/", inside=inside, ask=to("127.0.0.1"))  # type: ignore[arg-type]
    assert (found.scheme, found.number, found.host_field) == ("http", "127.0.0.1", "here:8080")
    with pytest.raises(AddressRefused):
        target_of("http://here/", inside=inside, ask=to("10.0.0.1"))  # type: ignore[arg-type]
    with pytest.raises(AddressRefused):
        # The open net is reached by HTTPS only.
        target_of("http://webhook.example/", inside=inside, ask=to("93.184.216.34"))  # type: ignore[arg-type]


def test_a_name_that_nobody_knows_is_refused() -> None:
    def fail(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(AddressRefused, match="Nobody knows"):
        target_of("https://webhook.example/", ask=fail)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_taken_or_refused(text: str) -> None:
    for address in (text, f"https://{text}"):
        try:
            target_of(address, ask=to("127.0.0.1"))  # type: ignore[arg-type]
        except AddressRefused:
            continue
        pytest.fail(address)


@given(st.ip_addresses(v=4))
def test_an_older_number_hidden_in_a_newer_one_counts_as_itself(
    number: ipaddress.IPv4Address,
) -> None:
    hidden = ipaddress.IPv6Address(f"::ffff:{number}")
    assert is_open(hidden) <= is_open(number)
    assert is_open(ipaddress.IPv6Address((0x64FF9B << 96) | int(number))) == is_open(number)
