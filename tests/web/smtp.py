"""A mail server of the tests' own, and the way to it."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import get_connection

from canyu.channels.mailing import Post
from canyu.web.letters import compose

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class Sink:
    """A mail server: keeps what it takes, or answers as `answer` says."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.got: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.got.append(mail)
        return "250 OK"


@pytest.fixture(scope="module")
def smtp_server() -> Iterator[Controller]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def sink(smtp_server: Controller) -> Sink:
    found: Sink = smtp_server.handler
    found.answer, found.got = "250 OK", []
    return found


@pytest.fixture
def post(smtp_server: Controller) -> Post:
    def connect() -> Any:
        return get_connection(SMTP_BACKEND, host="127.0.0.1", port=smtp_server.port, timeout=5)

    return Post(compose, connect, "Canyu <canyu@say.example.org>", "say.example.org")
