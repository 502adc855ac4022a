"""Finding pictures."""

from pathlib import Path
from typing import Any

import pytest

from canyu.config.bucket import pictures_of
from canyu.journal.errors import NotFound
from canyu.pictures import queries
from canyu.pictures.errors import PicturesAway


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


def test_a_place_that_fails_is_no_missing_picture(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "file"
    (tmp_path / "file").write_text("where a folder should be")
    with pytest.raises(PicturesAway) as refusal:
        queries.read_picture("0" * 64)
    assert refusal.value.status == 503


def test_a_bucket_that_does_not_answer_is_told_as_such(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "canyu")
    # Nothing listens at the first port.
    address = "s3://pictures?endpoint=http://127.0.0.1:1&region=us-east-1"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": pictures_of({"CANYU_PICTURES": address}),
    }
    with pytest.raises(PicturesAway):
        queries.read_picture("0" * 64)
