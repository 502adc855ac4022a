"""Cards: shown by choice, seen logged out, taken back, and come by."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from canyu.credits.models import Card, Guest
from canyu.credits.queries.cards import guests_of
from canyu.members.queries import member_by_handle
from canyu.members.services import change_profile, choose_credit_name, deactivate_member
from canyu.products.services import change_product
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, settle, ship

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MARKUP = "<script>alert(1)</script>\"'&"


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    made = make_hamlet()
    ship(made, at=AT - HOUR)
    return made


def as_member(client: Client, handle: str) -> Client:
    client.logout()
    assert client.login(username=handle, password=PASSWORD)
    return client


def show(client: Client, hamlet: Hamlet, handle: str = "ana") -> str:
    """A member shows what came of their asking; the address of the card."""
    as_member(client, handle)
    answer = client.post("/cards/", {"change": str(hamlet.change_id)})
    assert answer.status_code == 303
    client.logout()
    return str(answer["Location"])


def sign_up(client: Client, handle: str) -> Any:
    said = {"username": handle, "name": handle.title(), "password1": PASSWORD}
    return client.post("/account/sign-up/", said)


def test_it_is_shown_by_one_tap_and_taken_back_by_another(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    assert "Show it to friends" in client.get("/members/ana/").content.decode()
    card = show(client, hamlet)
    as_member(client, "ana")
    assert client.post("/cards/", {"change": str(hamlet.change_id)})["Location"] == card
    assert f'href="{card}"' in client.get("/members/ana/").content.decode()
    own = client.get(card).content.decode()
    assert "data-copy" in own
    as_member(client, "bo")
    assert client.post(f"{card}back/").status_code == 404
    assert "data-copy" not in client.get(card).content.decode()
    as_member(client, "ana")
    assert client.post(f"{card}back/").status_code == 302
    client.logout()
    for name in ("", "en/", "en.png", "zh-hans.svg"):
        assert client.get(card + name).status_code == 410, name
    assert show(client, hamlet) != card
    assert client.get(card).status_code == 410


def test_the_way_to_it_stands_where_one_is_thanked(client: Client, hamlet: Hamlet) -> None:
    settle(AT)
    as_member(client, "ana")
    places = ("/notices/", f"/p/lumen/changes/{hamlet.change_id}/")
    for place in places:
        assert "Show it to friends" in client.get(place).content.decode(), place
    card = show(client, hamlet)
    as_member(client, "ana")
    for place in places:
        assert f'href="{card}"' in client.get(place).content.decode(), place
    # Whoever wishes not to be named is not asked to show themself.
    choose_credit_name(actor_id=hamlet.ana, way="none", alias="", at=AT)
    for place in places:
        page = client.get(place).content.decode()
        assert "Show it to friends" not in page, place
        assert card not in page, place


def test_a_stranger_sees_it_and_so_do_those_who_preview_links(
    client: Client, hamlet: Hamlet
) -> None:
    card = show(client, hamlet)
    page = client.get(f"{card}en/").content.decode()
    for words in ("I asked for this.", "Ana Li", "Lin Yue", "Paste a table and it stays a table"):
        assert words in page
    assert f'property="og:image" content="http://testserver{card}en.png"' in page
    assert f'property="og:url" content="http://testserver{card}en/"' in page
    assert 'name="twitter:card" content="summary_large_image"' in page
    chinese = client.get(f"{card}zh-hans/")
    assert "这是我提的" in chinese.content.decode()
    assert f"http://testserver{card}zh-hans.png" in chinese.content.decode()
    assert chinese["Content-Language"] == "zh-hans"
    for name in ("zh-hans-tall.png", "en.png"):
        assert client.get(card + name).content.startswith(b"\x89PNG")
    told = client.get(f"{card}en.svg")
    assert told["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in told["Content-Security-Policy"]
    assert "sandbox" in told["Content-Security-Policy"]
    assert told["X-Content-Type-Options"] == "nosniff"
    assert "Paste a table and it turns to soup" in re.sub(r"<[^>]+>", " ", told.content.decode())
    assert "2 others asked for it too" in told.content.decode()
    again = client.get(f"{card}en.svg", headers={"If-None-Match": told["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", told["ETag"])


@pytest.mark.parametrize(
    "name", ["fr/", "fr.png", "en.gif", "en-tall", "en-wide.png", "../en.png", "%00.png"]
)
def test_what_is_no_picture_of_it_is_not_there(client: Client, hamlet: Hamlet, name: str) -> None:
    card = show(client, hamlet)
    assert client.get(card + name).status_code == 404
    assert client.get(f"/cards/{'x' * 16}/{name}").status_code == 404


def test_a_name_that_is_markup_is_a_name(client: Client, hamlet: Hamlet) -> None:
    change_profile(actor_id=hamlet.ana, name=MARKUP, about="", at=AT)
    card = show(client, hamlet)
    for name in ("en/", "en.svg"):
        said = client.get(card + name).content.decode()
        assert "<script>alert" not in said
        assert "&lt;script&gt;alert" in said


def test_another_name_is_all_that_a_card_tells(client: Client, hamlet: Hamlet) -> None:
    choose_credit_name(actor_id=hamlet.ana, way="alias", alias="Kingfisher", at=AT)
    card = show(client, hamlet)
    for name in ("en/", "en.svg"):
        said = client.get(card + name).content.decode()
        assert "Kingfisher" in said
        assert "Ana" not in said
        assert "/members/ana/" not in said
    choose_credit_name(actor_id=hamlet.ana, way="none", alias="", at=AT)
    assert client.get(card).status_code == 410
    as_member(client, "ana")
    assert client.post("/cards/", {"change": str(hamlet.change_id)}).status_code == 409


def test_only_what_one_brought_about_can_be_shown(client: Client, hamlet: Hamlet) -> None:
    assert client.post("/cards/", {"change": str(hamlet.change_id)}).status_code == 302
    as_member(client, "olga")
    for change, status in ((str(hamlet.change_id), 409), ("99999999", 404), ("x", 404), ("", 404)):
        assert client.post("/cards/", {"change": change}).status_code == status, change
    assert Card.objects.count() == 0


def test_a_closed_product_stays_closed(client: Client, hamlet: Hamlet, settings: Any) -> None:
    card = show(client, hamlet)
    change_product(actor_id=hamlet.owner, product_id=hamlet.product_id, visibility="members", at=AT)
    for name in ("", "en/", "en.png", "en.svg"):
        assert client.get(card + name).status_code == 404, name
    assert client.post(f"{card}come/").status_code == 404
    as_member(client, "bo")
    assert client.get(f"{card}en.png")["Cache-Control"] == "private, no-cache"


def test_a_card_opens_no_door_where_accounts_are_by_invitation(
    client: Client, hamlet: Hamlet, settings: Any
) -> None:
    settings.CANYU_SIGNUP = "invited"
    card = show(client, hamlet)
    page = client.get(f"{card}en/").content.decode()
    assert "Ask Ana Li to ask the team" in page
    assert f"{card}come/" not in page
    assert client.post(f"{card}come/").status_code == 403
    assert sign_up(client, "dan").status_code == 403


def test_a_friend_is_told_first_and_then_counted_once(client: Client, hamlet: Hamlet) -> None:
    card = show(client, hamlet)
    told = "it is kept that you came by Ana Li’s card"
    assert told in client.get(f"{card}en/").content.decode()
    assert client.post(f"{card}come/")["Location"] == "/account/sign-up/"
    assert "you came by Ana Li’s card" in client.get("/account/sign-up/").content.decode()
    assert sign_up(client, "dan")["Location"] == card
    dan = member_by_handle("dan").id
    assert Guest.objects.get().member_id == dan
    # Whoever is here already comes by no card.
    assert client.post(f"{card}come/").status_code == 303
    own = as_member(client, "ana").get(card).content.decode()
    assert "1 person made an account by your cards." in own
    assert "Invited" not in client.get("/members/ana/").content.decode()
    client.post(card, {})
    as_member(client, "dan").post(f"/p/lumen/topics/{hamlet.dark}/voice/", {"words": "me too"})
    guests = guests_of(hamlet.ana)
    assert (guests.n_came, guests.n_took_part) == (1, 1)
    assert "Invited 1 person who took part" in client.get("/members/ana/").content.decode()
    deactivate_member(actor_id=dan, member_id=dan, at=AT)
    assert guests_of(hamlet.ana).n_came == 0


def test_a_friend_may_leave_it_out(client: Client, hamlet: Hamlet) -> None:
    card = show(client, hamlet)
    client.post(f"{card}come/")
    assert client.post("/cards/alone/").status_code == 303
    assert "card" not in client.get("/account/sign-up/").content.decode().partition("<main")[2]
    assert sign_up(client, "dan").status_code == 302
    assert Guest.objects.count() == 0


def test_a_card_that_is_gone_meanwhile_invites_nobody(client: Client, hamlet: Hamlet) -> None:
    card = show(client, hamlet)
    client.post(f"{card}come/")
    deactivate_member(actor_id=hamlet.ana, member_id=hamlet.ana, at=AT)
    assert client.get(card).status_code == 410
    assert sign_up(client, "dan").status_code == 302
    assert Guest.objects.count() == 0


@pytest.mark.parametrize("n_others", [1, 3])
def test_it_asks_the_store_the_same_however_many_asked(
    client: Client, hamlet: Hamlet, django_assert_max_num_queries: Any, n_others: int
) -> None:
    card = show(client, hamlet, ("ana", "bo", "cai")[n_others - 1])
    with django_assert_max_num_queries(20):
        client.get(f"{card}en.svg")
