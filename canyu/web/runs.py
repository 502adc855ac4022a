"""Runs of scores: how an area's or a maker's changes were judged, week after week.

Only closed reports are in them. A run is one person's or one area's alone, in time order: no two
are put side by side, and no mean is taken, because most differences between weeks are noise.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from canyu.awards import queries as awards
from canyu.members.queries import MemberView, as_credited
from canyu.products import queries as products
from canyu.products.queries import AreaView, ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.reports import queries as reports
from canyu.reports.queries import JudgedChange
from canyu.web.cards import People, change_href
from canyu.web.charts import Span
from canyu.web.result_charts import ChartItem
from canyu.web.run_charts import Run, Told, run_of


@dataclass(frozen=True)
class Judged:
    """All judged changes of some products, in time order, with what a run tells of each."""

    told: tuple[JudgedChange, ...]
    changes: Mapping[int, ChangeView]
    versions: Mapping[int, str]
    won: Collection[int]

    def of_area(self, area_id: int) -> list[JudgedChange]:
        """Those of one area."""
        return [one for one in self.told if self.changes[one.change_id].area_id == area_id]

    def of_maker(self, member_id: int, product_id: int) -> list[JudgedChange]:
        """Those that somebody made, alone or with others."""
        return [
            one
            for one in self.told
            if one.product_id == product_id and member_id in self.changes[one.change_id].maker_ids
        ]

    @property
    def maker_ids(self) -> set[int]:
        """Everybody who made one of them."""
        return {maker for change in self.changes.values() for maker in change.maker_ids}


@dataclass(frozen=True)
class AreaLine:
    """An area, who works on it, and how many of its changes were judged."""

    area: AreaView
    makers: tuple[MemberView, ...]
    n_judged: int


@dataclass(frozen=True)
class MakerLine:
    """A maker, and how many changes with their name were judged."""

    maker: MemberView
    n_judged: int


def judged_in(product_ids: Collection[int]) -> Judged:
    """Read what was judged; six queries whatever the number of weeks and changes."""
    told = reports.judged_changes_in(product_ids)
    changes = releases.changes_by_id(one.change_id for one in told)
    found = releases.releases_by_id({one.release_id for one in told})
    return Judged(
        told=tuple(one for one in told if one.change_id in changes and one.release_id in found),
        changes=changes,
        versions={one.id: one.version for one in found.values()},
        won=awards.awarded_change_ids(product_ids),
    )


def draw_run(
    slug: str, judged: Judged, chosen: Iterable[JudgedChange], people: People
) -> Run[ChartItem]:
    """Place a run on its charts."""
    return run_of(
        [
            Told(
                item=ChartItem(
                    judged.changes[one.change_id].text,
                    people.makers(judged.changes[one.change_id].maker_ids),
                    change_href(slug, one.change_id),
                ),
                version=judged.versions[one.release_id],
                closed_at=one.closed_at,
                worth=_span(one),
                won=one.change_id in judged.won,
            )
            for one in chosen
        ]
    )


def area_lines(product: ProductView, judged: Judged) -> list[AreaLine]:
    """Every area, in the product's order."""
    areas = products.areas_of(product.id)
    people = People(member_id for area in areas for member_id in area.maker_ids)
    return [
        AreaLine(area, people.many(area.maker_ids), len(judged.of_area(area.id))) for area in areas
    ]


def maker_lines(product: ProductView, judged: Judged) -> list[MakerLine]:
    """Everybody who made what was judged, by name: no order that says who is better.

    Who wishes to be named otherwise, or not, is in none: their run would say who made what.
    """
    makers = [
        one for one in People(judged.maker_ids).many(judged.maker_ids) if as_credited(one) == one
    ]
    return [
        MakerLine(one, len(judged.of_maker(one.id, product.id)))
        for one in sorted(makers, key=lambda one: (one.name.casefold(), one.id))
    ]


def _span(one: JudgedChange) -> Span | None:
    if one.worth is None or one.low is None or one.high is None:
        return None
    return Span(one.worth, min(one.low, one.worth), max(one.high, one.worth))
