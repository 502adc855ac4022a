"""What is said about a topic, and what becomes of it."""

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field, StrictBool, StrictStr

from canyu.api.fields import Body, Id, Person
from canyu.api.schemas.topics import LONGEST, TopicOut


class RemarkOut(Schema):
    """A remark. `text` is empty where it was taken back or hidden; a reply names its parent."""

    id: int
    parent_id: int | None
    author: Person | None
    text: str
    written_at: datetime
    is_edited: bool
    is_answer: bool = Field(description="By somebody of the team.")


class TopicDetailOut(TopicOut):
    """A topic with what was said about it, the oldest first."""

    merged_into_id: int | None = Field(description="The topic that it was put into.")
    solution_id: int | None = Field(description="The remark that solved it.")
    is_locked: bool
    remarks: list[RemarkOut]


class RemarkIn(Body):
    """Words under a topic; with `parent`, a reply to a remark."""

    text: StrictStr = Field(max_length=LONGEST)
    parent: Id | None = None


class SolvedIn(Body):
    """Whether it is solved, and by which remark, if it was one."""

    is_solved: StrictBool
    remark: Id | None = None


class StatusIn(Body):
    """What the team says of it; `confirmed` is for those who asked."""

    status: Literal["received", "talking", "planned", "doing", "shipped", "confirmed", "declined"]
    reason: StrictStr = Field(default="", max_length=LONGEST)
    version: StrictStr = Field(default="", max_length=100, description="In which it shipped.")
