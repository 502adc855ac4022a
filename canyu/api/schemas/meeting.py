"""The product meeting of a week."""

from datetime import date

from ninja import Schema
from pydantic import Field

from canyu.api.fields import Texts
from canyu.api.schemas.pains import PainOut
from canyu.api.schemas.plan import PlanItemOut


class WantedOut(Schema):
    """What reports wanted next."""

    item: PlanItemOut
    share: float = Field(description="Part of those who said so, 0 to 1.")


class HurtOut(Schema):
    """A change that was liked least."""

    change_id: int
    text: Texts
    n_worst: int
    n_shown: int
    repair: str | None = Field(description="private, answered or done; null where there is none.")


class NoOut(Schema):
    """What was said no to, and why."""

    name: Texts
    reason: Texts | str = Field(description="By language of a plan item, as written of a pain.")
    on: date | None


class MeetingOut(Schema):
    """What there is to decide this week."""

    week: date = Field(description="Its Monday.")
    by_voices: list[PainOut]
    rising: list[PainOut]
    to_decide: list[int] = Field(description="Pain points on which nothing is decided.")
    n_suggested: int
    version: str = Field(description="The release that was tallied last; empty before the first.")
    wanted: list[WantedOut]
    hurt: list[HurtOut]
    due: list[PlanItemOut]
    verified: list[PainOut]
    at_work: list[PlanItemOut]
    cap: int
    is_full: bool
    noes: list[NoOut]
