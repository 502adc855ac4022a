"""A report as it comes over the wire: read and believed without asking the store."""

from datetime import datetime
from typing import Annotated

from msgspec import DecodeError, Meta, Struct, ValidationError
from msgspec.json import Decoder

from canyu.journal.errors import Invalid, gettext_noop
from canyu.reports.rules import ReportCells, check_cells
from canyu.reports.submissions import Submission
from canyu.reports.tokens import open_token

# Far beyond anything that will be, and small enough for every store.
Id = Annotated[int, Meta(ge=1, le=2**53)]
Moment = Annotated[int, Meta(ge=0, le=2**53)]
Revision = Annotated[int, Meta(ge=0, le=2**31)]
Words = Annotated[str, Meta(max_length=10_000)]


class Arrival(Struct, frozen=True, forbid_unknown_fields=True):
    """The body that a page or a program sends; unknown fields are refused."""

    token: Annotated[str, Meta(max_length=8_000)]
    mood: Annotated[str, Meta(max_length=40)] = ""
    best: Id | None = None
    worst: Id | None = None
    untried: Annotated[tuple[int, ...], Meta(max_length=60)] = ()
    wanted_item: Id | None = None
    wanted: Words = ""
    why_best: Words = ""
    why_worst: Words = ""
    base_revision: Revision | None = None
    edited: Moment | None = None


_decode = Decoder(Arrival).decode


def read_arrival(body: bytes, *, key: bytes, at: datetime) -> Submission:
    """Read a body, open its token with `key`, check the cells against the screen in it.

    What only the store knows (whether the report is open, what can be wanted) is left to it.
    Raises `Invalid` for what is no such body, `ReportRefused` for a token or cells that are none.
    """
    try:
        arrival = _decode(body)
    except (DecodeError, UnicodeDecodeError) as problem:
        place, fault = _place_and_fault(problem)
        raise Invalid(
            gettext_noop(
                "Your report was not saved: it could not be read (%(place)s: %(fault)s). "
                "Reload the page and send it again."
            ),
            place=place,
            fault=fault,
        ) from None
    told = open_token(arrival.token, key=key, at=at)
    wanted_item = arrival.wanted_item
    cells = ReportCells(
        arrival.mood,
        arrival.best,
        arrival.worst,
        arrival.untried,
        wanted_item,
        arrival.wanted,
        arrival.why_best,
        arrival.why_worst,
    )
    cells = check_cells(
        cells, shown=told.shown, plan_item_ids=() if wanted_item is None else (wanted_item,)
    )
    return Submission(told, cells, at, arrival.edited, arrival.base_revision, is_checked=True)


def _place_and_fault(problem: Exception) -> tuple[str, str]:
    """Where it is, as the sender names it, and what; "body" for all of it."""
    if not isinstance(problem, ValidationError):
        return "body", str(problem)
    fault, _, place = str(problem).partition(" - at `$")
    return place.strip(".`") or "body", fault
