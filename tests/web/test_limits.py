"""Who tries to sign in too often is kept away from every node."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client

from canyu.config.store import limits_of
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/sign-in/"
POSTGRES = {"CANYU_DATABASE": "postgresql://canyu@/canyu"}


@pytest.fixture
def _shared(settings: Any) -> None:
    """The cache of several nodes, on whatever store this run has."""
    settings.CACHES = {"default": limits_of(POSTGRES)}


def counted() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM web_limits")
        return int(cursor.fetchone()[0])


def sign_in(password: str) -> int:
    """What a node says that has only just started."""
    return Client().post(SIGN_IN, {"login": "jonas", "password": password}).status_code


@pytest.mark.usefixtures("_shared", "jonas")
def test_what_one_node_counted_another_knows() -> None:
    answers = [sign_in("not this one") for _ in range(12)]
    assert answers[0] == 200
    assert answers[-1] == 429 or b"too many" in _page("not this one").lower()
    assert counted() > 0, "it is in the store, where every node looks"
    assert sign_in(PASSWORD) != 302, "not even with the right one, for now"


def _page(password: str) -> bytes:
    return Client().post(SIGN_IN, {"login": "jonas", "password": password}).content


@pytest.mark.usefixtures("_shared")
def test_it_keeps_no_more_than_it_may(settings: Any) -> None:
    told = limits_of(POSTGRES)
    settings.CACHES = {"default": {**told, "OPTIONS": {**told["OPTIONS"], "MAX_ENTRIES": 20}}}
    for number in range(60):
        cache.set(f"tried-{number}", [number], 60)
    assert counted() <= 21


@pytest.mark.usefixtures("_shared")
def test_what_has_run_out_goes_first(settings: Any) -> None:
    told = limits_of(POSTGRES)
    settings.CACHES = {"default": {**told, "OPTIONS": {**told["OPTIONS"], "MAX_ENTRIES": 20}}}
    for number in range(20):
        cache.set(f"old-{number}", [number], -1)
    for number in range(15):
        cache.set(f"new-{number}", [number], 60)
    assert [cache.get(f"new-{number}") for number in range(15)] == [[one] for one in range(15)]


def test_one_process_counts_in_its_memory() -> None:
    told = limits_of({})
    assert told["BACKEND"].endswith(LocMemCache.__name__)
    assert told["OPTIONS"]["MAX_ENTRIES"] == limits_of(POSTGRES)["OPTIONS"]["MAX_ENTRIES"]


@pytest.mark.postgresql
def test_it_waits_for_no_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'web_limits'")
        assert cursor.fetchone() == ("u",)
