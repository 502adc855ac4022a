"""Finding pictures."""

from pathlib import Path
from typing import Any

import pytest

from canyu.journal.errors import NotFound
from canyu.pictures import queries


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_picture_lies_where_its_key_says() -> None:
    key = "ab" + "c" * 62
    assert queries.picture_path(key) == "ab/" + "c" * 62 + ".webp"
    assert queries.picture_path(key, "small") == "ab/" + "c" * 62 + "-320.webp"


@pytest.mark.parametrize("key", ["", "ab", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 64 + "\n"])
def test_a_key_that_cannot_be_one_is_not_found(key: str) -> None:
    with pytest.raises(NotFound):
        queries.picture_path(key)


def test_a_picture_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.read_picture("0" * 64)
