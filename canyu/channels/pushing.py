"""A notice on its way to a browser: locked for it alone, and signed by us (RFC 8291, RFC 8292)."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from canyu.channels.outside import Target
from canyu.channels.queries.notices import NoticeView

CURVE = ec.SECP256R1()
# Of the curve P-256 (SEC 2, 2.4.2).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
N_BYTES_OF_AUTH = 16
SECONDS_TO_LIVE = 86_400
SIGNED_FOR = timedelta(hours=12)
# What a service must take is 4,096 bytes, locked.
MOST_BYTES = 3_000


@dataclass(frozen=True)
class PushLetter:
    """What a browser should tell: one notice, in a language and by a clock."""

    language: str
    zone: str
    notice: NoticeView


@dataclass(frozen=True)
class PushWords:
    """A notice in words, and the path of the page where it is read."""

    title: str
    body: str
    href: str
    language: str


class Compose(Protocol):
    """Puts a notice into words; None where what it speaks of is gone."""

    def __call__(self, letter: PushLetter, /) -> PushWords | None:
        """Return the words."""


def sender_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """Return the key by which services know us; it follows from the secret of all our nodes."""
    made = HKDF(hashes.SHA256(), length=48, salt=None, info=b"canyu.channels.pushing").derive(
        secret.encode()
    )
    return ec.derive_private_key(int.from_bytes(made) % (ORDER - 1) + 1, CURVE)


def public_key_of(secret: str) -> str:
    """Return what a browser is told of that key: base64 (RFC 4648, 5) of its point."""
    return _base64(_point_of(sender_key(secret)))


def check_keys(public_key: str, auth: str) -> bool:
    """Whether these are keys of a browser: a point of the curve, and sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _bytes(public_key))
        return len(_bytes(auth)) == N_BYTES_OF_AUTH
    except (ValueError, binascii.Error):
        return False


def body_of(words: PushWords, *, key: str) -> bytes:
    """Return what the browser's script reads; `key` lets a repeat take the place of the first."""
    told = {
        "title": words.title,
        "body": words.body,
        "href": words.href,
        "language": words.language,
        "tag": key,
    }
    while len(body := json.dumps(told, ensure_ascii=False).encode()) > MOST_BYTES:
        told["title"], told["body"] = told["title"][:100], told["body"][:-100].rstrip() + "…"
    return body


def lock(body: bytes, *, public_key: str, auth: str) -> bytes:
    """Return a body that only this browser can read (RFC 8291, aes128gcm)."""
    locked: bytes = http_ece.encrypt(
        body,
        # A new one for each message, as the RFC asks.
        private_key=ec.generate_private_key(CURVE),
        dh=_bytes(public_key),
        auth_secret=_bytes(auth),
        version="aes128gcm",
    )
    return locked


def fields_of(
    target: Target, *, secret: str, contact: str, key: str, at: datetime
) -> dict[str, str]:
    """Return the header fields of a message: our signature, and how long it is worth telling.

    `contact` is where the service complains: an https address or a mailto.
    """
    claims = {
        "aud": f"{target.scheme}://{target.host_field}",
        "exp": int((at + SIGNED_FOR).timestamp()),
        "sub": contact,
    }
    signed: dict[str, str] = Vapid02(sender_key(secret)).sign(claims)
    return {
        **signed,
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(SECONDS_TO_LIVE),
        "Urgency": "normal",
        # Of the same that was not fetched yet, the service keeps one (RFC 8030, 5.4).
        "Topic": _base64(hashlib.sha256(key.encode()).digest())[:32],
    }


def _point_of(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(words: str) -> bytes:
    plain = words.rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
