"""Addresses of static files."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.test import Client

from canyu.web.storage import StaticStorage


def test_an_address_carries_the_hash_of_what_it_brings() -> None:
    found = finders.find("mfa/js/webauthn.js")
    assert found is not None
    digest = hashlib.sha256(Path(found).read_bytes()).hexdigest()
    assert isinstance(staticfiles_storage._wrapped, StaticStorage)
    assert static("mfa/js/webauthn.js") == f"/static/mfa/js/webauthn.js?v={digest[:8]}"


def test_an_address_of_nothing_has_no_version() -> None:
    assert static("mfa/js/none.js") == "/static/mfa/js/none.js"
    assert static("web/sprite.svg#i-mark").startswith("/static/web/sprite.svg")


def test_a_file_is_served_from_its_package_without_any_step_before(client: Client) -> None:
    response = client.get(static("mfa/js/webauthn.js"))
    assert response.status_code == 200
    assert b"webauthn" in b"".join(response.streaming_content)  # type: ignore[attr-defined]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


CSS = "web/canyu.css"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=1.0, gzip;q=0.8", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip;q=0", ""),
    ],
)
def test_a_file_comes_packed_as_the_browser_takes_it(
    client: Client, accepted: str, encoding: str
) -> None:
    response = client.get(static(CSS), headers={"accept-encoding": accepted})
    body = body_of(response)
    assert response.headers.get("Content-Encoding", "") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert int(response.headers["Content-Length"]) == len(body)
    unpacked = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[encoding](body)
    assert unpacked == Path(str(finders.find(CSS))).read_bytes()
    assert not encoding or len(body) * 3 < len(unpacked)


def test_a_file_of_a_known_version_is_good_for_a_year(client: Client) -> None:
    response = client.get(static(CSS))
    body_of(response)
    assert response.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    bare = client.get(f"/static/{CSS}")
    body_of(bare)
    assert bare.headers["Cache-Control"] == "max-age=3600, public"


def test_a_version_of_another_node_is_not_kept(client: Client) -> None:
    response = client.get(f"/static/{CSS}?v=00000000")
    body_of(response)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-cache")


def test_a_file_that_the_browser_has_is_not_sent_again(client: Client) -> None:
    first = client.get(static(CSS))
    body_of(first)
    again = client.get(static(CSS), headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, body_of(again)) == (304, b"")
    assert "immutable" in again.headers["Cache-Control"]


@pytest.mark.django_db
def test_the_head_of_a_file_and_what_else_is_asked(client: Client) -> None:
    head = client.head(static(CSS), headers={"accept-encoding": "br"})
    assert (head.status_code, head.headers["Content-Encoding"], body_of(head)) == (200, "br", b"")
    assert client.post(static(CSS)).status_code == 405
    assert client.get("/static/web/none.css").status_code == 404
