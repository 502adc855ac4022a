"""Before the close nobody learns what was said: whatever it is, every page stays the same.

The same people say two different things, and each page and file of the product is fetched
after the one and after the other: a count, an order, a word that got out would be a difference.
"""

import re
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from canyu.journal.services import deliver_due
from canyu.members.services import make_key
from canyu.plan.services import put_plan_item
from canyu.products.services import change_product
from canyu.releases.queries import changes_of
from canyu.reports.rules import ReportCells
from canyu.reports.services import close_report
from tests.builders import (
    FRIDAY,
    TUESDAY,
    Town,
    fill,
    make_people,
    open_week,
    publish,
    town,
)

pytestmark = pytest.mark.django_db
__all__ = ["town"]

NOW = TUESDAY + timedelta(hours=1)
SECRETS = ("zebra", "walrus", "kiwi")
RELEASE = "/p/lumen/releases/5.2/"
RESULTS_API = "/api/v1/products/lumen/releases/5.2/results"
STARTS = (
    "/",
    "/p/lumen/",
    RELEASE,
    f"{RELEASE}results/",
    f"{RELEASE}results.csv",
    f"{RELEASE}results.json",
    "/p/lumen/results/",
    f"{RELEASE}report/",
    "/notices/",
    "/me/data.json",
    "/api/v1/products",
    "/api/v1/products/lumen",
    "/api/v1/products/lumen/releases",
    "/api/v1/products/lumen/releases/5.2",
    "/api/v1/products/lumen/releases/5.2/turnout",
    RESULTS_API,
    "/api/v1/products/lumen/releases/5.2/report",
    "/api/v1/products/lumen/plan",
    "/api/v1/products/lumen/topics",
    "/api/v1/products/lumen/wall",
)
# Signing in and out, other languages, and what says nothing of a product.
ELSEWHERE = ("/account/", "/language/", "/static/", "/faces/", "/pictures/", "/me/", "/join/")
MOST_PAGES = 36


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: NOW)


class Reader:
    """Somebody who looks at everything, as a person and as a program."""

    def __init__(self, member_id: int | None) -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        if member_id is not None:
            self.client.force_login(get_user_model().objects.get(pk=member_id))
            key = make_key(actor_id=member_id, name="t", at=FRIDAY)
            self.headers = {"Authorization": f"Bearer {key}"}
        # A notice is new once only, and a key is unused until it is used.
        self.client.get("/notices/")
        self.look_at(RESULTS_API)

    def walk(self) -> dict[str, str]:
        """{address: what stands there} of all that can be reached."""
        found: dict[str, str] = {}
        ahead = deque(STARTS)
        while ahead and len(found) < MOST_PAGES:
            address = ahead.popleft().split("#")[0]
            if address in found or (address.startswith(ELSEWHERE) and address not in STARTS):
                continue
            found[address], status = self.look_at(address)
            assert status < 500, address
            ahead += re.findall(r'href="(/[^"]*)"', found[address])
        return found

    def look_at(self, address: str) -> tuple[str, int]:
        """What stands at an address, without what is drawn anew each time; and the status."""
        headers = self.headers if address.startswith("/api/") else {}
        answer = self.client.get(address, headers=headers)
        text = answer.content.decode(errors="replace")
        # Each form has its own.
        drawn = r'name="(csrfmiddlewaretoken|look)" value="\w+"'
        return re.sub(drawn, "", text), answer.status_code


def say(release_id: int, people: Sequence[int], choices: Sequence[ReportCells]) -> None:
    for number, member_id in enumerate(people):
        fill(release_id, member_id, choices[number % len(choices)], at=NOW)
    while deliver_due(at=NOW):
        pass


# Pages are the same on both stores, or other tests fail.
@pytest.mark.sqlite
def test_what_was_said_changes_no_page(town: Town) -> None:
    items = [
        put_plan_item(
            actor_id=town.owner,
            product_id=town.product,
            title={"en": title},
            state="planned",
            at=FRIDAY,
        )
        for title in ("Moon", "Sun")
    ]
    publish(town, 1, version="5.1", at=FRIDAY - timedelta(days=7))
    bo, filled, *people = make_people(town.product, 8)
    release_id = open_week(town, 4)
    one, two, three, four = (change.id for change in changes_of([release_id]))
    say(release_id, [filled], [ReportCells("shrug", best=two)])
    readers = [Reader(who) for who in (None, bo, filled, town.maker, town.owner)]

    say(
        release_id,
        people,
        [
            ReportCells("scream", best=one, worst=four, wanted_item=items[0], why_best="zebra"),
            ReportCells("smile", best=one, worst=four, wanted="walrus", why_worst="kiwi"),
        ],
    )
    first = [reader.walk() for reader in readers]
    say(
        release_id,
        people,
        [ReportCells("sigh", best=three, worst=two, untried=(one,), wanted_item=items[1])],
    )
    second = [reader.walk() for reader in readers]

    for before, after in zip(first, second, strict=True):
        assert {f"/p/lumen/changes/{one.id}/" for one in changes_of([release_id])} < set(before)
        assert before.keys() == after.keys()
        assert [address for address in before if before[address] != after[address]] == []
        assert not [one for one in before if any(word in before[one] for word in SECRETS)]

    # All this would have seen it: after the close it is told.
    say(release_id, people, [ReportCells("sigh", best=three, worst=two, why_best="zebra")])
    close_report(release_id=release_id, at=NOW)
    for reader, before in zip(readers, second, strict=True):
        for address in (f"{RELEASE}results/", f"{RELEASE}results.json", RESULTS_API):
            told, status = reader.look_at(address)
            assert status == 200
            assert told != before[address]


@pytest.mark.parametrize("stage", ["open", "closed"])
def test_what_only_members_may_see_is_not_there_for_strangers(town: Town, stage: str) -> None:
    change_product(actor_id=town.owner, product_id=town.product, visibility="members", at=FRIDAY)
    (bo,) = make_people(town.product, 1)
    release_id = open_week(town, 2)
    say(release_id, [bo], [ReportCells("smile", wanted="walrus")])
    if stage == "closed":
        close_report(release_id=release_id, at=NOW)
    stranger, member = Reader(None), Reader(bo)
    (change_id, _other) = (one.id for one in changes_of([release_id]))
    for address in (*STARTS, f"/p/lumen/changes/{change_id}/", "/p/lumen/topics/"):
        told, _status = stranger.look_at(address)
        assert "Change 1 of 5.2" not in told, address
        assert "Lumen" not in told, address
    for address in (RELEASE, f"/p/lumen/changes/{change_id}/"):
        assert stranger.look_at(address)[1] == 404
        assert member.look_at(address)[1] == 200
