"""Reading words that were said elsewhere."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count

from canyu.channels.models import Guest, Origin, Saying, Sheet
from canyu.channels.sayings.tables import Reading
from canyu.journal.errors import NotFound, gettext_noop

PAGE = 20
SPOKEN = ("topic", "voice", "remark")


@dataclass(frozen=True)
class SayingView:
    """One thing that somebody said elsewhere, for the team."""

    id: int
    kind: str
    """Of place: chat, social, review, call, mail, other."""

    where: str
    who: str
    guest_id: int
    member_id: int | None
    how_linked: str
    text: str
    link: str
    said_at: datetime | None
    brought_at: datetime
    brought_by_id: int | None
    way: str
    fate: str
    topic_id: int | None
    """Of a word that waits: the topic that it answers, if it says so."""

    remark_id: int | None
    reason: str
    pictures: tuple[str, ...]
    left_off: tuple[str, ...]
    outside_id: str


@dataclass(frozen=True)
class SayingPage:
    """One page of words."""

    sayings: tuple[SayingView, ...]
    number: int
    n_pages: int
    n_sayings: int


@dataclass(frozen=True)
class Whereabouts:
    """Where a topic, voice or remark of somebody was said; `who` is "" where names are hidden."""

    member_id: int | None
    topic_id: int
    remark_id: int | None
    fate: str
    kind: str
    where: str
    link: str
    said_at: datetime | None
    brought_by_id: int | None


@dataclass(frozen=True)
class OriginView:
    """A place elsewhere, and how many words came from it."""

    id: int
    kind: str
    name: str
    hides_names: bool
    n_sayings: int


@dataclass(frozen=True)
class GuestView:
    """One person of another place, for the team."""

    id: int
    kind: str
    where: str
    name: str
    address: str
    member_id: int | None
    how_linked: str
    linked_by_id: int | None
    linked_at: datetime | None
    sayings: tuple[SayingView, ...]


@dataclass(frozen=True)
class SheetView:
    """A table of words that is being read, or was."""

    id: int
    name: str
    reading: Reading
    data: bytes
    is_taken: bool
    is_done: bool
    n_rows: int
    n_new: int
    n_known: int
    n_wrong: int
    problems: tuple[tuple[int, str, Mapping[str, Any]], ...]
    """(line, sentence, its values) of the rows that were left out."""


def sayings_in(product_id: int, *, fate: str = "waiting", page: int = 1) -> SayingPage:
    """A page of words of one fate; two queries.

    Those that wait come in their order, the others the last one first.
    """
    rows = Saying.objects.filter(product_id=product_id, fate=fate)
    rows = rows.select_related("guest", "origin")
    order = ("id",) if fate == "waiting" else ("-fated_at", "-id")
    paginator = Paginator(rows.order_by(*order), PAGE)
    leaf = paginator.get_page(page)
    return SayingPage(
        tuple(_view(row) for row in leaf.object_list),
        leaf.number,
        paginator.num_pages,
        paginator.count,
    )


def n_by_fate(product_id: int) -> dict[str, int]:
    """How many words became what."""
    rows = Saying.objects.filter(product_id=product_id).values_list("fate")
    return dict(rows.annotate(n=Count("id")))


def n_waiting(product_id: int) -> int:
    """How many words wait for the team."""
    return Saying.objects.filter(product_id=product_id, fate="waiting").count()


def fates_of(saying_ids: Collection[int]) -> dict[int, SayingView]:
    """These words as they stand now, in one query."""
    rows = Saying.objects.filter(pk__in=list(saying_ids)).select_related("guest", "origin")
    return {row.pk: _view(row) for row in rows}


def origins_of(product_id: int) -> list[OriginView]:
    """Every place from which words came, that with most of them first."""
    rows = Origin.objects.filter(product_id=product_id).annotate(n=Count("sayings"))
    return [
        OriginView(row.pk, row.kind, row.name, row.hides_names, row.n)
        for row in rows.order_by("-n", "id")
    ]


def whereabouts_in(topic_ids: Iterable[int]) -> list[Whereabouts]:
    """Where what stands in these topics was said, if that was elsewhere; the first first."""
    rows = Saying.objects.filter(topic_id__in=list(topic_ids), fate__in=SPOKEN)
    return [
        Whereabouts(
            member_id=row.guest.member_id,
            topic_id=row.topic_id or 0,
            remark_id=row.remark_id,
            fate=row.fate,
            kind=row.origin.kind,
            where=row.origin.name,
            link=row.link,
            said_at=row.said_at,
            brought_by_id=row.brought_by_id,
        )
        for row in rows.select_related("guest", "origin").order_by("id")
    ]


def guest_of(guest_id: int, *, product_id: int, limit: int = 100) -> GuestView:
    """A person of another place with their newest words; raises `NotFound`."""
    rows = Guest.objects.filter(pk=guest_id, origin__product_id=product_id)
    row = rows.select_related("origin").first()
    if row is None:
        raise NotFound(gettext_noop("There is no such person."))
    said = Saying.objects.filter(guest=row).select_related("guest", "origin").order_by("-id")
    return GuestView(
        id=row.pk,
        kind=row.origin.kind,
        where=row.origin.name,
        name=row.name,
        address=row.address,
        member_id=row.member_id,
        how_linked=row.how_linked,
        linked_by_id=row.linked_by_id,
        linked_at=row.linked_at,
        sayings=tuple(_view(one) for one in said[:limit]),
    )


def sheet_of(sheet_id: int, *, product_id: int) -> SheetView:
    """A table of a product; raises `NotFound`."""
    row = Sheet.objects.filter(pk=sheet_id, product_id=product_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such table."))
    return SheetView(
        id=row.pk,
        name=row.name,
        reading=Reading.from_json(row.reading),
        data=bytes(row.data),
        is_taken=row.taken_at is not None,
        is_done=row.done_at is not None,
        n_rows=row.n_rows,
        n_new=row.n_new,
        n_known=row.n_known,
        n_wrong=row.n_wrong,
        problems=tuple(
            (line, sentence, values) for line, sentence, values in row.reading.get("problems", ())
        ),
    )


def guests_of_member(member_id: int) -> list[str]:
    """As whom a member is known elsewhere, for their own export."""
    rows = Guest.objects.filter(member_id=member_id).select_related("origin").order_by("id")
    return [f"{row.name or row.address} · {row.origin.name or row.origin.kind}" for row in rows]


def _view(row: Saying) -> SayingView:
    return SayingView(
        id=row.pk,
        kind=row.origin.kind,
        where=row.origin.name,
        who=row.guest.name,
        guest_id=row.guest_id,
        member_id=row.guest.member_id,
        how_linked=row.guest.how_linked,
        text=row.text,
        link=row.link,
        said_at=row.said_at,
        brought_at=row.brought_at,
        brought_by_id=row.brought_by_id,
        way=row.way,
        fate=row.fate,
        topic_id=row.topic_id,
        remark_id=row.remark_id,
        reason=row.reason,
        pictures=tuple(row.pictures),
        left_off=tuple(row.left_off),
        outside_id=row.outside_id,
    )
