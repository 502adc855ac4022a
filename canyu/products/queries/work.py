"""Who works on what, and when: for one person across products, and for many at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time

from canyu.products.models import AreaMaker, TeamMember, WorkHours

USUAL_DAYS = (0, 1, 2, 3, 4)
OPENS_AT = time(9)
CLOSES_AT = time(18)


@dataclass(frozen=True)
class HoursView:
    """The days, Monday is 0, and the hours in which a team answers, in its train's zone."""

    weekdays: tuple[int, ...] = USUAL_DAYS
    opens_at: time = OPENS_AT
    closes_at: time = CLOSES_AT


@dataclass(frozen=True)
class WorkedArea:
    """An area that somebody works on."""

    id: int
    product_id: int
    name: Mapping[str, str]


def hours_of(product_id: int) -> HoursView:
    """Return when the team of a product answers."""
    return hours_of_products([product_id])[product_id]


def hours_of_products(product_ids: Collection[int]) -> dict[int, HoursView]:
    """Return the same for some products, in one query."""
    rows = WorkHours.objects.filter(product_id__in=product_ids)
    told = {
        row.product_id: HoursView(tuple(row.weekdays), row.opens_at, row.closes_at) for row in rows
    }
    return {product_id: told.get(product_id, HoursView()) for product_id in product_ids}


def areas_worked_on(member_id: int) -> list[WorkedArea]:
    """Return the areas of all products that a member works on now, in one query."""
    rows = AreaMaker.objects.filter(team_member__member_id=member_id, team_member__left_at=None)
    return [
        WorkedArea(row.area_id, row.area.product_id, row.area.name)
        for row in rows.select_related("area").order_by("area__product_id", "area__place", "id")
    ]


def makers_of_areas(area_ids: Collection[int]) -> dict[int, list[int]]:
    """Return {area: the members who work on it now}, in one query; an empty area is left out."""
    rows = AreaMaker.objects.filter(area_id__in=area_ids, team_member__left_at=None).order_by("id")
    found: dict[int, list[int]] = {}
    for area_id, member_id in rows.values_list("area_id", "team_member__member_id"):
        found.setdefault(area_id, []).append(member_id)
    return found


def team_pairs(product_ids: Collection[int]) -> set[tuple[int, int]]:
    """Return (product, member) of everybody in the teams of these products, in one query."""
    rows = TeamMember.objects.filter(product_id__in=product_ids, left_at=None)
    return set(rows.values_list("product_id", "member_id"))
