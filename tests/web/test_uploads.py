"""Whatever comes as a picture: each form that takes one says what is wrong and keeps the rest."""

import struct
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from canyu.awards.queries import award_of
from canyu.members.queries import member_of
from canyu.pictures.rules import MAX_BYTES
from canyu.releases.queries import changes_of
from canyu.releases.services import draft_release, put_change
from tests.web.hamlet import AT, PASSWORD, judge, make_hamlet, ship

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture(scope="module")
def files() -> dict[str, tuple[bytes, int]]:
    """{what it is: its bytes, the status of the answer}."""
    return {
        "a text": (b"not a picture", 400),
        "nothing": (b"", 400),
        "a page": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 400),
        "half a picture": (png(40, 40)[:60], 400),
        "a bomb": (png(30_000, 30_000), 413),
        "too many bytes": (b"\x89PNG\r\n\x1a\n" + b"0" * MAX_BYTES, 413),
    }


def png(width: int, height: int) -> bytes:
    """A grey picture of so many pixels, in the few bytes that packing leaves of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(9)
    line = bytes(1 + width)
    packed = b"".join(packer.compress(line) for _number in range(min(height, 300)))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", packed + packer.flush())
        + chunk(b"IEND", b"")
    )


def refuse_all(
    client: Client, address: str, said: dict[str, Any], files: dict[str, tuple[bytes, int]]
) -> None:
    for what, (data, status) in files.items():
        sent = {**said, "picture": SimpleUploadedFile("it.png", data, "image/png")}
        answer = client.post(address, sent)
        page = answer.content.decode()
        assert answer.status_code == status, what
        assert 'class="wrong"' in page or 'role="alert"' in page, what
        assert "<form" in page, what
        assert all(words in page for words in said.values()), what


def test_a_face(client: Client, files: dict[str, tuple[bytes, int]]) -> None:
    ana = make_hamlet().ana
    assert client.login(username="ana", password=PASSWORD)
    refuse_all(client, "/me/face/", {}, files)
    assert not member_of(ana).has_face_picture


def test_a_change_and_an_award(client: Client, files: dict[str, tuple[bytes, int]]) -> None:
    hamlet = make_hamlet()
    at = AT - timedelta(days=7)
    release_id = ship(hamlet, at=at)
    judge(hamlet, release_id, n_people=40, opened_at=at + timedelta(days=1))
    award = award_of(release_id)
    assert award
    assert client.login(username="olga", password=PASSWORD)
    address = f"/p/lumen/team/awards/{award.id}/"
    refuse_all(client, address, {"citation_en": "Kept", "citation_zh": "留着"}, files)
    after = award_of(release_id)
    assert after
    assert (after.state, after.picture) == ("proposed", "")

    draft = draft_release(actor_id=hamlet.lin, product_id=hamlet.product_id, version="6", at=AT)
    change_id = put_change(
        actor_id=hamlet.lin, release_id=draft, kind="new", text={"en": "One"}, maker_ids=[], at=AT
    )
    address = f"/p/lumen/team/releases/{draft}/changes/{change_id}/"
    refuse_all(client, address, {"kind": "new", "text_en": "Another", "text_zh": "另一个"}, files)
    (change,) = changes_of([draft])
    assert not change.picture
