"""Letting the town grow: the same services for very many, in few transactions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from canyu.demo import large
from canyu.demo.clock import TOWN
from canyu.demo.large import Size
from canyu.demo.models import Town
from canyu.demo.people import Person
from canyu.demo.services.found import Progress
from canyu.demo.told import story_of_town
from canyu.journal.services import deliver_due
from canyu.members import queries as member_queries
from canyu.members import services as members
from canyu.plan import queries as plan_queries
from canyu.plan import services as plan
from canyu.products import queries as product_queries
from canyu.products import services as products
from canyu.releases import queries as release_queries
from canyu.releases import services as releases
from canyu.topics import services as topics

AT_ONCE = 1_000
KEY = "large"
"""Of the plan item by which a grown town is known."""


def enlarge_town(*, size: Size, on_progress: Progress = lambda *_: None) -> None:
    """Add people until the town has this size, small teams, their past, and what is asked of them.

    Interrupted, it goes on where it was; done, it changes nothing.
    """
    town = Town.objects.get(pk=TOWN)
    story = story_of_town()
    if town.product_id is None or _is_grown(town.product_id):
        return
    makers = large.makers_of(story, size)
    crowd = large.newcomers_of(story, size)
    for start in range(0, len(makers) + len(crowd), AT_ONCE):
        some = [*makers, *crowd][start : start + AT_ONCE]
        _add_people(town.product_id, some, town.now)
        on_progress("people", start + len(some), len(makers) + len(crowd))
    with transaction.atomic():
        _fill(town.product_id, size, makers, crowd, town.now)
        on_progress("makers", len(makers), len(makers))
    while deliver_due(at=town.now, limit=100_000):
        pass


def is_town_large() -> bool:
    """Whether the town has grown already."""
    town = Town.objects.filter(pk=TOWN).first()
    return town is not None and town.product_id is not None and _is_grown(town.product_id)


def _is_grown(product_id: int) -> bool:
    return KEY in plan_queries.item_ids_by_key(product_id)


@transaction.atomic
def _add_people(product_id: int, people: Sequence[Person], at: datetime) -> None:
    known = {one.handle for one in member_queries.members_by_handle(one.handle for one in people)}
    for one in people:
        if one.handle in known:
            continue
        member_id = members.register_member(
            handle=one.handle, name=one.name, language=one.language, password=None, at=at
        )
        products.choose_ring(actor_id=member_id, product_id=product_id, ring_key=one.ring, at=at)
        products.state_device(
            actor_id=member_id, product_id=product_id, device=one.device, version="", at=at
        )


def _fill(
    product_id: int, size: Size, makers: list[Person], crowd: list[Person], at: datetime
) -> None:
    owner_id = next(
        one.member_id for one in product_queries.team_of(product_id) if one.role == "owner"
    )
    ids = _ids_of(makers)
    maker_ids = [ids[one.handle] for one in makers]
    products.add_makers(actor_id=owner_id, product_id=product_id, member_ids=maker_ids, at=at)
    areas = _small_teams(product_id, owner_id, large.n_areas_of(size), maker_ids, at)
    for record in large.release_records(makers, until=at):
        releases.import_release(product_id=product_id, record=record, at=at)
    crowd_ids = list(_ids_of(crowd).values()) or maker_ids
    _talk(product_id, size, areas, maker_ids, crowd_ids, at)
    for number, maker_id in enumerate(maker_ids):
        plan.put_plan_item(
            actor_id=maker_id,
            product_id=product_id,
            key=f"{KEY}-{number}" if number else KEY,
            title=large.promise(number),
            state="planned",
            due_on=(at + timedelta(days=number % 9 - 1)).date(),
            at=at,
        )


def _ids_of(people: Sequence[Person]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(people), AT_ONCE):
        handles = [one.handle for one in people[start : start + AT_ONCE]]
        found |= {one.handle: one.id for one in member_queries.members_by_handle(handles)}
    return found


def _small_teams(
    product_id: int, owner_id: int, n_areas: int, maker_ids: Sequence[int], at: datetime
) -> list[int]:
    areas = []
    for number in range(n_areas):
        area_id = products.add_area(
            actor_id=owner_id,
            product_id=product_id,
            slug=f"{large.AREA}{number + 1}",
            name={"en": f"Part {number + 1}", "zh-hans": f"第 {number + 1} 部分"},
            at=at,
        )
        products.put_makers_on_area(
            actor_id=owner_id, area_id=area_id, member_ids=maker_ids[number::n_areas], at=at
        )
        areas.append(area_id)
    return areas


def _talk(
    product_id: int,
    size: Size,
    areas: Sequence[int],
    maker_ids: Sequence[int],
    crowd_ids: Sequence[int],
    at: datetime,
) -> None:
    for asked in large.topics_asked(size, len(crowd_ids)):
        topics.raise_topic(
            member_id=crowd_ids[asked.by],
            product_id=product_id,
            kind=asked.kind,
            title=asked.title,
            words="",
            language=asked.language,
            area_id=areas[asked.area],
            at=at - asked.before,
        )
    made = [
        change.id
        for maker_id in maker_ids
        for change in release_queries.changes_made_by(maker_id, limit=large.CHANGES_A_MAKER)
    ]
    for place, by, text in large.words_said(len(made), len(crowd_ids)):
        releases.remark_on_change(member_id=crowd_ids[by], change_id=made[place], text=text, at=at)
