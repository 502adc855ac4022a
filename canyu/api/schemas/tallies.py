"""Turnout, and after the close the tally."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from canyu.api.fields import Refusal, Texts
from canyu.api.schemas.certainty import AxisOut, RingsApartOut, VerdictOut, WeightedOut


class TurnoutOut(Schema):
    """When the report opens and closes, and how many have filled it: all that is told before."""

    version: str
    state: str = Field(description='"scheduled", "open" or "closed".')
    is_being_counted: bool = Field(description="Closed, and its results come in a moment.")
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    n_reports: int = Field(description="People who are not of the team.")
    n_eligible: int = Field(description="Members whose ring has the release.")


class ResultsRefusal(Refusal):
    """The answer before the close, and while the report is counted."""

    turnout: TurnoutOut


class ShareOut(Schema):
    """`n` of `of` people, with the 95% interval of Wilson; shares from 0 to 1."""

    n: int
    of: int
    share: float
    low: float
    high: float


class FiguresOut(Schema):
    """What the reports say of a change. Score and chances are null where answers are too few."""

    change_id: int
    n_shown: int
    n_best: int
    n_worst: int
    best: ShareOut
    worst: ShareOut
    score: float | None = Field(description="Its part of 100.")
    low: float | None
    high: float | None
    p_win: float | None = Field(description="Chance that it is the one liked most.")
    p_last: float | None = Field(description="Chance that it is the one liked least.")


class ChangeFiguresOut(FiguresOut):
    """The same, with the change's own words."""

    key: str
    text: Texts


class RingFiguresOut(Schema):
    """The figures of one ring; no changes where its answers are too few."""

    ring: str
    n_reports: int
    n_judging: int
    changes: list[FiguresOut]


class MoodOut(Schema):
    """How many chose a mood."""

    mood: str
    share: ShareOut


class WantedOut(Schema):
    """How many want a plan item next."""

    plan_item_id: int
    key: str
    title: Texts
    share: ShareOut


class ResultsOut(Schema):
    """The tally of a closed report. People of the team are counted apart, in `team`."""

    version: str
    closed_at: datetime
    n_reports: int
    n_judging: int
    n_team: int
    n_exposed: int | None = Field(description="Null: nothing was told, so not adjusted.")
    is_enough: bool = Field(description="Below 30 people who judged, nothing is estimated.")
    model: str
    ghost: float
    changes: list[ChangeFiguresOut] = Field(description="By falling score.")
    ties: list[list[int]] = Field(description="Changes that cannot be put in order.")
    not_ruled_out: list[int] = Field(description="Of which none can be excluded as the first.")
    rings: list[RingFiguresOut]
    n_moods: int
    moods: list[MoodOut]
    n_wanted: int
    wanted: list[WantedOut]
    team: list[FiguresOut]
    axes: list[AxisOut] = Field(description="Empty where there are no scores.")
    rings_apart: RingsApartOut | None = Field(description="Null with fewer than two such rings.")
    weighted: WeightedOut | None = Field(description="Null where there is nothing to weight.")
    top: VerdictOut | None = Field(description="The award's rule; null without scores.")
    bottom: VerdictOut | None = Field(description="The same rule asked of what was liked least.")
