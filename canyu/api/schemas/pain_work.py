"""What a team does with a pain point."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StrictBool, StrictStr

from canyu.api.fields import Body, Id, Person

Ids = Annotated[list[Id], Field(min_length=1, max_length=2_000)]


class AcceptIn(Body):
    """These say the same: all of it, or the said that are named; the rest is taken out."""

    act: Literal["accept"]
    said: Ids | None = None


class DismissIn(Body):
    """It is of no concern, and why."""

    act: Literal["dismiss"]
    reason: StrictStr


class SplitIn(Body):
    """The said that are named are a pain of their own."""

    act: Literal["split"]
    said: Ids
    name: StrictStr


class JoinIn(Body):
    """Another pain point is this one."""

    act: Literal["join"]
    other: Id


class RenameIn(Body):
    """A name of the team's own, in one language."""

    act: Literal["rename"]
    name: StrictStr
    language: Literal["en", "zh-hans"]


class AddIn(Body):
    """A topic says the same, which nothing had found."""

    act: Literal["add"]
    topic: Id


class AnswerIn(Body):
    """Yes or no to what a night proposed; a no is kept."""

    act: Literal["answer"]
    proposal: Id
    is_so: StrictBool


class SeeIn(Body):
    """What was told of it has been seen."""

    act: Literal["see"]


class NoteIn(Body):
    """A line of the dig log."""

    act: Literal["note"]
    kind: Literal["learned", "asked", "tried"]
    words: StrictStr


class ChangeIn(Body):
    """Who looks after it, how large it is, how far it is."""

    act: Literal["change"]
    keeper: Annotated[StrictStr, Field(max_length=64, description="Their handle.")]
    size: Literal["", "small", "medium", "large"]
    state: StrictStr


class BindIn(Body):
    """What answers it: an item of the plan, or a change that went out already."""

    act: Literal["bind"]
    plan_item: Id | None = None
    change: Id | None = None


class DecideIn(Body):
    """At the meeting: the plan says it, with the topics that asked."""

    act: Literal["decide"]
    state: Literal["considered", "planned", "doing", "declined"]
    due_version: Annotated[StrictStr, Field(max_length=40)] = ""
    reason: dict[str, StrictStr] = Field({}, max_length=4, description="Why not; by language.")


WorkIn = (
    AcceptIn
    | DismissIn
    | SplitIn
    | JoinIn
    | RenameIn
    | AddIn
    | AnswerIn
    | SeeIn
    | NoteIn
    | ChangeIn
    | BindIn
    | DecideIn
)


class GoneIn(Body):
    """Whether it is gone, from one who asked."""

    answer: Literal["yes", "no"]


class SaidOut(Schema):
    """One text on which it stands. Who wrote in a report is not told."""

    id: int
    kind: str
    text: str
    language: str
    at: datetime
    author: Person | None
    is_maybe: bool = Field(description="Found, and not looked at by the team yet.")
    is_copy: bool = Field(description="One of many alike; all of them are one voice.")


class NoteOut(Schema):
    """A line of the dig log."""

    kind: str
    words: str
    author: Person | None
    at: datetime


class DecisionOut(Schema):
    """What somebody decided. Later runs respect it."""

    verb: str
    reason: str
    actor: Person | None
    at: datetime


class ProposalOut(Schema):
    """What a night proposes, waiting for a yes or a no."""

    id: int
    kind: str
    other_id: int | None
    texts: list[str]


class WorkOut(Schema):
    """Everything that the team sees of a pain point beside what all see."""

    id: int
    standing: str
    said: list[SaidOut]
    notes: list[NoteOut]
    decisions: list[DecisionOut]
    proposals: list[ProposalOut]
