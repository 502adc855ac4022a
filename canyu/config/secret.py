"""The signing key, made once and kept beside the data."""

import os
import secrets
from pathlib import Path


def read_or_make_secret(home: Path) -> str:
    """Read the key in `home`, or make one that only this account may read.

    Two programs that start at once agree on one key: it appears whole, and the first stays.
    """
    path = home / "secret.key"
    key = _read(path)
    if key:
        return key
    home.mkdir(parents=True, exist_ok=True)
    part = home / f"secret.key.{os.getpid()}"
    part.touch(mode=0o600)
    part.write_text(secrets.token_urlsafe(50), encoding="ascii")
    try:
        if path.exists():
            # Empty: somebody ran out of disk here before.
            part.replace(path)
        else:
            os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
