"""Pictures in a bucket: of a real server that speaks S3, in a process of its own."""

import io
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import boto3
import pytest
from PIL import Image

from canyu.config.bucket import BUCKET, FOLDER, pictures_of
from canyu.config.faults import sentence_for
from canyu.config.store import StoreUnknown
from tests.config.shell import canyu, done, environment, free_port, serving

ACCOUNT = {"AWS_ACCESS_KEY_ID": "canyu", "AWS_SECRET_ACCESS_KEY": "not-so-secret"}
STORE = """
import io, sys, django
django.setup()
from canyu.journal.clock import now
from canyu.pictures.services import store_picture
print(store_picture(file=io.BytesIO(sys.stdin.buffer.read()), at=now()))
"""
SOON = 60


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server with an empty bucket `pictures`."""
    port = free_port()
    words = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + SOON
        while not answers(port):
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        address = f"http://127.0.0.1:{port}"
        client_of(address).create_bucket(Bucket="pictures")
        yield address
    finally:
        server.kill()
        server.wait()


def answers(port: int) -> bool:
    wire = HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, HTTPException):
        wire.request("GET", "/")
        return wire.getresponse().status < 500
    return False


def client_of(address: str) -> "boto3.client":
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="canyu",
        aws_secret_access_key="not-so-secret",
    )


def store(home: Path, data: bytes, **variables: str) -> str:
    """Store a picture as a page does; return its key."""
    said = subprocess.run(
        [sys.executable, "-c", STORE],
        env=environment(home, DJANGO_SETTINGS_MODULE="canyu.config.settings", **variables),
        input=data,
        capture_output=True,
        check=True,
    )
    return said.stdout.decode().strip()


def get(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    wire = HTTPConnection("127.0.0.1", port, timeout=20)
    wire.request("GET", path)
    answer = wire.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    wire.close()
    return found


# Nodes that share pictures share a PostgreSQL.
@pytest.mark.postgresql
def test_a_picture_that_one_node_stored_is_seen_on_the_other(
    home: Path, tmp_path: Path, s3: str
) -> None:
    variables = {"CANYU_PICTURES": f"s3://pictures/say?endpoint={s3}&region=us-east-1", **ACCOUNT}
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "orange").save(drawn, "PNG")
    key = store(home, drawn.getvalue(), **variables)
    assert re.fullmatch("[0-9a-f]{64}", key)
    assert store(home, drawn.getvalue(), **variables) == key
    listed = client_of(s3).list_objects_v2(Bucket="pictures")["Contents"]
    names = {f"say/{key[:2]}/{key[2:]}.webp", f"say/{key[:2]}/{key[2:]}-320.webp"}
    assert {one["Key"] for one in listed} == names
    assert not (home / "pictures").exists()

    # A node of its own, with nothing in its folder.
    with serving(tmp_path / "other" / "home", **variables) as node:
        status, headers, body = get(node.port, f"/pictures/{key}")
        assert status == 200
        assert headers["content-type"] == "image/webp"
        assert headers["x-content-type-options"] == "nosniff"
        assert "immutable" in headers["cache-control"]
        assert Image.open(io.BytesIO(body)).size == (64, 48)
        assert get(node.port, f"/pictures/{'0' * 64}")[0] == 404
        assert node.stop() == 0

    said = done(canyu(home, "backup", tmp_path / "all.tar", **variables))
    assert "0 pictures" in said
    assert "The pictures are not in it" in said


def test_where_pictures_lie_follows_from_the_environment() -> None:
    assert pictures_of({}) == {"BACKEND": FOLDER}
    place = "s3://say/a/b?endpoint=https://s3.example.org&region=eu-1&style=virtual"
    found = pictures_of({"CANYU_PICTURES": place})
    assert found["BACKEND"] == BUCKET
    options = found["OPTIONS"]
    assert (options["bucket_name"], options["location"]) == ("say", "a/b")
    assert (options["endpoint_url"], options["region_name"]) == ("https://s3.example.org", "eu-1")
    assert options["client_config"].s3 == {"addressing_style": "virtual"}
    usual = pictures_of({"CANYU_PICTURES": "s3://say?endpoint=https://s3.example.org"})
    assert usual["OPTIONS"]["client_config"].s3 == {"addressing_style": "path"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("https://bucket/", "begins with “https”"),
        ("s3://", "names no bucket"),
        ("s3://key:secret@bucket/", "without a password"),
        ("s3://bucket?endpont=https://x", "the option “endpont”"),
        ("s3://bucket?style=round", "the style “round”"),
    ],
)
def test_what_is_wrong_is_one_sentence_without_a_secret(told: str, words: str) -> None:
    with pytest.raises(StoreUnknown) as caught:
        pictures_of({"CANYU_PICTURES": told})
    assert words in sentence_for(caught.value)
    assert "secret@" not in str(caught.value)


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canyu.config.bucket.find_spec", lambda _name: None)
    with pytest.raises(StoreUnknown, match=r"sh scripts/prepare\.sh s3"):
        pictures_of({"CANYU_PICTURES": "s3://bucket"})
    assert pictures_of({}) == {"BACKEND": FOLDER}
