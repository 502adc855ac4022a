"""One's own desk."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from canyu.api.fields import Person, Texts


class DeskLine(Schema):
    """One thing that waits; `id` is that of the topic, repair, plan item or whatever it is."""

    kind: str = Field(description="topic, repair, promise, award, draft or pain.")
    product: str = Field(description="Slug of the product.")
    id: int
    title: Texts = Field(description="By language; what has only one stands under it, or “”.")
    for_whom: Person | None
    keeper: Person | None = Field(description="Who looks after it, where that is somebody else.")
    since: datetime
    due_at: datetime | None
    is_late: bool
    working_hours_left: float | None = Field(description="As the team works; None where not known.")
    state: str
    version: str


class DeskWords(Schema):
    """New words on a change of one's own. Words of a report have no author."""

    id: int
    product: str
    change_id: int
    change: Texts
    author: Person | None
    text: str
    at: datetime


class DeskOut(Schema):
    """What waits, due first; and new words, the newest first, until they are put aside."""

    lines: list[DeskLine]
    words: list[DeskWords]
