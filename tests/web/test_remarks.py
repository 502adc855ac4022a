"""One's own words: changed and taken back, by nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from canyu.releases.queries import changes_of
from canyu.releases.services import remark_on_change
from canyu.remarks.queries import remarks_on
from canyu.remarks.rules import LONGEST_REMARK, Subject
from canyu.reports.rules import ReportCells
from tests.builders import FRIDAY, Town, fill, make_member, make_people, open_week, publish, town

pytestmark = pytest.mark.django_db
__all__ = ["town"]

NOW = FRIDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: NOW)


@pytest.fixture
def change(town: Town) -> int:
    return changes_of([publish(town, 1)])[0].id


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


@pytest.fixture
def remark(change: int, ana: int) -> int:
    return remark_on_change(member_id=ana, change_id=change, text="First words", at=FRIDAY)


def enter(client: Client, member_id: int) -> Client:
    client.force_login(get_user_model().objects.get(pk=member_id))
    return client


def words(change: int) -> list[tuple[str, bool]]:
    return [(one.text, one.is_removed) for one in remarks_on(Subject("change", change))]


def test_words_are_changed_and_the_page_says_so(
    client: Client, change: int, ana: int, remark: int
) -> None:
    enter(client, ana)
    assert "First words" in client.get(f"/remarks/{remark}/edit/").content.decode()
    answer = client.post(f"/remarks/{remark}/edit/", {"text": "Second words"})
    where = f"/p/lumen/changes/{change}/#remark-{remark}"
    assert (answer.status_code, answer["Location"]) == (303, where)
    page = client.get(where).content.decode()
    assert "Second words" in page
    assert "First words" not in page
    assert "changed later" in page


@pytest.mark.parametrize("text", ["", "  ", "\u200d", "\0", "w" * (LONGEST_REMARK + 1)])
def test_words_that_are_none_or_too_many_change_nothing(
    client: Client, change: int, ana: int, remark: int, text: str
) -> None:
    answer = enter(client, ana).post(f"/remarks/{remark}/edit/", {"text": text})
    assert answer.status_code == 400
    assert 'class="wrong"' in answer.content.decode()
    assert text.strip(" \0") in answer.content.decode()
    assert words(change) == [("First words", False)]


def test_words_are_taken_back_once_asked_again(
    client: Client, change: int, ana: int, remark: int
) -> None:
    enter(client, ana)
    assert "First words" in client.get(f"/remarks/{remark}/remove/").content.decode()
    assert words(change) == [("First words", False)]
    assert client.post(f"/remarks/{remark}/remove/").status_code == 303
    page = client.get(f"/p/lumen/changes/{change}/").content.decode()
    assert "First words" not in page
    for verb in ("edit", "remove"):
        assert client.get(f"/remarks/{remark}/{verb}/").status_code == 404
        assert client.post(f"/remarks/{remark}/{verb}/", {"text": "Back"}).status_code == 404
    assert all(removed for _text, removed in words(change))


@pytest.mark.parametrize("verb", ["edit", "remove"])
def test_nobody_else_changes_them(
    client: Client, town: Town, change: int, remark: int, verb: str
) -> None:
    address = f"/remarks/{remark}/{verb}/"
    assert client.get(address)["Location"] == f"/account/sign-in/?next={address}"
    assert client.post(address, {"text": "Mine now"}).status_code == 302
    for member_id in (town.maker, town.owner):
        enter(client, member_id)
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "Mine now"}).status_code == 404
    assert words(change) == [("First words", False)]


@pytest.mark.parametrize("verb", ["edit", "remove"])
@pytest.mark.parametrize("number", [0, 9999, 10**17, 10**30])
def test_there_is_no_such_remark(client: Client, ana: int, number: int, verb: str) -> None:
    assert enter(client, ana).get(f"/remarks/{number}/{verb}/").status_code == 404


def test_the_words_of_a_cell_are_changed_in_the_report(client: Client, town: Town) -> None:
    (bo,) = make_people(town.product, 1)
    release_id = open_week(town, 3, version="5.3")
    fill(release_id, bo, lambda shown: ReportCells(best=shown[0], why_best="Fast", wanted="More"))
    enter(client, bo)
    for number in range(1, 4):
        for verb in ("edit", "remove"):
            assert client.get(f"/remarks/{number}/{verb}/").status_code == 404
            assert client.post(f"/remarks/{number}/{verb}/", {"text": "x"}).status_code == 404
