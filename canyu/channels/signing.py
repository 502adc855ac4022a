"""Signatures of what is sent, as Standard Webhooks says (standardwebhooks.com, version 1)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
N_BYTES = 24


def secret_of(random: bytes) -> str:
    """Return a secret in the form in which people hand it on."""
    return PREFIX + base64.b64encode(random).decode()


def signature_of(secret: str, *, key: str, seconds: int, body: str) -> str:
    """Return "v1," and the base64 of the HMAC-SHA256 of id, time and body, with dots between."""
    secret_bytes = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{key}.{seconds}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(secret_bytes, signed, hashlib.sha256)).decode()


def fields_of(secrets: Sequence[str], *, key: str, seconds: int, body: str) -> dict[str, str]:
    """Return the header fields of a message: all of these secrets sign it."""
    signed = [signature_of(one, key=key, seconds=seconds, body=body) for one in secrets]
    return {
        "webhook-id": key,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signed),
    }
