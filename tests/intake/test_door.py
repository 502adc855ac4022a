"""Whose address a request is counted under."""

import pytest

from canyu.intake.door import sender_of


@pytest.mark.parametrize(
    ("remote", "forwarded", "sender"),
    [
        ("9.9.9.9", "", "9.9.9.9"),
        ("9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("127.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("127.0.0.1", "8.8.8.8, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.5", "1.1.1.1, 192.168.0.9", ""),
        ("10.0.0.5", "", ""),
        ("::1", "2606:4700::1111", "2606:4700::1111"),
        ("", "unix:", ""),
        ("127.0.0.1", "<script>", ""),
    ],
)
def test_a_sender_is_who_stands_outside(remote: str, forwarded: str, sender: str) -> None:
    environ = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
    assert sender_of(environ) == sender
