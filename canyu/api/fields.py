"""The kinds of values that bodies and addresses hold. Nothing is guessed from another kind."""

from typing import Annotated, Literal

from ninja import Path, Query, Schema
from pydantic import BeforeValidator, ConfigDict, Field

# The largest number that every store takes as an id.
MOST = 2**63 - 1

Id = Annotated[int, Field(strict=True, ge=1, le=MOST)]
PathId = Annotated[int, Path(ge=1, le=MOST)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="Pages are counted from 1.")]

Texts = dict[str, str]
TopicKind = Literal["idea", "question", "trouble", "praise"]
TopicStatus = Literal["received", "talking", "planned", "doing", "shipped", "confirmed", "declined"]
TopicSort = Literal["newest", "warm", "waiting"]
Mood = Literal["", "scream", "smile", "shrug", "sigh"]


def _only_text(value: object) -> object:
    if not isinstance(value, str):
        message = "write the day as text, such as 2026-11-20"
        raise ValueError(message)  # noqa: TRY004 - pydantic makes an answer of ValueError only
    return value


AsText = BeforeValidator(_only_text)


class Body(Schema):
    """What may be sent. A field that is not known is refused, so that a misspelt one is seen."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """One thing that cannot be taken. `row` counts from 1, in lists only."""

    error: str
    field: str | None = None
    row: int | None = None


class Refusal(Schema):
    """Every no: what was not done, why, and what next. Nothing is ever done by half."""

    error: str = Field(description="A sentence for people, in English.")
    status: int = Field(description="The HTTP status once more.")
    problems: list[Problem] = Field(default=[], description="Only where there are several.")


class Person(Schema):
    """A member as others see them."""

    handle: str
    name: str
