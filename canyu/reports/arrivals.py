"""A report as it comes over the wire: read and believed without asking the store."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from canyu.journal.errors import Invalid, gettext_noop
from canyu.reports.rules import ReportCells, check_cells
from canyu.reports.submissions import Submission
from canyu.reports.tokens import open_token

# Far beyond anything that will be, and small enough for every store.
_Id = Field(default=None, ge=1, le=2**53)


class Arrival(BaseModel):
    """The body that a page or a program sends; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    token: str = Field(max_length=8_000)
    mood: str = Field(default="", max_length=40)
    best: int | None = _Id
    worst: int | None = _Id
    untried: list[int] = Field(default_factory=list, max_length=60)
    wanted_item: int | None = _Id
    wanted: str = Field(default="", max_length=10_000)
    why_best: str = Field(default="", max_length=10_000)
    why_worst: str = Field(default="", max_length=10_000)
    base_revision: int | None = Field(default=None, ge=0, le=2**31)
    edited: int | None = Field(default=None, ge=0, le=2**53)


def read_arrival(body: bytes, *, key: bytes, at: datetime) -> Submission:
    """Read a body, open its token with `key`, check the cells against the screen in it.

    What only the store knows (whether the report is open, what can be wanted) is left to it.
    Raises `Invalid` for what is no such body, `ReportRefused` for a token or cells that are none.
    """
    try:
        arrival = Arrival.model_validate_json(body)
    except ValidationError as problem:
        (first, *_) = problem.errors(include_url=False, include_input=False)
        raise Invalid(
            gettext_noop(
                "Your report was not saved: it could not be read (%(place)s: %(fault)s). "
                "Reload the page and send it again."
            ),
            place=".".join(map(str, first["loc"])) or "body",
            fault=first["msg"],
        ) from None
    told = open_token(arrival.token, key=key, at=at)
    cells = ReportCells(
        mood=arrival.mood,
        best=arrival.best,
        worst=arrival.worst,
        untried=tuple(arrival.untried),
        wanted_item=arrival.wanted_item,
        wanted=arrival.wanted,
        why_best=arrival.why_best,
        why_worst=arrival.why_worst,
    )
    asked = () if cells.wanted_item is None else (cells.wanted_item,)
    return Submission(
        told,
        check_cells(cells, shown=told.shown, plan_item_ids=asked),
        at=at,
        edited=arrival.edited,
        base_revision=arrival.base_revision,
    )
