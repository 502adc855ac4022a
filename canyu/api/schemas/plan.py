"""The public plan."""

from datetime import date, datetime

from ninja import Schema

from canyu.api.fields import Person, Texts


class PlanItemOut(Schema):
    """What the team said it will do, or not, and why."""

    id: int
    key: str
    title: Texts
    words: Texts
    state: str
    reason: Texts
    keeper: Person | None
    due_version: str
    due_on: date | None
    is_late: bool
    shipped_version: str
    changed_at: datetime
    topic_ids: list[int]


class PlanOut(Schema):
    """The whole plan: being done, planned, considered, shipped, declined."""

    items: list[PlanItemOut]
