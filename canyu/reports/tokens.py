"""The signed token that a report page carries: who, which release, which screen, until when."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from canyu.journal.errors import gettext_noop
from canyu.reports.errors import ReportRefused


@dataclass(frozen=True)
class ReportToken:
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
    body = json.dumps(
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
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    return f"{_text(body)}.{_text(_sign(body, key))}"


def open_token(sealed: str, *, key: bytes, at: datetime) -> ReportToken:
    """Read a token; raises `ReportRefused` when it was forged, cut or is too old."""
    try:
        body, signature = (_bytes(part) for part in sealed.split("."))
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


def _read(body: bytes) -> ReportToken | None:
    try:
        release_id, member_id, ring_key, screen, shown, expires, is_team, device, version = (
            json.loads(body)
        )
    except ValueError:
        # We signed it, but an earlier version of us did.
        return None
    return ReportToken(
        release_id=release_id,
        member_id=member_id,
        ring_key=ring_key,
        screen=screen,
        shown=tuple(shown),
        expires_at=datetime.fromtimestamp(expires, tz=UTC),
        is_team=bool(is_team),
        device=device,
        version=version,
    )


def _sign(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"canyu report token" + body, hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
