"""Owners look after the addresses to which facts are sent."""

import re
from typing import Any

import pytest
from django.test import Client

from canyu.channels.models import Sending, Webhook
from canyu.channels.queries import webhooks_of
from canyu.web.forms.webhooks import KINDS as SHOWN
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet

pytestmark = pytest.mark.django_db
HERE = "/p/lumen/team/webhooks/"


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


@pytest.fixture
def owner(client: Client, hamlet: Hamlet) -> Client:
    assert client.login(username="olga", password=PASSWORD)
    return client


def add(owner: Client, address: str = "https://webhook.example/in") -> Any:
    return owner.post(HERE, {"address": address, "kinds": ["topic.raised"]})


def test_a_secret_is_shown_once_and_never_again(owner: Client, hamlet: Hamlet) -> None:
    page = add(owner).content.decode()
    (secret,) = re.findall(r"whsec_[\w+/=]+", page)
    assert Webhook.objects.get().secrets[0][0] == secret
    (webhook,) = webhooks_of(hamlet.product_id)
    here = f"{HERE}{webhook.id}/"
    assert secret not in owner.get(here).content.decode()
    renewed = owner.post(f"{here}do/", {"act": "secret"}).content.decode()
    assert "whsec_" in renewed
    assert secret not in renewed
    assert owner.post(f"{here}do/", {"act": "test"}).status_code == 303
    assert "&quot;type&quot;: &quot;test&quot;" in owner.get(here).content.decode()
    changed = {"act": "change", "kinds": ["pain.noticed"], "paused": "1"}
    assert owner.post(f"{here}do/", changed).status_code == 303
    (webhook,) = webhooks_of(hamlet.product_id)
    assert (webhook.kinds, webhook.state) == (("pain.noticed",), "paused")
    assert owner.post(f"{here}do/", {"act": "change"}).status_code == 400
    assert owner.post(f"{here}do/", {"act": "burn"}).status_code == 400
    assert owner.post(f"{here}do/", {"act": "remove"}).status_code == 303
    assert owner.get(here).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["", "http://w.example/", "https://user:pw@w.example/", "\0", "x" * 9_000],
)
def test_an_address_that_cannot_be_taken_stays_in_the_form(owner: Client, address: str) -> None:
    assert add(owner, address).status_code == 400
    assert not Webhook.objects.exists()


def test_what_the_other_side_says_is_shown_as_words(owner: Client, hamlet: Hamlet) -> None:
    add(owner)
    webhook = Webhook.objects.get()
    Sending.objects.create(
        webhook=webhook, key="k", kind="test", body="{}", made_at=AT, state="sent", said="<script>x"
    )
    assert "&lt;script&gt;x" in owner.get(f"{HERE}{webhook.pk}/").content.decode()


def test_makers_and_others_are_told_no(client: Client, hamlet: Hamlet) -> None:
    assert client.login(username="lin", password=PASSWORD)
    assert client.get(HERE).status_code == 403
    assert add(client).status_code == 403


def test_the_page_names_every_kind() -> None:
    from canyu.channels.webhook_rules import KINDS  # noqa: PLC0415

    assert tuple(key for key, _ in SHOWN) == KINDS


@pytest.mark.parametrize("n_rows", [1, 3])
def test_the_list_costs_the_same_however_long(
    owner: Client, n_rows: int, django_assert_num_queries: Any
) -> None:
    for n in range(n_rows):
        add(owner, f"https://webhook.example/{n}")
    with django_assert_num_queries(11):
        owner.get(HERE)
