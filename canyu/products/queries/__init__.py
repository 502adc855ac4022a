"""Reading products, their teams, areas, rings and exposure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import connection
from django.db.models import Count

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.members.rules import storable
from canyu.products.models import (
    Area,
    AreaMaker,
    Exposure,
    Product,
    Ring,
    RingInvitation,
    RingMember,
    TeamMember,
)
from canyu.products.rules import may_see


@dataclass(frozen=True)
class ProductView:
    """A product. `name` and `about` are {language: text}."""

    id: int
    slug: str
    name: Mapping[str, str]
    about: Mapping[str, str]
    visibility: str
    language: str
    made_at: datetime


@dataclass(frozen=True)
class TeamPerson:
    """A person in a team now, and the slugs of the areas that they work on."""

    member_id: int
    role: str
    since: datetime
    areas: tuple[str, ...]


@dataclass(frozen=True)
class AreaView:
    """An area and the members who work on it."""

    id: int
    slug: str
    name: Mapping[str, str]
    place: int
    maker_ids: tuple[int, ...]


@dataclass(frozen=True)
class RingView:
    """A ring. `joining` is "open" or "invited"."""

    id: int
    key: str
    name: Mapping[str, str]
    place: int
    joining: str


@dataclass(frozen=True)
class RingStay:
    """The ring in which a member is, and what they say of their device."""

    key: str
    name: Mapping[str, str]
    device: str
    version: str
    joined_at: datetime


@dataclass(frozen=True)
class ExposureView:
    """How many people had a version in the week from a Monday on, as the product told it."""

    version: str
    week: date
    ring_key: str
    device: str
    n_people: int
    told_at: datetime


def product_of(slug: str, viewer_id: int | None) -> ProductView:
    """Return the product at an address; raise `NotFound` also if the viewer may not see it."""
    return _seen(Product.objects.filter(slug=storable(slug)).first(), viewer_id)


def visible_product(product_id: int, viewer_id: int | None) -> ProductView:
    """Return a product; raise `NotFound` also if the viewer may not see it."""
    return _seen(Product.objects.filter(pk=product_id).first(), viewer_id)


def product_by_id(product_id: int) -> ProductView:
    """Return a product, whoever asks: for work that nobody looks at; raise `NotFound`."""
    row = Product.objects.filter(pk=product_id).first()
    if row is None:
        raise NotFound(_("There is no such product."))
    return _product(row)


def check_seen(product: ProductView, viewer_id: int | None) -> None:
    """Raise `NotFound` if a viewer may not see a product that was looked up for somebody else."""
    if not may_see(product.visibility, is_member=viewer_id is not None):
        raise NotFound(_("There is no such product, or none that you may see."))


def _seen(row: Product | None, viewer_id: int | None) -> ProductView:
    if row is None:
        raise NotFound(_("There is no such product, or none that you may see."))
    product = _product(row)
    check_seen(product, viewer_id)
    return product


def _product(row: Product) -> ProductView:
    return ProductView(
        row.pk, row.slug, row.name, row.about, row.visibility, row.language, row.made_at
    )


def products_for(viewer_id: int | None) -> list[ProductView]:
    """Return the products that a viewer may see, oldest first."""
    rows = Product.objects.order_by("id")
    is_member = viewer_id is not None
    return [_product(row) for row in rows if may_see(row.visibility, is_member=is_member)]


def products_by_id(product_ids: Iterable[int]) -> dict[int, ProductView]:
    """Return products by id, in one query; ids that none has are left out."""
    return {row.pk: _product(row) for row in Product.objects.filter(pk__in=set(product_ids))}


def product_ids_by_slug() -> dict[str, int]:
    """Return every product as {slug: id}: for the machine's own command line."""
    # Sorted here, since each store sorts words in its own way.
    return dict(sorted(Product.objects.values_list("slug", "pk")))


def product_ids_of_team(member_id: int) -> dict[int, str]:
    """Return the products in whose teams a member is, with the role."""
    rows = TeamMember.objects.filter(member_id=member_id, left_at=None).order_by("product_id")
    return dict(rows.values_list("product_id", "role"))


def products_owned_alone_by(member_id: int) -> list[ProductView]:
    """Products that nobody could decide for if this member left; at most two queries."""
    stays = TeamMember.objects.filter(role=TeamMember.OWNER, left_at=None, member__is_active=True)
    own = stays.filter(member_id=member_id).values("product_id")
    shared = stays.exclude(member_id=member_id).values("product_id")
    rows = Product.objects.filter(pk__in=own).exclude(pk__in=shared)
    return [_product(row) for row in rows.order_by("slug")]


def is_owner(product_id: int, member_id: int | None) -> bool:
    """Whether a member decides for the product."""
    return _role(product_id, member_id) == TeamMember.OWNER


def is_team(product_id: int, member_id: int | None) -> bool:
    """Whether a member is in the product's team, as owner or maker."""
    return _role(product_id, member_id) is not None


def _role(product_id: int, member_id: int | None) -> str | None:
    if member_id is None:
        return None
    rows = TeamMember.objects.filter(product_id=product_id, member_id=member_id, left_at=None)
    return rows.values_list("role", flat=True).first()


def team_of(product_id: int) -> list[TeamPerson]:
    """Return the team: owners first, then by how long they are in it. Two queries."""
    areas: dict[int, list[str]] = {}
    works = AreaMaker.objects.filter(area__product_id=product_id).order_by("area__place", "area_id")
    for team_member_id, slug in works.values_list("team_member_id", "area__slug"):
        areas.setdefault(team_member_id, []).append(slug)
    rows = TeamMember.objects.filter(product_id=product_id, left_at=None).order_by("id")
    people = [
        TeamPerson(row.member_id, row.role, row.since, tuple(areas.get(row.pk, ()))) for row in rows
    ]
    return sorted(people, key=lambda person: (person.role != TeamMember.OWNER, person.since))


def team_member_ids(product_id: int) -> list[int]:
    """Return the members who are in the team now."""
    rows = TeamMember.objects.filter(product_id=product_id, left_at=None).order_by("id")
    return list(rows.values_list("member_id", flat=True))


def areas_of(product_id: int) -> list[AreaView]:
    """Return the areas in their order. Two queries."""
    makers: dict[int, list[int]] = {}
    works = AreaMaker.objects.filter(area__product_id=product_id).order_by("id")
    for area_id, member_id in works.values_list("area_id", "team_member__member_id"):
        makers.setdefault(area_id, []).append(member_id)
    rows = Area.objects.filter(product_id=product_id).order_by("place", "id")
    return [
        AreaView(row.pk, row.slug, row.name, row.place, tuple(makers.get(row.pk, ())))
        for row in rows
    ]


def area_ids_by_slug(product_id: int) -> dict[str, int]:
    """Return the areas of a product as {slug: id}."""
    return dict(Area.objects.filter(product_id=product_id).values_list("slug", "pk"))


def area_ids(product_id: int) -> set[int]:
    """Return the ids of the areas of a product."""
    return set(area_ids_by_slug(product_id).values())


def area_maker_ids(area_id: int) -> list[int]:
    """Return the members who work on an area."""
    rows = AreaMaker.objects.filter(area_id=area_id).order_by("id")
    return list(rows.values_list("team_member__member_id", flat=True))


def rings_of(product_id: int) -> list[RingView]:
    """Return the rings, the most eager first."""
    rows = Ring.objects.filter(product_id=product_id).order_by("place", "id")
    return [RingView(row.pk, row.key, row.name, row.place, row.joining) for row in rows]


def ring_of(product_id: int, member_id: int | None) -> RingStay | None:
    """Return the ring in which a member is; None for those who never chose one, or left."""
    if member_id is None:
        return None
    rows = RingMember.objects.select_related("ring")
    row = rows.filter(product_id=product_id, member_id=member_id).first()
    if row is None:
        return None
    return RingStay(row.ring.key, row.ring.name, row.device, row.version, row.joined_at)


def standing_in_ring(product_id: int, member_id: int) -> tuple[str, str, str] | None:
    """Return the ring's key, device and version of a member, or None: what a report is asked with.

    One query, written out: every view of a report's page asks it.
    """
    sql = """
        SELECT ring.key, stay.device, stay.version
        FROM products_ringmember stay JOIN products_ring ring ON ring.id = stay.ring_id
        WHERE stay.product_id = %s AND stay.member_id = %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [product_id, member_id])
        return cast("tuple[str, str, str] | None", cursor.fetchone())


def ring_keys_of_members(product_id: int, member_ids: Collection[int]) -> dict[int, str]:
    """Return {member id: ring key}, in one query; members in no ring are left out."""
    rows = RingMember.objects.filter(product_id=product_id, member_id__in=member_ids)
    return dict(rows.values_list("member_id", "ring__key"))


def devices_of_members(product_id: int, member_ids: Collection[int]) -> dict[int, str]:
    """Return {member id: device}, in one query; members who told of none are left out."""
    rows = RingMember.objects.filter(product_id=product_id, member_id__in=member_ids)
    return dict(rows.exclude(device="").values_list("member_id", "device"))


def people_by_week(product_id: int) -> dict[date, int]:
    """Return {Monday: how many people had the product}, as it told; weeks that nobody told lack.

    What was told of the product without a version stands for all of it.
    """
    rows = Exposure.objects.filter(product_id=product_id).order_by("week", "id")
    whole: dict[date, int] = {}
    parts: dict[date, int] = {}
    for version, week, n_people in rows.values_list("version", "week", "n_people"):
        told = parts if version else whole
        told[week] = told.get(week, 0) + n_people
    return {**parts, **whole}


def rings_open_to(product_id: int, member_id: int) -> list[RingView]:
    """Return the rings that a member may choose: open, invited to, or any for the team."""
    rings = rings_of(product_id)
    if is_team(product_id, member_id):
        return rings
    invited = RingInvitation.objects.filter(ring__product_id=product_id, member_id=member_id)
    ids = set(invited.values_list("ring_id", flat=True))
    return [ring for ring in rings if ring.joining == Ring.OPEN or ring.id in ids]


def ring_member_ids(
    product_id: int,
    ring_keys: Collection[str] | None = None,
    *,
    after: int = 0,
    limit: int | None = None,
) -> list[int]:
    """Return the active members in some rings, or in any ring of the product, by their ids.

    At most `limit` of those whose id is greater than `after`.
    """
    rows = RingMember.objects.filter(
        product_id=product_id, member__is_active=True, member_id__gt=after
    )
    if ring_keys is not None:
        rows = rows.filter(ring__key__in=ring_keys)
    return list(rows.order_by("member_id").values_list("member_id", flat=True)[:limit])


def n_ring_members(product_id: int) -> dict[str, int]:
    """Return how many active members are in each ring, {ring key: n}, team included."""
    counts = dict.fromkeys((ring.key for ring in rings_of(product_id)), 0)
    rows = RingMember.objects.filter(product_id=product_id, member__is_active=True)
    counts.update(dict(rows.values_list("ring__key").annotate(n=Count("id"))))
    return counts


def exposure_of(product_id: int, version: str) -> list[ExposureView]:
    """Return what was told of a version, by week, ring and device.

    Where nothing was told of this version, what was told of the product without a version.
    """
    versions = {storable(version), ""}
    rows = Exposure.objects.filter(product_id=product_id, version__in=versions)
    told = [
        ExposureView(row.version, row.week, row.ring_key, row.device, row.n_people, row.told_at)
        for row in rows
    ]
    told.sort(key=lambda row: (row.week, row.ring_key, row.device))
    own = [row for row in told if row.version == version]
    return own or told


def personal_data_of(member_id: int) -> dict[str, Any]:
    """Return all that this room knows of a person, as JSON values."""
    stays = TeamMember.objects.filter(member_id=member_id).order_by("id")
    rings = RingMember.objects.filter(member_id=member_id).order_by("id")
    invited = RingInvitation.objects.filter(member_id=member_id).order_by("id")
    return {
        "teams": [
            {
                "product": stay.product.slug,
                "role": stay.role,
                "since": stay.since.isoformat(),
                "left_at": stay.left_at.isoformat() if stay.left_at else None,
            }
            for stay in stays.select_related("product")
        ],
        "rings": [
            {
                "product": row.product.slug,
                "ring": row.ring.key,
                "device": row.device,
                "version": row.version,
                "joined_at": row.joined_at.isoformat(),
            }
            for row in rings.select_related("product", "ring")
        ],
        "ring_invitations": [
            {"product": row.ring.product.slug, "ring": row.ring.key, "at": row.at.isoformat()}
            for row in invited.select_related("ring__product")
        ],
    }
