"""One's own four cells: the screen that is shown, and what is said."""

from ninja import Schema
from pydantic import Field, StrictInt, StrictStr

from canyu.api.fields import Body, Id, Mood, Texts

# Far more than any cell takes; the services say how much that is.
LONGEST = 100_000


class ShownChange(Schema):
    """A change on one's screen."""

    id: int
    version: str = Field(description="A hotfix's change is judged with the next release.")
    key: str
    kind: str
    text: Texts
    detail: Texts


class WantableItem(Schema):
    """A plan item that can be wanted next."""

    id: int
    key: str
    title: Texts
    words: Texts


class CellsOut(Schema):
    """What was said before; all empty on the first visit. Ids are of changes and a plan item."""

    mood: str
    best: int | None
    worst: int | None
    untried: list[int]
    wanted_item: int | None
    wanted: str
    why_best: str
    why_worst: str


class ScreenOut(Schema):
    """What one member's report is made of. `changes` come in the order drawn for this member."""

    token: str = Field(description="Send it back with the cells.")
    n_judged: int = Field(description="Changes judged in all; a screen may show fewer.")
    changes: list[ShownChange]
    plan_items: list[WantableItem]
    revision: int = Field(description="0 before the first report.")
    cells: CellsOut


class ReportIn(Body):
    """Four cells. Any may stay empty, but not all."""

    token: StrictStr = Field(max_length=LONGEST)
    mood: Mood = ""
    best: Id | None = None
    worst: Id | None = None
    untried: list[Id] = Field(default=[], max_length=60)
    wanted_item: Id | None = None
    wanted: StrictStr = Field(default="", max_length=LONGEST)
    why_best: StrictStr = Field(default="", max_length=LONGEST)
    why_worst: StrictStr = Field(default="", max_length=LONGEST)
    base_revision: StrictInt | None = Field(
        default=None,
        description="The revision that you read. Where a newer one is stored, nothing is changed.",
    )


class ReportOut(Schema):
    """The state that is stored now."""

    revision: int
