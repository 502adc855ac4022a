from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from canyu.journal.errors import NotAllowed, NotFound, Refused
from canyu.pictures.errors import PictureRefused
from canyu.plan import services as plan
from canyu.products import services as products
from canyu.releases import queries, services
from canyu.releases.errors import ReleaseRefused
from canyu.releases.models import Change, Release
from canyu.topics import services as topics
from tests.builders import FRIDAY, Town, draft, make_member, make_product, publish, set_train
from tests.builders import put_change as put

HOUR = timedelta(hours=1)


def png() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, "PNG")
    file.seek(0)
    return file


def raise_topic(member_id: int, product_id: int) -> int:
    return topics.raise_topic(
        member_id=member_id, product_id=product_id, kind="idea", title="Dark", words="", at=FRIDAY
    )


def test_a_draft_is_seen_by_the_team_pages_only(town: Town) -> None:
    release_id = draft(town, 2)

    assert [one.id for one in queries.drafts_of(town.product)] == [release_id]
    assert queries.releases_of(town.product).releases == ()
    assert queries.latest_release(town.product) is None
    with pytest.raises(NotFound):
        queries.release_of(town.product, "5.2")
    with pytest.raises(NotFound):
        queries.release_by_id(release_id)
    assert queries.release_of(town.product, "5.2", with_drafts=True).n_changes == 2
    change = queries.changes_of([release_id])[0]
    with pytest.raises(NotFound):
        queries.change_of(change.id)
    assert queries.change_of(change.id, with_drafts=True) == change
    assert queries.changes_made_by(town.maker, limit=9) == []


def test_a_version_names_one_release_of_a_product(town: Town) -> None:
    first, second = draft(town, 0, version="5.2"), draft(town, 0, version="5.3")
    with pytest.raises(ReleaseRefused, match=r"there is a 5\.2 already") as refusal:
        draft(town, 0, version=" 5.2 ")
    assert refusal.value.status == 409
    change = {"actor_id": town.owner, "notes": {}, "is_hotfix": False}
    with pytest.raises(ReleaseRefused):
        services.change_release(release_id=second, version="5.2", **change)  # type: ignore[arg-type]
    services.change_release(release_id=first, version="5.2", **change)  # type: ignore[arg-type]

    other = make_product(town.owner, "other")
    services.draft_release(actor_id=town.owner, product_id=other, version="5.2", at=FRIDAY)
    assert Release.objects.filter(version="5.2").count() == 2


def test_of_a_published_release_only_the_notes_change(town: Town) -> None:
    release_id = publish(town, 1)
    services.change_release(
        actor_id=town.maker,
        release_id=release_id,
        version="6.0",
        notes={"en": "Sorry, the first one."},
        is_hotfix=True,
    )

    release = queries.release_by_id(release_id)
    assert (release.version, release.is_hotfix) == ("5.2", False)
    assert release.notes == {"en": "Sorry, the first one."}


def test_changes_are_numbered_in_the_order_in_which_they_come(town: Town) -> None:
    release_id = draft(town, 3)
    first, second, third = queries.changes_of([release_id])
    services.remove_change(actor_id=town.maker, change_id=second.id, at=FRIDAY)
    put(town, release_id, text="Fourth")
    put(town, release_id, text="First, better", change_id=first.id, kind="better")

    changes = queries.changes_of([release_id])
    assert [one.key for one in changes] == ["1", "3", "4"]
    assert [one.text["en"] for one in changes] == ["First, better", third.text["en"], "Fourth"]
    assert changes[0].kind == "better"


def test_all_that_a_change_says(town: Town) -> None:
    release_id = draft(town, 0)
    ana = make_member("ana")
    topic = raise_topic(ana, town.product)
    item = plan.put_plan_item(
        actor_id=town.maker,
        product_id=town.product,
        title={"en": "Dark"},
        state="doing",
        at=FRIDAY,
    )
    area = products.add_area(
        actor_id=town.owner,
        product_id=town.product,
        slug="camera",
        name={"en": "Camera"},
        at=FRIDAY,
    )
    change = queries.change_of(
        put(
            town,
            release_id,
            text=" Dark mode ",
            detail={"en": "At night.", "de": ""},
            maker_ids=[town.other_maker, town.maker, town.other_maker],
            area_id=area,
            topic_ids=[topic, topic, 999],
            plan_item_id=item,
        ),
        with_drafts=True,
    )

    assert change.text == {"en": "Dark mode"}
    assert change.detail == {"en": "At night."}
    assert change.maker_ids == (town.other_maker, town.maker)
    assert (change.area_id, change.topic_ids, change.plan_item_id) == (area, (topic,), item)


def test_what_is_of_another_product_is_left_out(town: Town) -> None:
    release_id = draft(town, 0)
    other = make_product(town.owner, "other")
    item = plan.put_plan_item(
        actor_id=town.owner, product_id=other, title={"en": "Dark"}, state="doing", at=FRIDAY
    )
    area = products.add_area(
        actor_id=town.owner, product_id=other, slug="camera", name={"en": "Camera"}, at=FRIDAY
    )
    change = queries.change_of(
        put(
            town,
            release_id,
            area_id=area,
            plan_item_id=item,
            topic_ids=[raise_topic(make_member("ana"), other)],
        ),
        with_drafts=True,
    )

    assert (change.area_id, change.topic_ids, change.plan_item_id) == (None, (), None)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "commit"}, 400),
        ({"text": {"en": " "}}, 400),
        ({"text": {}}, 400),
        ({"text": {"en": "x" * 2_001}}, 413),
        ({"detail": {"en": "x" * 20_001}}, 413),
        ({"maker_ids": [999]}, 400),
        ({"change_id": 999}, 404),
        ({"release_id": 999}, 404),
    ],
)
def test_a_change_that_cannot_be_taken_leaves_nothing(
    town: Town, wrong: dict[str, Any], status: int
) -> None:
    release_id = draft(town, 1)
    before = queries.changes_of([release_id])
    for more in ({}, {"change_id": before[0].id}):
        with pytest.raises(Refused) as refusal:
            put(town, **{"release_id": release_id, "text": "New", **more, **_as_put(wrong)})
        assert refusal.value.status == status

    assert queries.changes_of([release_id]) == before


def _as_put(wrong: dict[str, Any]) -> dict[str, Any]:
    # The builder takes one English text.
    if "text" in wrong:
        return {"text": wrong["text"].get("en", "")}
    return wrong


def test_makers_are_in_the_team(town: Town) -> None:
    release_id = draft(town, 0)
    stranger = make_member("ana")
    with pytest.raises(ReleaseRefused, match="must be in the team"):
        put(town, release_id, maker_ids=[town.maker, stranger])
    assert not Change.objects.exists()


def test_only_the_team_writes(town: Town) -> None:
    release_id = draft(town, 1)
    change_id = queries.changes_of([release_id])[0].id
    ana = make_member("ana")
    for refused in (
        lambda: services.draft_release(
            actor_id=ana, product_id=town.product, version="9", at=FRIDAY
        ),
        lambda: services.change_release(
            actor_id=ana, release_id=release_id, version="9", notes={}, is_hotfix=True
        ),
        lambda: put(town, release_id, actor_id=ana),
        lambda: services.put_change_picture(
            actor_id=ana, change_id=change_id, file=png(), at=FRIDAY
        ),
        lambda: services.take_change_picture_away(actor_id=ana, change_id=change_id),
        lambda: services.remove_change(actor_id=ana, change_id=change_id, at=FRIDAY),
        lambda: services.pick_judged(actor_id=ana, release_id=release_id, change_ids=[]),
        lambda: services.remove_draft(actor_id=ana, release_id=release_id),
        lambda: services.publish_release(actor_id=ana, release_id=release_id, at=FRIDAY),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert len(queries.changes_of([release_id])) == 1


def test_a_frozen_release_is_changed_by_owners_only(town: Town) -> None:
    set_train(town)
    release_id, hotfix = draft(town, 1), draft(town, 1, version="5.1.1", is_hotfix=True)
    change_id = queries.changes_of([release_id])[0].id
    frozen = FRIDAY - HOUR

    for refused in (
        lambda: put(town, release_id, actor_id=town.maker, at=frozen),
        lambda: services.remove_change(actor_id=town.maker, change_id=change_id, at=frozen),
    ):
        with pytest.raises(ReleaseRefused, match="is frozen") as refusal:
            refused()
        assert refusal.value.status == 409
    put(town, release_id, actor_id=town.maker, at=frozen - timedelta(days=1))
    put(town, release_id, actor_id=town.owner, at=frozen)
    put(town, hotfix, actor_id=town.maker, at=frozen)

    assert len(queries.changes_of([release_id])) == 3
    services.pause_train(actor_id=town.owner, product_id=town.product, at=FRIDAY)
    put(town, release_id, actor_id=town.maker, at=frozen)


def test_what_is_out_stays(town: Town) -> None:
    release_id = publish(town, 1)
    change_id = queries.changes_of([release_id])[0].id
    for refused in (
        lambda: put(town, release_id),
        lambda: put(town, release_id, change_id=change_id),
        lambda: services.remove_change(actor_id=town.owner, change_id=change_id, at=FRIDAY),
        lambda: services.remove_draft(actor_id=town.owner, release_id=release_id),
    ):
        with pytest.raises(ReleaseRefused, match=r"5\.2 is already out") as refusal:
            refused()
        assert refusal.value.status == 409
    assert len(queries.changes_of([release_id])) == 1


def test_a_draft_is_thrown_away_whole(town: Town) -> None:
    release_id = draft(town, 2)
    services.remove_draft(actor_id=town.maker, release_id=release_id)

    assert not Release.objects.exists()
    assert not Change.objects.exists()


def test_a_picture_is_shown_with_a_change_and_taken_away(town: Town) -> None:
    change_id = put(town, draft(town, 0))

    services.put_change_picture(actor_id=town.maker, change_id=change_id, file=png(), at=FRIDAY)
    picture = queries.change_of(change_id, with_drafts=True).picture
    assert len(picture) == 64
    with pytest.raises(PictureRefused):
        services.put_change_picture(
            actor_id=town.maker, change_id=change_id, file=BytesIO(b"GIF89a no"), at=FRIDAY
        )
    assert queries.change_of(change_id, with_drafts=True).picture == picture
    services.take_change_picture_away(actor_id=town.maker, change_id=change_id)
    assert queries.change_of(change_id, with_drafts=True).picture == ""


def test_five_hundred_changes_are_the_most(town: Town) -> None:
    release_id = draft(town, 0)
    Change.objects.bulk_create(
        Change(release_id=release_id, key=str(place), kind="new", text={"en": "x"}, place=place)
        for place in range(1, 500)
    )
    put(town, release_id)
    with pytest.raises(ReleaseRefused, match="500 changes at most"):
        put(town, release_id)


def test_picking_what_is_judged_replaces_what_was_picked(town: Town) -> None:
    release_id = draft(town, 4)
    elsewhere = put(town, draft(town, 0, version="9"))
    first, second, third, _ = (one.id for one in queries.changes_of([release_id]))
    services.pick_judged(actor_id=town.maker, release_id=release_id, change_ids=[first, second])
    services.pick_judged(
        actor_id=town.maker, release_id=release_id, change_ids=[second, third, elsewhere]
    )

    assert [one.is_picked for one in queries.changes_of([release_id])] == [False, True, True, False]
    assert not queries.change_of(elsewhere, with_drafts=True).is_picked
