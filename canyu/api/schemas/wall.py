"""The wall of awards."""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from canyu.api.fields import Person, Texts
from canyu.api.schemas.certainty import VerdictOut


class WinnerOut(Schema):
    """A change that won, alone or with others."""

    change_id: int
    text: Texts
    makers: list[Person]
    p_win: float


class AwardOut(Schema):
    """A certified award, or a week in which nobody won."""

    version: str
    state: str = Field(description='"certified" or "nobody".')
    outcome: str = Field(description='"alone", "shared" or "nobody".')
    reason: str = Field(
        description='Why it came out so: "clear", or the first clause that does not hold.'
    )
    n_judging: int
    verdict: VerdictOut | None = Field(description="Null where nothing could be asked.")
    number: int | None
    proposed_at: datetime
    certified_at: datetime | None
    winners: list[WinnerOut]
    citation: Texts
    picture: str = Field(description="Where the picture is, as a path of this server.")
    gift: str
    gift_on: date | None


class WallOut(Schema):
    """One page of the wall, newest first."""

    awards: list[AwardOut]
    page: int
    n_pages: int
    n_awards: int
