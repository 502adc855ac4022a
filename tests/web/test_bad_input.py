"""Whatever is sent to these pages, they answer with a sentence, never with a fault of ours."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from canyu.releases.services import draft_release
from tests.places import IS_POSTGRES
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, plan_something, ship

pytestmark = pytest.mark.django_db
HUGE = 10**24
# A PostgreSQL minds what is too long, too high or no text; a SQLite only what no number holds.
ODD = (
    ("\0", "x" * 60_000, "\u202e", "9" * 24, "“</script>")
    if IS_POSTGRES
    else ("-1", "9" * 24, "%(x)s")
)


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    hamlet = make_hamlet()
    plan_something(hamlet)
    return hamlet


@pytest.fixture
def owner(client: Client, hamlet: Hamlet) -> Client:
    assert client.login(username="olga", password=PASSWORD)
    return client


ADDRESSES = (
    f"topics/{HUGE}/",
    f"topics/?page={HUGE}",
    "topics/?q=%00",
    "topics/?status=%FF&kind=%00&page=-1",
    "topics/?area=%00&version=%FF&sort=x&unanswered=%00&mine=%FF",
    f"topics/1/?quote={HUGE}",
    f"topics/{HUGE}/history/",
    f"topics/{HUGE}/edit/",
    "topics/1/history/",
    "topics/1/merge/?q=%00",
    "topics/1/move/",
    "team/help/",
    "team/moderation/",
    f"topics/1/?reply={HUGE}",
    f"team/plan/{HUGE}/",
    f"team/releases/{HUGE}/",
    f"team/releases/{HUGE}/publish/",
    f"team/releases/1/changes/{HUGE}/",
    f"team/awards/{HUGE}/",
    "team/exposure/?version=%00",
    f"wall/?page={HUGE}",
    f"releases/?page={HUGE}",
    "releases/?page=%FF",
    "releases/%00/",
    "releases/%FF/results/",
    f"releases/{'9' * 300}/report/",
    f"changes/{HUGE}/",
    f"changes/1/?reply={HUGE}",
)


def test_odd_addresses(owner: Client, hamlet: Hamlet) -> None:
    draft_release(actor_id=hamlet.lin, product_id=hamlet.product_id, version="9", at=AT)
    for address in ADDRESSES:
        assert owner.get(f"/p/lumen/{address}").status_code in {200, 404}, address


FORMS = {
    "/p/lumen/topics/new/": ("title", "kind", "words", "area", "seen"),
    "/p/lumen/topics/1/": ("text", "parent"),
    "/p/lumen/topics/1/voice/": ("voice", "words"),
    "/p/lumen/topics/1/voice/somebody/": ("for-handle", "for-name", "for-heard_in", "words"),
    "/p/lumen/topics/1/answered/": ("remark",),
    "/p/lumen/topics/1/wish/": ("wish",),
    "/p/lumen/topics/1/edit/": ("title", "words", "kind", "area"),
    "/p/lumen/topics/1/flag/": ("reason", "words"),
    "/p/lumen/topics/1/flag/1/": ("reason", "words"),
    "/p/lumen/topics/1/lock/": ("lock-reason", "lock"),
    "/p/lumen/topics/2/hide/": ("hide-reason", "hide"),
    "/p/lumen/topics/1/merge/": ("into", "reason"),
    "/p/lumen/topics/1/move/": ("product", "reason"),
    "/p/lumen/topics/1/unmerge/": ("topic",),
    "/p/lumen/topics/1/remarks/1/hide/": ("hide", "back"),
    "/p/lumen/topics/1/status/": ("status", "reason", "version"),
    "/p/lumen/topics/1/keeper/": ("keeper",),
    "/p/lumen/changes/1/": ("text", "reply"),
    "/remarks/1/edit/": ("text",),
    "/remarks/1/remove/": ("text",),
    "/p/lumen/join/": ("ring",),
    "/p/lumen/join/device/": ("device", "version"),
    "/me/": ("name", "about"),
    "/me/face/": ("picture",),
    "/me/language/": ("language",),
    "/me/keys/": ("name",),
    "/p/lumen/team/plan/new/": ("title_en", "state", "keeper", "due_on", "find", "topics"),
    "/p/lumen/team/plan/1/": ("title_en", "reason_zh", "keeper", "due_version", "topics"),
    "/p/lumen/team/releases/new/": ("version", "notes_en"),
    "/p/lumen/team/releases/1/": ("version", "notes_zh"),
    "/p/lumen/team/releases/1/away/": ("version",),
    "/p/lumen/team/releases/1/pick/": ("picked",),
    "/p/lumen/team/releases/1/publish/": ("ring_daily",),
    "/p/lumen/team/releases/1/changes/new/": ("kind", "text_en", "makers", "topics", "find"),
    "/p/lumen/team/train/": ("zone", "weekday", "leaves_at", "n_freeze_hours"),
    "/p/lumen/team/people/add/": ("handle", "role"),
    "/p/lumen/team/people/invite/": ("role", "ring", "n_uses", "valid_days"),
    "/p/lumen/team/people/recover/": ("handle",),
    "/p/lumen/team/people/2/role/": ("role",),
    "/p/lumen/team/areas/": ("slug", "name_en"),
    "/p/lumen/team/areas/1/": ("name_en", "makers"),
    "/p/lumen/team/exposure/": ("table",),
    "/p/lumen/team/product/": ("name_en", "about_en", "visibility", "language"),
}


def test_odd_forms(owner: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT)
    draft_release(actor_id=hamlet.lin, product_id=hamlet.product_id, version="9", at=AT)
    for address, names in FORMS.items():
        # Nobody is too quick for the form after this one.
        cache.clear()
        with transaction.atomic():
            for name in names if IS_POSTGRES else ():
                assert owner.post(address, {name: "\0"}).status_code < 500, (address, name)
            for odd in ODD:
                answer = owner.post(address, dict.fromkeys(names, odd))
                assert answer.status_code < 500, (address, odd[:10])
            assert owner.post(address, {}).status_code < 500, address
            # Each form finds what the one before it found.
            transaction.set_rollback(True)
