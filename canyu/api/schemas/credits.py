"""Who brought what about."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from canyu.api.fields import Texts


class CreditedOut(Schema):
    """A person as they wish to be named. `handle` is empty for another name than their own."""

    handle: str
    name: str
    person_id: int | None = Field(
        description="Of those without an account, whom a record of the past names."
    )


class RoleOut(Schema):
    """Who is named for one role; the first of them, and how many there are in all."""

    role: str
    people: list[CreditedOut]
    n_people: int


class ChangeCredits(Schema):
    """Who is named for one change."""

    change_id: int
    key: str
    text: Texts
    roles: list[RoleOut]


class ReleaseCredits(Schema):
    """Who is named for the changes of a release."""

    version: str
    changes: list[ChangeCredits]


class BroughtOut(Schema):
    """One change that somebody brought about, and what they did for it."""

    product: str
    version: str
    published_at: datetime | None
    change_id: int
    text: Texts
    roles: list[str]


class MemberCredits(Schema):
    """One page of what a member brought about, the newest release first."""

    brought: list[BroughtOut]
    page: int
    n_pages: int
    n_changes: int
