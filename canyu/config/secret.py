"""The signing key, made once and kept beside the data."""

import secrets
from pathlib import Path


def read_or_make_secret(home: Path) -> str:
    """Read the key in `home`, or make one that only this account may read."""
    path = home / "secret.key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    home.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    path.touch(mode=0o600)
    path.write_text(key, encoding="ascii")
    return key
