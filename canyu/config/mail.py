"""Which server mails people, and under whose name; and who tells their browsers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from canyu.config.errors import SettingWrong

if TYPE_CHECKING:
    from canyu.channels.mailing import Post
    from canyu.channels.services import PushWay

SCHEMES = {"smtp": 587, "smtps": 465}


class MailUnknown(SettingWrong):
    """CANYU_MAIL names no server that Canyu can use."""


@dataclass(frozen=True)
class Server:
    """A mail server, in Django's terms."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    is_starttls: bool
    is_tls: bool
    backend: str = "django.core.mail.backends.smtp.EmailBackend"


def mail_of(told: str) -> Server | None:
    """The server that CANYU_MAIL names; None where it is empty.

    Raises `MailUnknown`, which quotes no more than the scheme: a password may come after it.
    """
    told = told.strip()
    if not told:
        return None
    try:
        address = urlsplit(told)
        port = address.port or SCHEMES.get(address.scheme, 0)
    except ValueError:
        raise MailUnknown(_form(told)) from None
    asked = {key: values[-1] for key, values in parse_qs(address.query).items()}
    sender, tls = asked.get("from", ""), asked.get("tls", "on")
    if not (port and address.hostname and "@" in sender) or tls not in {"on", "off"}:
        raise MailUnknown(_form(told))
    return Server(
        host=address.hostname,
        port=port,
        user=unquote(address.username or ""),
        password=unquote(address.password or ""),
        sender=" ".join(sender.split()),
        is_starttls=address.scheme == "smtp" and tls == "on",
        is_tls=address.scheme == "smtps",
    )


def _form(told: str) -> str:
    return (
        f"CANYU_MAIL begins with “{told.split(':', maxsplit=1)[0][:20]}”, must be an address "
        "such as smtp://user:password@mail.example.org:587?from=canyu@example.org (or smtps://; "
        "&tls=off for a server on this machine), or be left out"
    )


def post_of() -> "Post":
    """The way out for mail, as the settings say."""
    from django.conf import settings  # noqa: PLC0415 - the settings themselves read this file
    from django.core.mail import get_connection  # noqa: PLC0415

    from canyu.channels.mailing import Post  # noqa: PLC0415
    from canyu.web.letters import compose  # noqa: PLC0415

    return Post(
        compose=compose,
        connect=get_connection,
        sender=settings.CANYU_MAIL_FROM,
        host=urlsplit(settings.CANYU_ORIGIN).hostname or "localhost",
    )


def push_way() -> "PushWay":
    """The way to browsers, as the settings say."""
    from django.conf import settings  # noqa: PLC0415 - the settings themselves read this file

    from canyu.channels.services import PushWay  # noqa: PLC0415
    from canyu.web.push_words import compose  # noqa: PLC0415

    return PushWay(
        compose=compose, secret=settings.SECRET_KEY, contact=contact_of(settings.CANYU_ORIGIN)
    )


def contact_of(origin: str) -> str:
    """Where services of browsers complain: our address by name, else one that reaches nobody."""
    address = urlsplit(origin)
    host = address.hostname or ""
    is_named = address.scheme == "https" and "." in host and ":" not in host
    return f"https://{host}" if is_named else "mailto:canyu@localhost"
