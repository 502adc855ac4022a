"""The signed token that a report page carries: who, which release, which screen, until when."""

import base64
import hashlib
import hmac
from binascii import a2b_base64
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from msgspec import DecodeError, Struct
from msgspec.json import Decoder, encode

from canyu.journal.errors import gettext_noop
from canyu.reports.errors import ReportRefused


class ReportToken(Struct, frozen=True):
    """What the token says. It needs no query to be believed."""

    release_id: int
    member_id: int
    ring_key: str
    screen: int
    shown: tuple[int, ...]
    expires_at: datetime
    is_team: bool = False
    device: str = ""
    version: str = ""


def signing_key() -> bytes:
    """The key that screens and tokens are made with; the same on every node."""
    return settings.SECRET_KEY.encode()


def seal_token(token: ReportToken, *, key: bytes) -> str:
    """Sign a token; the result is safe in a form and in a URL."""
    body = encode(
        [
            token.release_id,
            token.member_id,
            token.ring_key,
            token.screen,
            token.shown,
            int(token.expires_at.timestamp()),
            int(token.is_team),
            token.device,
            token.version,
        ]
    )
    return f"{_text(body)}.{_text(_sign(body, key))}"


def open_token(sealed: str, *, key: bytes, at: datetime) -> ReportToken:
    """Read a token; raises `ReportRefused` when it was forged, cut or is too old."""
    first, _, second = sealed.partition(".")
    try:
        body, signature = _bytes(first), _bytes(second)
    except ValueError:
        body, signature = b"", b""
    if not body or not hmac.compare_digest(signature, _sign(body, key)):
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: the page it came from was not made by this server. "
                "Open the report again and send it from there."
            )
        )
    token = _read(body)
    if token is None or at > token.expires_at:
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: the page was open for too long. "
                "Open the report again; while it is open you can still fill it."
            ),
            status=410,
        )
    return token


_decode = Decoder(tuple[int, int, str, int, tuple[int, ...], int, int, str, str]).decode


def _read(body: bytes) -> ReportToken | None:
    try:
        release_id, member_id, ring_key, screen, shown, expires, is_team, device, version = _decode(
            body
        )
    except DecodeError:
        # We signed it, but an earlier version of us did.
        return None
    return ReportToken(
        release_id,
        member_id,
        ring_key,
        screen,
        shown,
        _moment(expires),
        is_team == 1,
        device,
        version,
    )


@lru_cache(maxsize=64)
def _moment(seconds: int) -> datetime:
    # All tokens of a release expire at the same moment.
    return datetime.fromtimestamp(seconds, tz=UTC)


def _sign(body: bytes, key: bytes) -> bytes:
    # Unlike hmac.digest it holds the interpreter's lock, which in a rush takes long to come back.
    signer = _signer(key).copy()
    signer.update(body)
    return signer.digest()


@lru_cache(maxsize=4)
def _signer(key: bytes) -> hmac.HMAC:
    return hmac.new(key, b"canyu report token", hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    # What base64's own function does in three steps more.
    raw = text.encode("ascii").translate(_FROM_URL)
    return a2b_base64(raw + b"=" * (-len(raw) % 4))


_FROM_URL = bytes.maketrans(b"-_", b"+/")
