"""The page of who was ahead, for the team alone; and the invitation, for the one invited."""

from typing import Any

import pytest
from django.test import Client

from canyu.credits.models import LeadNight
from canyu.credits.queries.leads import is_left_alone, leads_of
from canyu.members.models import Member
from canyu.products.models import RingInvitation
from tests.builders import Town, make_member, make_town
from tests.credits.lead_story import NIGHT, make_suggestion

pytestmark = pytest.mark.django_db
PAGE = "/p/lumen/team/leads/"
N_PAGE = 16


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: NIGHT)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def signed_in(member_id: int) -> Client:
    client = Client()
    client.force_login(Member.objects.get(pk=member_id))
    return client


def test_only_the_team_sees_who_was_ahead_and_why(town: Town) -> None:
    mara, _lead = make_suggestion(town)
    page = signed_in(town.maker).get(PAGE).content.decode()
    assert "8 of 8 early voices came true" in page
    assert "it would be 1.5" in page
    assert "between 60 and 100 come true" in page
    assert "It shipped, for those who asked." in page
    # A maker invites to talks; only who decides for the product opens a ring.
    assert "A talk with the team" in page
    assert 'value="daily"' not in page
    assert 'value="daily"' in signed_in(town.owner).get(PAGE).content.decode()
    for member_id in (mara, make_member("passer")):
        assert signed_in(member_id).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_the_page_says_that_it_is_too_early(town: Town) -> None:
    client = signed_in(town.owner)
    page = client.get(PAGE).content.decode()
    assert "Too early to tell" in page
    assert "spoken early 5 times" in page
    LeadNight.objects.create(product_id=town.product, figures={"most": 6})
    assert "nobody could stand out surely" in client.get(PAGE).content.decode()
    page = client.get(PAGE, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "还说不准" in page


def test_as_many_queries_for_three_as_for_one(town: Town, django_assert_num_queries: Any) -> None:
    client = signed_in(town.owner)
    make_suggestion(town)
    client.get(PAGE)
    with django_assert_num_queries(N_PAGE):
        client.get(PAGE)
    make_suggestion(town, "nora")
    make_suggestion(town, "otto")
    # People came: what the head says of a desk is made anew, once.
    client.get(PAGE)
    with django_assert_num_queries(N_PAGE):
        client.get(PAGE)


def test_inviting_answering_and_what_is_refused(town: Town) -> None:
    mara, lead = make_suggestion(town)
    owner, invited = signed_in(town.owner), signed_in(mara)
    assert invited.get("/p/lumen/invited/").status_code == 404
    act = f"{PAGE}{lead}/"
    empty = owner.post(act, {"act": "invite", f"invite{lead}-ring": "daily"})
    assert empty.status_code == 400
    said = {f"invite{lead}-ring": "nowhere", f"invite{lead}-words": "Come"}
    assert owner.post(act, {"act": "invite", **said}).status_code == 400
    assert owner.post(act, {"act": "sing"}).status_code == 400
    assert owner.post(f"{PAGE}999/", {"act": "never"}).status_code == 404
    said[f"invite{lead}-ring"] = "daily"
    assert signed_in(town.maker).post(act, {"act": "invite", **said}).status_code == 400
    assert owner.post(act, {"act": "invite", **said}).status_code == 303
    assert RingInvitation.objects.filter(member_id=mara).exists()
    assert owner.post(act, {"act": "never"}).status_code == 409

    page = invited.get("/p/lumen/invited/").content.decode()
    assert "Come" in page
    assert "It shipped, for those who asked." in page
    assert "early voices came true" not in page
    assert invited.post("/p/lumen/invited/", {"answer": "no"}).status_code == 303
    assert invited.post("/p/lumen/invited/", {"answer": "maybe"}).status_code == 400
    assert leads_of(town.product)[0].answer == "no"
    assert "They said no." in owner.get(PAGE).content.decode()


def test_a_member_says_on_their_page_that_they_want_to_be_left_alone(town: Town) -> None:
    mara, _lead = make_suggestion(town)
    client = signed_in(mara)
    assert "Do not look at mine" in client.get("/me/").content.decode()
    assert client.post("/me/early-voices/", {"look": "no"}).status_code == 303
    assert is_left_alone(mara)
    assert leads_of(town.product) == []
    assert "because you wish so" in client.get("/me/").content.decode()
    client.post("/me/early-voices/", {"look": "yes"})
    assert not is_left_alone(mara)
