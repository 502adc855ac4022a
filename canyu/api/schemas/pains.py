"""Pain points: what many say, and whether it is gone."""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from canyu.api.fields import Person, Texts


class PainRatioOut(Schema):
    """Asking after over asking before; 1 is as much as before. The interval is of 95%."""

    ratio: float
    low: float
    high: float
    before: int = Field(description="Voices before it shipped.")
    after: int = Field(description="Voices since.")
    weeks_before: int
    weeks_after: int
    adjusted: bool = Field(description="Whether it was divided by how many could ask.")


class PainOut(Schema):
    """A pain point. A voice is a person, however often they said it."""

    id: int
    name: Texts
    standing: str
    state: str
    size: str
    keeper: Person | None
    n_voices: int
    n_recent: int = Field(description="Voices of the last four weeks.")
    n_earlier: int = Field(description="Voices of the four weeks before those.")
    first_at: datetime | None
    last_at: datetime | None
    reason: str = Field(description="Why it was dismissed.")
    plan_item_id: int | None
    change_id: int | None
    shipped_at: datetime | None
    answer: str = Field(description="Whether the asking stopped; empty until it ships.")
    ratio: PainRatioOut | None
    back: PainRatioOut | None = Field(
        description="Of late against the quiet before, where it came back."
    )
    verdict: str = Field(
        description="What the page says of it, in the language of Accept-Language; empty until it"
        " ships."
    )


class PainsPage(Schema):
    """One page of pain points."""

    pains: list[PainOut]
    page: int
    n_pages: int
    n_pains: int


class PainQuoteOut(Schema):
    """What somebody said. Who wrote in a report is not told."""

    kind: str
    text: str
    language: str
    at: datetime
    author: Person | None


class PainWeekOut(Schema):
    """One whole week, from its Monday."""

    monday: date
    n_askers: int
    n_people: int | None = Field(description="How many had the product, where that was told.")


class CountOut(Schema):
    """How many of one kind."""

    key: str
    n: int


class PainDetailOut(PainOut):
    """A pain point with what it stands on."""

    began_in: str = Field(description="The release with which it began, where that can be said.")
    languages: list[CountOut]
    rings: list[CountOut]
    weeks: list[PainWeekOut]
    quotes: list[PainQuoteOut]
