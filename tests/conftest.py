"""What every test may count on: no trace outside its own folder, and cheap passwords."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    # A slow hash guards people, not tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
