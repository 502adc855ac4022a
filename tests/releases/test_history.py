"""Releases of the past go in whole or not at all, and come out as they went in."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from canyu.journal.queries import n_events
from canyu.members import queries as members
from canyu.members.errors import HandleRefused
from canyu.pictures.errors import PictureRefused
from canyu.products import services as products
from canyu.releases import queries
from canyu.releases.errors import ReleaseRefused
from canyu.releases.models import Change, ChangeMaker, Release
from canyu.releases.records import ReleaseRecord
from canyu.releases.services import import_release, set_roll_out
from canyu.topics.models import Topic
from tests.builders import FRIDAY, Town, draft, make_member, make_product, publish

LATER = FRIDAY + timedelta(days=1)


def record(version: str = "5.2", n_changes: int = 2, **more: Any) -> ReleaseRecord:
    return ReleaseRecord.from_json(
        {
            "version": version,
            "published_at": "2015-06-01T09:00:00Z",
            "changes": [change(str(number)) for number in range(1, n_changes + 1)],
            **more,
        },
        where="test",
    )


def change(key: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "new",
        "text": {"en": f"Change {key}", "zh-hans": f"改动{key}"},
        "makers": [{"handle": "ana", "name": "Ana"}, {"handle": "bo-li", "name": "Bo Li"}],
        "topics": [{"key": f"#{key}", "url": f"https://example.org/{key}"}],
        **more,
    }


def read(town: Town, what: ReleaseRecord, **more: Any) -> str:
    return import_release(**{"product_id": town.product, "record": what, "at": FRIDAY, **more})


def out(product: int) -> list[ReleaseRecord]:
    """What export says, through JSON and back."""
    lines = [json.dumps(one.to_json()) for one in queries.release_records(product)]
    return [ReleaseRecord.from_json(json.loads(line), where="") for line in lines]


def png(colour: str = "orange") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    file.seek(0)
    return file


@pytest.mark.parametrize("n_changes", [0, 1, 222])
def test_a_release_is_new_then_the_same(town: Town, n_changes: int) -> None:
    told = record(n_changes=n_changes)

    assert read(town, told) == "new"
    assert read(town, told, at=LATER) == "same"

    release = queries.release_of(town.product, "5.2")
    assert (release.is_history, release.is_published, release.n_changes) == (True, True, n_changes)
    assert release.published_at == told.published_at
    assert [one.key for one in queries.changes_of([release.id])] == [
        one.key for one in told.changes
    ]
    assert n_events("ReleaseImported") == 1
    assert n_events("ReleasePublished") == 0


def test_a_change_in_the_file_is_written_once(town: Town) -> None:
    read(town, record(n_changes=3))
    ids = {one.key: one.id for one in queries.changes_of([Release.objects.get().pk])}
    told = record(
        notes={"en": "Ten years"},
        rings={"weekly": "2015-06-02T09:00:00Z"},
        changes=[change("3"), change("1", text={"en": "Other"}, makers=[]), change("9")],
    )

    assert read(town, told, at=LATER) == "changed"
    assert read(town, told, at=LATER) == "same"
    changes = queries.changes_of([Release.objects.get().pk])
    assert [one.key for one in changes] == ["3", "1", "9"]
    # What is still there keeps its number: remarks and reports speak of it.
    assert [changes[0].id, changes[1].id] == [ids["3"], ids["1"]]
    assert changes[1].maker_ids == ()
    assert out(town.product) == [told]


@pytest.mark.parametrize(
    "difference",
    [
        {"published_at": None},
        {"is_hotfix": True},
        {"notes": {"en": "Words"}},
        {"rings": {"daily": "2015-06-01T09:00:00Z"}},
        {"changes": [change("1")]},
        {"changes": [change("2"), change("1")]},
        {"changes": [change("1", kind="fixed"), change("2")]},
        {"changes": [change("1", detail={"en": "More"}), change("2")]},
        {"changes": [change("1", area="Camera"), change("2")]},
        {"changes": [change("1", makers=[{"handle": "bo-li"}, {"handle": "ana"}]), change("2")]},
        {"changes": [change("1", topics=[{"key": "#1"}]), change("2")]},
    ],
)
def test_every_difference_is_seen(town: Town, difference: dict[str, Any]) -> None:
    read(town, record())
    told = record(**difference)

    assert [read(town, told), read(town, told)] == ["changed", "same"]


def test_a_name_that_somebody_chose_since_is_no_difference(town: Town) -> None:
    told = record()
    read(town, told)
    named = replace(
        told,
        changes=tuple(
            replace(one, makers=tuple(replace(maker, name="Other") for maker in one.makers))
            for one in told.changes
        ),
    )

    assert read(town, named) == "same"
    assert members.member_by_handle("bo-li").name == "Bo Li"


def test_people_of_a_history_are_found_or_added(town: Town) -> None:
    read(town, record(changes=[change("1", makers=[{"handle": "Mika"}, {"handle": "newcomer"}])]))

    made = queries.changes_of([Release.objects.get().pk])[0].maker_ids
    assert made[0] == town.maker
    assert not members.member_of(made[1]).has_joined


def test_two_spellings_of_one_person_are_one_maker(town: Town) -> None:
    told = record(changes=[change("1", makers=[{"handle": "a!b"}, {"handle": "a?b"}])])

    assert [read(town, told), read(town, told)] == ["new", "same"]
    assert ChangeMaker.objects.count() == 1


def test_a_topic_that_an_import_knows_is_a_source(town: Town) -> None:
    topic = Topic.objects.create(
        product_id=town.product,
        key="#1",
        kind="idea",
        title="Dark",
        author_id=make_member("asker"),
        raised_at=FRIDAY,
        status="received",
        status_at=FRIDAY,
    )
    told = record()

    assert [read(town, told), read(town, told)] == ["new", "same"]
    first, second = queries.changes_of([Release.objects.get().pk])
    assert (first.topic_ids, second.topic_ids) == ((topic.pk,), ())
    # History sends no thanks: the topic is not shipped by it.
    topic.refresh_from_db()
    assert topic.status == "received"
    assert out(town.product) == [told]


def test_an_area_is_the_products_own_where_it_has_one(town: Town) -> None:
    area = products.add_area(
        actor_id=town.owner,
        product_id=town.product,
        slug="camera",
        name={"en": "Camera"},
        at=FRIDAY,
    )
    told = record(changes=[change("1", area="camera"), change("2", area="Der Rest")])
    read(town, told)

    first, second = queries.changes_of([Release.objects.get().pk])
    assert (first.area_id, second.area_id, second.area_name) == (area, None, "Der Rest")
    assert read(town, told) == "same"
    assert out(town.product) == [told]


def test_what_went_out_here_is_protected(town: Town) -> None:
    publish(town, 2)
    own = next(iter(queries.release_records(town.product)))
    before = out(town.product)

    assert read(town, own) == "same"
    with pytest.raises(ReleaseRefused, match=r"5\.2 was not read") as refusal:
        read(town, record())
    assert refusal.value.status == 409
    assert out(town.product) == before
    assert not queries.release_of(town.product, "5.2").is_history


def test_a_draft_is_protected_too_and_no_release_yet(town: Town) -> None:
    draft(town, 0)

    for told in (record(), record(published_at=None, changes=[])):
        with pytest.raises(ReleaseRefused, match="the team wrote it here"):
            read(town, told)
    assert out(town.product) == []


def test_pictures_come_along_and_go_again(town: Town) -> None:
    told = record(changes=[change("1", picture="shots/one.png"), change("2")])

    def files(colour: str = "orange") -> dict[str, BytesIO]:
        return {"shots/one.png": png(colour)}

    assert read(town, told, files=files()) == "new"
    assert read(town, told, files=files()) == "same"
    stored = queries.changes_of([Release.objects.get().pk])[0].picture
    assert out(town.product)[0].changes[0].picture == f"pictures/{stored}.webp"

    without = record(changes=[change("1"), change("2")])
    assert [read(town, without), read(town, without)] == ["changed", "same"]
    assert queries.changes_of([Release.objects.get().pk])[0].picture == ""


def test_a_picture_that_did_not_come_along_is_none(town: Town) -> None:
    told = record(changes=[change("1", picture="shots/one.png")])

    assert [read(town, told), read(town, told)] == ["new", "same"]


@pytest.mark.parametrize("existing", [0, 2])
def test_a_release_that_fails_in_the_middle_leaves_nothing(town: Town, existing: int) -> None:
    if existing:
        read(town, record(n_changes=existing))
    before = out(town.product)
    n_members = members.n_members()
    broken = record(
        notes={"en": "New"},
        changes=[
            change("1", text={"en": "Other"}, makers=[{"handle": "somebody-new"}]),
            change("2", picture="two.png"),
        ],
    )
    nameless = record(notes={"en": "New"}, changes=[change("1", makers=[{"handle": "?!"}])])

    with pytest.raises(PictureRefused):
        read(town, broken, files={"two.png": BytesIO(b"no picture")})
    with pytest.raises(HandleRefused):
        read(town, nameless)

    assert out(town.product) == before
    assert Change.objects.count() == existing
    assert members.n_members() == n_members
    assert members.search("somebody-new") == []
    assert n_events("ReleaseImported") == bool(existing)


def test_what_goes_out_comes_in_elsewhere_as_the_same(town: Town) -> None:
    read(town, record("1.0", published_at=None))
    read(town, record("1.1", n_changes=0))
    read(town, record("1.2", is_hotfix=True, rings={"daily": "2015-06-01T09:00:00Z"}))
    publish(town, 3, version="5.2")
    set_roll_out(
        actor_id=town.owner,
        release_id=queries.release_of(town.product, "5.2").id,
        ring_key="everyone",
        reached_at=LATER,
    )
    told = out(town.product)
    other = replace(town, product=make_product(town.owner, "other"))

    assert [one.version for one in told] == ["1.0", "1.1", "1.2", "5.2"]
    assert [read(other, one) for one in told] == ["new"] * 4
    assert [read(other, one) for one in told] == ["same"] * 4
    assert out(other.product) == told


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), min_size=1)
line = words.map(lambda text: " ".join(text.split())).filter(bool)
texts = st.dictionaries(st.sampled_from(["en", "zh-hans", "de"]), line, min_size=1)
handles = st.text("abcäö字-_.1", min_size=1, max_size=20).filter(lambda one: one[0].isalpha())
stories = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.text("abc123", min_size=1, max_size=5),
            "kind": st.sampled_from(["new", "better", "fixed", "security", "other"]),
            "text": texts,
        },
        optional={
            "detail": texts,
            "area": line.map(lambda text: text[:50].strip()).filter(bool),
            "makers": st.lists(
                handles.map(lambda handle: {"handle": handle}),
                max_size=3,
                unique_by=lambda one: one["handle"],
            ),
            "topics": st.lists(
                st.integers(1, 99).map(lambda number: {"key": f"#{number}"}),
                max_size=3,
                unique_by=lambda one: one["key"],
            ),
        },
    ),
    max_size=6,
    unique_by=lambda one: one["key"],
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories, stories)
def test_any_history_is_read_changed_and_written_out_again(
    town: Town, story: list[dict[str, Any]], later: list[dict[str, Any]]
) -> None:
    Release.objects.all().delete()
    first, second = record(changes=story), record(changes=later)

    assert [read(town, first), read(town, first)] == ["new", "same"]
    # Handles come out as they are kept, so what comes out is compared as it is kept, too.
    assert read(town, out(town.product)[0]) == "same"
    read(town, second)
    assert [read(town, second), read(town, out(town.product)[0])] == ["same", "same"]
