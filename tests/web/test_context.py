"""What the frame of every page shows, and what it costs."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from canyu.channels.services import write_notices
from canyu.journal import clock
from canyu.members.services import make_start_link, use_invitation
from canyu.products.services import add_product
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


@pytest.fixture
def olga(member_named: Callable[..., int]) -> int:
    member_id = member_named("olga", name="Olga")
    use_invitation(token=make_start_link(at=clock.now()), member_id=member_id, at=clock.now())
    return member_id


@pytest.fixture
def lumen(olga: int) -> int:
    name = {"en": "Lumen", "zh-hans": "流明"}
    return add_product(actor_id=olga, slug="lumen", name=name, at=clock.now())


def head_of(client: Client, address: str, **headers: str) -> str:
    page = client.get(address, **headers).content.decode()
    return page.split('<header class="head">')[1].split("</header>")[0]


def test_a_stranger_is_shown_the_way_in_and_back(client: Client) -> None:
    head = head_of(client, "/test/blank/?page=2")
    assert 'href="/account/sign-in/?next=%2Ftest%2Fblank%2F%3Fpage%3D2"' in head
    assert "<nav" not in head
    assert ">Canyu<" in head


def test_signing_in_does_not_lead_back_to_signing_in(client: Client) -> None:
    assert 'href="/account/sign-in/"' in head_of(client, "/account/sign-in/")


def test_a_member_sees_their_face_instead(signed_in: Client, jonas: int) -> None:
    head = head_of(signed_in, "/test/blank/")
    assert f'src="/faces/{jonas}.svg"' in head
    assert 'alt="You, Jonas Weber"' in head
    assert "/account/sign-in/" not in head
    assert 'href="/test/notices/"' in head


@pytest.mark.usefixtures("lumen")
def test_a_product_names_the_page_and_its_ways(client: Client) -> None:
    head = head_of(client, "/test/p/lumen/")
    assert ">Lumen<" in head
    assert 'href="/test/p/lumen/" aria-current="page"' in head
    assert 'href="/test/p/lumen/releases/">' in head
    assert "/team/" not in head
    chinese = head_of(client, "/test/p/lumen/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert ">流明<" in chinese


@pytest.mark.usefixtures("lumen")
def test_a_page_below_a_way_is_on_that_way(client: Client) -> None:
    head = head_of(client, "/test/p/lumen/releases/5.2/")
    assert head.count("aria-current") == 1
    assert 'href="/test/p/lumen/releases/" aria-current="page"' in head


@pytest.mark.usefixtures("lumen")
def test_the_team_sees_the_way_to_its_pages(client: Client) -> None:
    client.login(username="olga", password=PASSWORD)
    assert 'href="/test/p/lumen/team/"' in head_of(client, "/test/p/lumen/")


def test_unread_notices_are_counted_in_the_head(signed_in: Client, jonas: int, lumen: int) -> None:
    assert "unread" not in head_of(signed_in, "/test/blank/")
    write_notices(
        member_ids=[jonas], product_id=lumen, kind="credit", key="1", facts={}, at=clock.now()
    )
    assert "1 unread notice<" in head_of(signed_in, "/test/blank/")


def test_a_product_that_is_not_there_is_said_so(client: Client) -> None:
    assert client.get("/test/p/none/").status_code == 404


@pytest.mark.usefixtures("lumen")
def test_the_frame_costs_a_stranger_one_query_for_the_product(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/test/p/lumen/")


@pytest.mark.usefixtures("lumen")
def test_the_frame_costs_a_member_five_queries(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Session, member, product, whether they are in its team, and their unread notices.
    with django_assert_num_queries(5):
        signed_in.get("/test/p/lumen/")


def test_the_other_language_is_one_button_away(client: Client) -> None:
    assert 'name="language" value="zh-hans"' in head_of(client, "/test/blank/")
    response = client.post("/language/setlang/", {"language": "zh-hans", "next": "/test/blank/"})
    assert response.headers["Location"] == "/test/blank/"
    assert 'name="language" value="en"' in head_of(client, "/test/blank/")
