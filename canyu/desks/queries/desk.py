"""What waits for one member, in all products in whose teams they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from canyu.awards import queries as awards
from canyu.desks.rules import REPAIR_WITHIN, Line, end_of_day, in_order
from canyu.painpoints.queries.work import points_in_hands
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.products.queries.work import HoursView, areas_worked_on, hours_of_products
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, TrainView
from canyu.releases.queries.work import changes_in_drafts_by, trains_of, versions_known
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports
from canyu.reports.queries import RepairView
from canyu.topics.hours import Hours, working_time
from canyu.topics.queries.work import WaitingTopic, topics_waiting_for

MOST_OF_A_KIND = 50
MOST_CHANGES = 60
MOST_WORDS = 20


@dataclass(frozen=True)
class WordLine:
    """Words on a change of one's own that are new; never those of a report."""

    id: int
    product_id: int
    change_id: int
    change: Mapping[str, str]
    author_id: int
    text: str
    at: datetime


@dataclass(frozen=True)
class Desk:
    """All of one member's desk. `products` are those in whose teams they are, by id."""

    products: Mapping[int, ProductView]
    owned: frozenset[int]
    zones: Mapping[int, str]
    lines: tuple[Line, ...]
    words: tuple[WordLine, ...]


@dataclass(frozen=True)
class Place:
    """Who asks, and where they work."""

    member_id: int
    product_ids: tuple[int, ...]
    owned: tuple[int, ...]
    area_ids: tuple[int, ...]
    trains: Mapping[int, TrainView]
    hours: Mapping[int, HoursView]
    at: datetime

    def zone_of(self, product_id: int) -> str:
        """The zone in which a product lives."""
        train = self.trains.get(product_id)
        return train.timetable.zone if train else settings.TIME_ZONE

    def next_slot_of(self, product_id: int) -> datetime | None:
        """When the next train of a product leaves; None where none does."""
        train = self.trains.get(product_id)
        return train.next_slot if train and not train.is_paused else None


def desk_of(member_id: int, *, at: datetime) -> Desk:
    """What waits for a member: what is due first comes first.

    A number of queries that depends on the kinds of what waits, and on nothing else.
    """
    place = _place_of(member_id, at)
    zones = {one: place.zone_of(one) for one in place.product_ids}
    if not place.product_ids:
        return Desk({}, frozenset(), zones, (), ())
    kinds = (_topics, _repairs, _promises, _awards, _drafts, _pains)
    return Desk(
        products=products.products_by_id(place.product_ids),
        owned=frozenset(place.owned),
        zones=zones,
        lines=tuple(in_order(line for lines_of in kinds for line in lines_of(place))),
        words=tuple(_words(place)),
    )


def _place_of(member_id: int, at: datetime) -> Place:
    roles = products.product_ids_of_team(member_id)
    ids = tuple(roles)
    return Place(
        member_id=member_id,
        product_ids=ids,
        owned=tuple(one for one in ids if roles[one] == "owner"),
        area_ids=tuple(area.id for area in areas_worked_on(member_id)) if ids else (),
        trains=trains_of(ids, at=at) if ids else {},
        hours=hours_of_products(ids) if ids else {},
        at=at,
    )


def _topics(place: Place) -> Iterator[Line]:
    waiting = topics_waiting_for(
        place.member_id,
        product_ids=place.product_ids,
        area_ids=place.area_ids,
        at=place.at,
        limit=MOST_OF_A_KIND,
    )
    for one in waiting:
        topic = one.topic
        yield Line(
            kind="topic",
            product_id=topic.product_id,
            id=topic.id,
            title=topic.title,
            language=topic.language,
            since=topic.raised_at,
            due_at=one.due_at,
            working_left=_working_left(place, one),
            person_id=topic.author_id,
            keeper_id=None if topic.keeper_id == place.member_id else topic.keeper_id,
            n_people=topic.n_voices,
            state="risen" if topic.risen_at else topic.kind,
        )


def _working_left(place: Place, one: WaitingTopic) -> timedelta | None:
    if one.due_at < place.at:
        return None
    told = place.hours[one.topic.product_id]
    hours = Hours(
        place.zone_of(one.topic.product_id),
        told.opens_at,
        told.closes_at,
        frozenset(told.weekdays),
    )
    return working_time(place.at, one.due_at, hours=hours)


def _repairs(place: Place) -> Iterator[Line]:
    owed = reports.repairs_owed_by(place.member_id, *place.product_ids)[:MOST_OF_A_KIND]
    changes = releases.changes_by_id(one.change_id for one in owed)
    for one in owed:
        change = changes[one.change_id]
        yield Line(
            kind="repair",
            product_id=one.product_id,
            id=one.id,
            title=change.text,
            since=one.opened_at,
            due_at=_due_of(one, place),
            state=one.state,
            version=change.version,
        )


def _due_of(repair: RepairView, place: Place) -> datetime | None:
    if repair.answered_at is None:
        return repair.opened_at + REPAIR_WITHIN
    if repair.due_on is None:
        return None
    return end_of_day(repair.due_on, ZoneInfo(place.zone_of(repair.product_id)))


def _promises(place: Place) -> Iterator[Line]:
    kept = plan.promises_kept_by(
        place.member_id, product_ids=place.product_ids, today=place.at.date()
    )
    versions = {one.due_version for one in kept if one.due_version}
    known = versions_known(place.product_ids, versions) if versions else {}
    for one in kept:
        zone = ZoneInfo(place.zone_of(one.product_id))
        slot = place.next_slot_of(one.product_id)
        by_day = end_of_day(one.due_on, zone) if one.due_on else None
        version = (one.product_id, one.due_version)
        by_version = (known[version] or slot) if version in known else None
        # Later ones are not for this morning.
        is_near = one.due_on and (slot is None or one.due_on <= slot.astimezone(zone).date())
        if not is_near and version not in known:
            continue
        yield Line(
            kind="promise",
            product_id=one.product_id,
            id=one.id,
            title=one.title,
            since=one.changed_at,
            due_at=min((moment for moment in (by_day, by_version) if moment), default=None),
            state=one.state,
            version=one.due_version,
        )


def _awards(place: Place) -> Iterator[Line]:
    found = awards.awards_to_certify(*place.owned) if place.owned else []
    changes = releases.changes_by_id(change_id for one in found for change_id in one.change_ids[:1])
    for one in found[:MOST_OF_A_KIND]:
        change = changes.get(one.change_ids[0]) if one.change_ids else None
        if change is not None:
            yield Line(
                kind="award",
                product_id=one.product_id,
                id=one.id,
                title=change.text,
                since=one.proposed_at,
                version=change.version,
                person_id=next(iter(change.maker_ids), None),
            )


def _drafts(place: Place) -> Iterator[Line]:
    for change in changes_in_drafts_by(place.member_id, product_ids=place.product_ids):
        if any(change.detail.values()):
            continue
        yield Line(
            kind="draft",
            product_id=change.product_id,
            id=change.id,
            title=change.text,
            since=place.at,
            due_at=place.next_slot_of(change.product_id),
            version=change.version,
            release_id=change.release_id,
        )


def _pains(place: Place) -> Iterator[Line]:
    points = points_in_hands(
        place.member_id,
        product_ids=place.product_ids,
        area_ids=place.area_ids,
        limit=MOST_OF_A_KIND,
    )
    for one in points:
        yield Line(
            kind="pain",
            product_id=one.product_id,
            id=one.id,
            title=one.name,
            since=one.state_at,
            keeper_id=None if one.keeper_id == place.member_id else one.keeper_id,
            n_people=one.n_voices,
            rise=one.rise,
            state=one.state,
        )


def _words(place: Place) -> Iterator[WordLine]:
    made = {
        change.id: change
        for change in releases.changes_made_by(place.member_id, limit=MOST_CHANGES)
        if change.product_id in place.product_ids
    }
    found = remarks.newest_on(
        "change",
        list(made),
        after_id=remarks.seen_up_to(place.member_id),
        but_by=place.member_id,
        limit=MOST_WORDS,
    )
    for one in found:
        change: ChangeView = made[one.subject_id]
        yield WordLine(
            id=one.id,
            product_id=change.product_id,
            change_id=change.id,
            change=change.text,
            author_id=one.author_id,
            text=one.text,
            at=one.at,
        )
