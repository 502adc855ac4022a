"""Addresses of static files."""

import hashlib
from pathlib import Path

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
