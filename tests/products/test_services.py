"""Products, teams, areas and exposure."""

from datetime import date, datetime, timedelta

import pytest

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.queries import n_events
from canyu.members import services as members
from canyu.products import queries, services
from canyu.products.errors import AreaRefused, ExposureRefused, ProductRefused, TeamRefused
from canyu.products.exposure_table import MAX_ROWS, ExposureRow

from .conftest import register

pytestmark = pytest.mark.django_db


def roles(product_id: int) -> dict[int, str]:
    return {person.member_id: person.role for person in queries.team_of(product_id)}


def test_a_product_begins_with_its_owner_and_three_rings(owner: int, lumen: int) -> None:
    view = queries.product_of("lumen", None)
    assert (view.id, view.name["zh-hans"], view.visibility) == (lumen, "流明", "open")
    assert roles(lumen) == {owner: "owner"}
    assert [(ring.key, ring.joining) for ring in queries.rings_of(lumen)] == [
        ("daily", "invited"),
        ("weekly", "open"),
        ("everyone", "open"),
    ]
    assert n_events("ProductAdded") == 1


def test_only_the_operator_makes_products(ana: int, at: datetime) -> None:
    for actor_id in (ana, 0):
        with pytest.raises(NotAllowed):
            services.add_product(actor_id=actor_id, slug="lumen", name={"en": "L"}, at=at)
    assert queries.products_for(ana) == []


@pytest.mark.parametrize(
    "words",
    [{"slug": "No!"}, {"name": {}}, {"name": {"en": "a" * 81}}, {"about": {"en": "a" * 2001}},
     {"visibility": "secret"}, {"language": "!"}, {"slug": "lumen"}],
)  # fmt: skip
@pytest.mark.usefixtures("lumen")
def test_a_product_that_cannot_be_is_refused_whole(
    words: dict[str, str], owner: int, at: datetime
) -> None:
    given: dict[str, object] = {"slug": "other", "name": {"en": "Other"}, **words}
    with pytest.raises(ProductRefused):
        services.add_product(actor_id=owner, at=at, **given)  # type: ignore[arg-type]
    assert [product.slug for product in queries.products_for(owner)] == ["lumen"]


def test_a_product_is_changed_by_its_owners(
    owner: int, maker: int, lumen: int, at: datetime
) -> None:
    services.change_product(
        actor_id=owner, product_id=lumen, about={"en": "Light."}, visibility="members", at=at
    )
    with pytest.raises(NotFound):
        queries.product_of("lumen", None)
    view = queries.product_of("lumen", maker)
    assert (view.about, view.name["en"]) == ({"en": "Light."}, "Lumen")
    with pytest.raises(NotAllowed):
        services.change_product(actor_id=maker, product_id=lumen, visibility="open", at=at)
    with pytest.raises(NotFound):
        services.change_product(actor_id=owner, product_id=0, visibility="open", at=at)


def test_a_team_grows_and_shrinks(owner: int, lumen: int, ana: int, at: datetime) -> None:
    services.add_team_member(actor_id=owner, product_id=lumen, member_id=ana, at=at)
    assert roles(lumen) == {owner: "owner", ana: "maker"}
    assert (queries.is_team(lumen, ana), queries.is_owner(lumen, ana)) == (True, False)
    with pytest.raises(TeamRefused):
        services.add_team_member(actor_id=owner, product_id=lumen, member_id=ana, at=at)
    services.remove_team_member(actor_id=ana, product_id=lumen, member_id=ana, at=at)
    assert roles(lumen) == {owner: "owner"}
    with pytest.raises(NotFound):
        services.remove_team_member(actor_id=owner, product_id=lumen, member_id=ana, at=at)
    services.add_team_member(actor_id=owner, product_id=lumen, member_id=ana, at=at)
    assert queries.team_member_ids(lumen) == [owner, ana]
    assert (n_events("TeamJoined"), n_events("TeamLeft")) == (2, 1)


def test_only_owners_change_a_team(
    owner: int, lumen: int, maker: int, bo: int, at: datetime
) -> None:
    for actor_id in (maker, bo, 0):
        with pytest.raises(NotAllowed):
            services.add_team_member(actor_id=actor_id, product_id=lumen, member_id=bo, at=at)
        with pytest.raises(NotAllowed):
            services.remove_team_member(actor_id=actor_id, product_id=lumen, member_id=owner, at=at)
        with pytest.raises(NotAllowed):
            services.change_role(
                actor_id=actor_id, product_id=lumen, member_id=maker, role="owner", at=at
            )
    assert roles(lumen) == {owner: "owner", maker: "maker"}


def test_nobody_unknown_or_gone_enters_a_team(
    owner: int, lumen: int, ana: int, at: datetime
) -> None:
    members.deactivate_member(actor_id=ana, member_id=ana, at=at)
    for member_id in (0, ana):
        with pytest.raises(NotFound):
            services.add_team_member(actor_id=owner, product_id=lumen, member_id=member_id, at=at)
        with pytest.raises(NotFound):
            services.add_makers(
                actor_id=owner, product_id=lumen, member_ids=[owner, member_id], at=at
            )


def test_many_makers_at_once(owner: int, lumen: int, maker: int, ana: int, at: datetime) -> None:
    n_new = services.add_makers(
        actor_id=owner, product_id=lumen, member_ids=[owner, maker, ana], at=at
    )
    assert n_new == 1
    assert roles(lumen) == {owner: "owner", maker: "maker", ana: "maker"}


def test_the_last_owner_stays_until_there_is_another(
    owner: int, lumen: int, maker: int, at: datetime
) -> None:
    with pytest.raises(TeamRefused):
        services.remove_team_member(actor_id=owner, product_id=lumen, member_id=owner, at=at)
    with pytest.raises(TeamRefused):
        services.change_role(actor_id=owner, product_id=lumen, member_id=owner, role="maker", at=at)
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="owner", at=at)
    services.remove_team_member(actor_id=owner, product_id=lumen, member_id=owner, at=at)
    assert roles(lumen) == {maker: "owner"}


def test_an_owner_whose_account_has_ended_does_not_count(
    owner: int, lumen: int, maker: int, at: datetime
) -> None:
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="owner", at=at)
    members.deactivate_member(actor_id=maker, member_id=maker, at=at)
    with pytest.raises(TeamRefused):
        services.remove_team_member(actor_id=owner, product_id=lumen, member_id=owner, at=at)


def test_the_operator_gives_an_orphan_a_new_owner(
    owner: int, lumen: int, maker: int, ana: int, at: datetime
) -> None:
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="owner", at=at)
    services.remove_team_member(actor_id=owner, product_id=lumen, member_id=owner, at=at)
    members.deactivate_member(actor_id=maker, member_id=maker, at=at)
    services.add_team_member(actor_id=owner, product_id=lumen, member_id=ana, role="owner", at=at)
    assert queries.is_owner(lumen, ana)


def test_areas_and_their_people(owner: int, lumen: int, maker: int, at: datetime) -> None:
    lamp = services.add_area(
        actor_id=owner, product_id=lumen, slug="lamp", name={"en": "Lamp"}, at=at
    )
    app = services.add_area(actor_id=owner, product_id=lumen, slug="app", name={"en": "App"}, at=at)
    services.put_makers_on_area(
        actor_id=owner, area_id=lamp, member_ids=[maker, owner, maker], at=at
    )
    services.put_makers_on_area(actor_id=owner, area_id=app, member_ids=[maker], at=at)
    services.change_area(actor_id=owner, area_id=lamp, name={"zh-hans": "灯"}, place=9, at=at)
    areas = queries.areas_of(lumen)
    assert [(area.slug, area.maker_ids) for area in areas] == [
        ("app", (maker,)),
        ("lamp", (maker, owner)),
    ]
    assert areas[1].name == {"zh-hans": "灯"}
    assert queries.area_maker_ids(lamp) == [maker, owner]
    assert queries.area_ids_by_slug(lumen) == {"lamp": lamp, "app": app}
    assert queries.area_ids(lumen) == {lamp, app}
    people = {person.member_id: person.areas for person in queries.team_of(lumen)}
    assert people == {owner: ("lamp",), maker: ("app", "lamp")}
    services.remove_team_member(actor_id=owner, product_id=lumen, member_id=maker, at=at)
    assert queries.area_maker_ids(lamp) == [owner]


def test_areas_that_cannot_be(owner: int, lumen: int, maker: int, ana: int, at: datetime) -> None:
    lamp = services.add_area(
        actor_id=owner, product_id=lumen, slug="lamp", name={"en": "Lamp"}, at=at
    )
    services.put_makers_on_area(actor_id=owner, area_id=lamp, member_ids=[maker], at=at)
    with pytest.raises(AreaRefused):
        services.add_area(actor_id=owner, product_id=lumen, slug="lamp", name={"en": "Lamp"}, at=at)
    with pytest.raises(AreaRefused):
        services.put_makers_on_area(actor_id=owner, area_id=lamp, member_ids=[ana], at=at)
    with pytest.raises(AreaRefused):
        services.change_area(actor_id=owner, area_id=lamp, place=-1, at=at)
    with pytest.raises(NotAllowed):
        services.change_area(actor_id=maker, area_id=lamp, name={"en": "Mine"}, at=at)
    with pytest.raises(NotFound):
        services.change_area(actor_id=owner, area_id=0, at=at)
    assert queries.area_maker_ids(lamp) == [maker]


def told(version: str = "5.2", n_people: int = 100, ring: str = "everyone") -> ExposureRow:
    return ExposureRow(date(2026, 11, 20), ring, n_people, version)


def test_exposure_is_recorded_and_told_again(lumen: int, maker: int, at: datetime) -> None:
    assert queries.exposure_of(lumen, "5.2") == []
    rows = [told(), told("", 900), told(ring="daily")]
    later = at + timedelta(days=1)
    assert services.record_exposure(actor_id=maker, product_id=lumen, rows=rows, at=at) == 3
    services.record_exposure(actor_id=maker, product_id=lumen, rows=[told("5.2", 70)], at=later)
    views = queries.exposure_of(lumen, "5.2")
    assert [(row.ring_key, row.n_people, row.told_at) for row in views] == [
        ("daily", 100, at),
        ("everyone", 70, later),
    ]
    assert views[0].week == date(2026, 11, 16)
    assert [row.n_people for row in queries.exposure_of(lumen, "5.1")] == [900]
    assert n_events("ExposureTold") == 2


def test_exposure_is_recorded_whole_or_not(lumen: int, maker: int, at: datetime) -> None:
    with pytest.raises(ExposureRefused, match="line 2"):
        services.record_exposure(
            actor_id=maker, product_id=lumen, rows=[told(), told(ring="nightly")], at=at
        )
    with pytest.raises(ExposureRefused) as refusal:
        services.record_exposure(
            actor_id=maker, product_id=lumen, rows=[told()] * (MAX_ROWS + 1), at=at
        )
    assert refusal.value.status == 413
    assert queries.exposure_of(lumen, "5.2") == []


def test_only_the_team_tells_exposure(lumen: int, ana: int, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.record_exposure(actor_id=ana, product_id=lumen, rows=[told()], at=at)


def test_a_thousand_rows_of_exposure(lumen: int, maker: int, at: datetime) -> None:
    rows = [told(f"{n}") for n in range(1100)]
    assert services.record_exposure(actor_id=maker, product_id=lumen, rows=rows, at=at) == 1100
    assert services.record_exposure(actor_id=maker, product_id=lumen, rows=rows, at=at) == 1100


def test_people_of_other_products_stay_strangers(
    owner: int, lumen: int, maker: int, at: datetime
) -> None:
    other = services.add_product(actor_id=owner, slug="other", name={"en": "Other"}, at=at)
    assert queries.is_team(lumen, maker)
    assert not queries.is_team(other, maker)
    assert not queries.is_team(lumen, None)
    assert queries.product_ids_of_team(owner) == {lumen: "owner", other: "owner"}
    assert queries.product_ids_of_team(register("carl")) == {}
