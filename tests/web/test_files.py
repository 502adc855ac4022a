"""Faces and pictures."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from canyu.journal import clock
from canyu.members.faces import draw_face
from canyu.members.services import change_face
from canyu.pictures.services import store_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def a_picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (640, 480), "#e06c0a").save(file, "PNG")
    file.seek(0)
    return file


@pytest.fixture
def key() -> str:
    return store_picture(file=a_picture(), at=clock.now())


def test_a_face_is_drawn_from_the_handle_and_kept_long(client: Client, jonas: int) -> None:
    response = client.get(f"/faces/{jonas}.svg")
    assert response.content.decode() == draw_face("jonas")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "max-age=86400" in response.headers["Cache-Control"]
    again = client.get(f"/faces/{jonas}.svg", HTTP_IF_NONE_MATCH=response.headers["ETag"])
    assert again.status_code == 304
    assert again.content == b""


def test_nobody_has_no_face(client: Client) -> None:
    assert client.get("/faces/12345.svg").status_code == 404
    assert client.get("/faces/99999999999999999999999.svg").status_code == 404
    assert client.get("/faces/x.svg").status_code == 404


def test_a_picture_is_served_as_what_it_is_for_ever(client: Client, key: str) -> None:
    response = client.get(f"/pictures/{key}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/webp"
    assert "immutable" in response.headers["Cache-Control"]
    assert "max-age=31536000" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(BytesIO(response.content)).size == (640, 480)
    again = client.get(f"/pictures/{key}", HTTP_IF_NONE_MATCH=response.headers["ETag"])
    assert again.status_code == 304


def test_the_small_one_is_small(client: Client, key: str) -> None:
    large = client.get(f"/pictures/{key}")
    small = client.get(f"/pictures/{key}-320")
    assert max(Image.open(BytesIO(small.content)).size) == 320
    assert small.headers["ETag"] != large.headers["ETag"]


@pytest.mark.parametrize("name", ["0" * 64, "x", "..", "%2e%2e%2fsecret.key", "0" * 64 + "-320"])
def test_what_was_never_stored_is_not_there(client: Client, name: str) -> None:
    assert client.get(f"/pictures/{name}").status_code == 404


def test_a_file_opened_on_its_own_may_do_nothing(client: Client, jonas: int, key: str) -> None:
    for address in (f"/faces/{jonas}.svg", f"/pictures/{key}"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")


def test_files_are_only_read(client: Client, jonas: int, key: str) -> None:
    assert client.post(f"/pictures/{key}").status_code == 405
    assert client.post(f"/faces/{jonas}.svg").status_code == 405


def test_an_uploaded_face_stands_in_the_head_of_the_page(signed_in: Client, jonas: int) -> None:
    assert f'src="/faces/{jonas}.svg"' in signed_in.get("/test/blank/").content.decode()
    key = change_face(actor_id=jonas, file=a_picture(), at=clock.now())
    assert f'src="/pictures/{key}-320"' in signed_in.get("/test/blank/").content.decode()


def test_the_icon_is_found_by_its_old_name(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/static/web/icon.svg?v=")
