"""Reading the plan."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from canyu.journal.errors import NotFound, gettext_noop
from canyu.plan.models import PlanItem, PlanItemTopic
from canyu.plan.rules import OPEN_STATES, PROMISED_STATES, is_late

IN_ORDER = ("doing", "planned", "considered", "shipped", "declined")


@dataclass(frozen=True)
class PlanItemView:
    """A plan item as a page shows it."""

    id: int
    product_id: int
    key: str
    title: Mapping[str, str]
    words: Mapping[str, str]
    state: str
    reason: Mapping[str, str]
    keeper_id: int | None
    due_version: str
    due_on: date | None
    shipped_version: str
    changed_at: datetime
    is_late: bool
    topic_ids: tuple[int, ...]


def plan_of(product_id: int, *, today: date) -> list[PlanItemView]:
    """The whole plan: what is being done first, then planned, considered, shipped, declined."""
    rows = PlanItem.objects.filter(product_id=product_id).prefetch_related("sources")
    views = [_view(row, today) for row in rows.order_by("-changed_at", "-id")]
    return sorted(views, key=lambda item: IN_ORDER.index(item.state))


def open_items(product_id: int, *, today: date) -> list[PlanItemView]:
    """What can be wanted next: items neither shipped nor declined, the oldest first."""
    rows = PlanItem.objects.filter(product_id=product_id, state__in=OPEN_STATES)
    return [_view(row, today) for row in rows.prefetch_related("sources").order_by("made_at", "id")]


def promises_kept_by(
    member_id: int, *, product_ids: Collection[int], today: date
) -> list[PlanItemView]:
    """What this member promised for a day or a version and has not kept yet; two queries."""
    rows = PlanItem.objects.filter(
        product_id__in=product_ids, keeper_id=member_id, state__in=PROMISED_STATES
    ).filter(Q(due_on__isnull=False) | ~Q(due_version=""))
    return [_view(row, today) for row in rows.prefetch_related("sources").order_by("id")]


def plan_item_of(item_id: int, *, today: date) -> PlanItemView:
    """One item; raises `NotFound`."""
    row = PlanItem.objects.filter(pk=item_id).prefetch_related("sources").first()
    if row is None:
        raise NotFound(gettext_noop("There is no such plan item."))
    return _view(row, today)


def plan_items_by_id(item_ids: Iterable[int], *, today: date) -> dict[int, PlanItemView]:
    """These items, in two queries."""
    rows = PlanItem.objects.filter(pk__in=list(item_ids)).prefetch_related("sources")
    return {row.pk: _view(row, today) for row in rows}


def due_versions(product_ids: Collection[int]) -> dict[int, set[str]]:
    """{product: the versions for which something is promised that is not done yet}; one query."""
    rows = PlanItem.objects.filter(product_id__in=product_ids, state__in=OPEN_STATES)
    found: dict[int, set[str]] = {}
    for product_id, version in rows.exclude(due_version="").values_list(
        "product_id", "due_version"
    ):
        found.setdefault(product_id, set()).add(version)
    return found


def item_ids_by_key(product_id: int) -> dict[str, int]:
    """{key: id} of a product's plan."""
    return dict(PlanItem.objects.filter(product_id=product_id).values_list("key", "id"))


def topics_planned(product_id: int) -> dict[int, datetime]:
    """{topic: since when there is a plan item that names it}; one query."""
    rows = PlanItemTopic.objects.filter(item__product_id=product_id).order_by("-item__made_at")
    return dict(rows.values_list("topic_id", "item__made_at"))


def items_kept_by(member_id: int) -> list[dict[str, object]]:
    """Every item that one person looks after, for their own export."""
    rows = PlanItem.objects.filter(keeper_id=member_id).order_by("id")
    return [{"item_id": row.pk, "title": row.title, "state": row.state} for row in rows]


def _view(row: PlanItem, today: date) -> PlanItemView:
    return PlanItemView(
        id=row.pk,
        product_id=row.product_id,
        key=row.key,
        title=row.title,
        words=row.words,
        state=row.state,
        reason=row.reason,
        keeper_id=row.keeper_id,
        due_version=row.due_version,
        due_on=row.due_on,
        shipped_version=row.shipped_version,
        changed_at=row.changed_at,
        is_late=is_late(row.due_on, row.state, today),
        topic_ids=tuple(sorted(source.topic_id for source in row.sources.all())),
    )
