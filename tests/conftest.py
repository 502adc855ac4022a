"""What every test may count on: no trace of the one before, and cheap passwords."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import settings as examples

# How long an example takes says something about the machine only. On CI the same examples are
# drawn each time, so that a change is judged by what it changed; `make soak` draws new ones.
examples.register_profile("here", deadline=None, print_blob=True)
examples.register_profile("ci", parent=examples.get_profile("here"), derandomize=True)
examples.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    # A slow hash guards people, not tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A page answered in Chinese leaves its language to the thread, and so to the next test.
    translation.activate("en")
    # What the sign-in library counted against one test is no fault of the next.
    cache.clear()
