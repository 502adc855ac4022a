"""Repairs, as far as somebody may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from canyu.journal.errors import NotFound, gettext_noop
from canyu.products import queries as products
from canyu.products.queries.work import areas_worked_on, team_pairs
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.reports.models import Repair


@dataclass(frozen=True)
class RepairStepView:
    """One step of a repair."""

    id: int
    text: Mapping[str, str]
    done_at: datetime | None


@dataclass(frozen=True)
class RepairView:
    """A repair. `state` is "private", "answered" or "done"; `kind` is "mend" or "keep"."""

    id: int
    product_id: int
    release_id: int
    change_id: int
    state: str
    kind: str
    p_last: float
    hurt: Mapping[str, str]
    answer: Mapping[str, str]
    due_on: date | None
    opened_at: datetime
    answered_at: datetime | None
    answered_by_id: int | None
    done_at: datetime | None
    steps: tuple[RepairStepView, ...]

    def is_late(self, today: date) -> bool:
        """Whether what was promised is past its day."""
        return self.due_on is not None and self.done_at is None and today > self.due_on


def repair_of(repair_id: int, *, viewer_id: int | None) -> RepairView:
    """One repair; private ones only for the change's makers and the owners, else `NotFound`."""
    row = Repair.objects.filter(pk=repair_id).prefetch_related("steps").first()
    if row is None or not (row.answered_at or _seen_privately([row], viewer_id)):
        raise NotFound(gettext_noop("There is no such repair, or it has not been answered yet."))
    return _repair(row)


def repairs_of_release(release_id: int, *, viewer_id: int | None) -> list[RepairView]:
    """The repairs that a release led to, as far as this person may see them."""
    rows = list(
        Repair.objects.filter(release_id=release_id).prefetch_related("steps").order_by("id")
    )
    seen = _seen_privately([row for row in rows if row.answered_at is None], viewer_id)
    return [_repair(row) for row in rows if row.answered_at or row.pk in seen]


def latest_repair(product_id: int) -> RepairView | None:
    """The public repair that was opened last."""
    rows = Repair.objects.filter(product_id=product_id, answered_at__isnull=False)
    row = rows.prefetch_related("steps").order_by("-opened_at", "-id").first()
    return _repair(row) if row else None


def repairs_owed_by(member_id: int, *product_ids: int) -> list[RepairView]:
    """Repairs that this member may answer and that nobody has answered yet, or are not done.

    Seven queries at most, whatever the number of repairs and products.
    """
    rows = Repair.objects.filter(product_id__in=product_ids).filter(
        Q(answered_at__isnull=True) | Q(done_at__isnull=True)
    )
    owed = list(rows.prefetch_related("steps").order_by("opened_at", "id"))
    seen = _seen_privately(owed, member_id)
    return [_repair(row) for row in owed if row.pk in seen]


def may_answer_repair(repair_id: int, member_id: int | None) -> bool:
    """Whether this member may answer a repair, and see it before."""
    return repair_id in _seen_privately(list(Repair.objects.filter(pk=repair_id)), member_id)


def _seen_privately(rows: Sequence[Repair], viewer_id: int | None) -> set[int]:
    """Ids of the repairs that this person may see before the answer, and may answer.

    Owners may, and the change's makers; where none of its makers is in the team any more, the
    small team of its area may.
    """
    if viewer_id is None or not rows:
        return set()
    roles = products.product_ids_of_team(viewer_id)
    here = [row for row in rows if row.product_id in roles]
    owned = {row.pk for row in here if roles[row.product_id] == "owner"}
    left = [row for row in here if row.pk not in owned]
    if not left:
        return owned
    changes = releases.changes_by_id(row.change_id for row in left)
    made = {row.pk for row in left if viewer_id in changes[row.change_id].maker_ids}
    others = [row for row in left if row.pk not in made]
    return owned | made | _left_alone(others, changes, viewer_id)


def _left_alone(
    rows: Sequence[Repair], changes: Mapping[int, ChangeView], viewer_id: int
) -> set[int]:
    areas = {area.id for area in areas_worked_on(viewer_id)} if rows else set()
    in_areas = [row for row in rows if changes[row.change_id].area_id in areas]
    if not in_areas:
        return set()
    team = team_pairs({row.product_id for row in in_areas})
    return {
        row.pk
        for row in in_areas
        if not any((row.product_id, one) in team for one in changes[row.change_id].maker_ids)
    }


def _repair(row: Repair) -> RepairView:
    state = "private" if row.answered_at is None else "answered"
    return RepairView(
        id=row.pk,
        product_id=row.product_id,
        release_id=row.release_id,
        change_id=row.change_id,
        state="done" if row.done_at else state,
        kind=row.kind,
        p_last=row.p_last,
        hurt=row.hurt,
        answer=row.answer,
        due_on=row.due_on,
        opened_at=row.opened_at,
        answered_at=row.answered_at,
        answered_by_id=row.answered_by_id,
        done_at=row.done_at,
        steps=tuple(
            RepairStepView(step.pk, step.text, step.done_at)
            for step in sorted(row.steps.all(), key=lambda step: step.place)
        ),
    )
