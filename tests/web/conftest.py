"""Members who are signed in, and pages that only tests have."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from canyu.members.services import register_member
from tests.web.smtp import post, sink, smtp_server  # noqa: F401 - all tests here may use them

PASSWORD = "a long walk home"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by the fixture `settings`, which has all addresses read anew, before and after.
    monkeypatch.setattr(settings, "ROOT_URLCONF", "tests.web.pages")


@pytest.fixture(autouse=True)
def _forget_limits() -> None:
    cache.clear()


@pytest.fixture
def jonas(db: None) -> int:
    return register_member(handle="jonas", name="Jonas Weber", password=PASSWORD, at=NOW)


@pytest.fixture
def signed_in(jonas: int, client: Client) -> Client:
    assert client.login(username="jonas", password=PASSWORD)
    return client


@pytest.fixture
def member_named(db: None) -> Callable[..., int]:
    def make(handle: str, **said: Any) -> int:
        return register_member(handle=handle, password=PASSWORD, at=NOW, **said)

    return make
