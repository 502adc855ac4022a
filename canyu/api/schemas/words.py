"""Words that people said elsewhere, and what goes back to them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StrictStr

from canyu.api.fields import AsText, Body
from canyu.channels.sayings.records import MOST_AT_ONCE

LONGEST = 100_000
PlaceKind = Literal["chat", "social", "review", "call", "mail", "other"]


def _in_a_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = "say in which zone, such as 2026-05-03T14:02:00Z"
        raise ValueError(message)
    return moment


class WordIn(Body):
    """What somebody said. Without `id` it is known again by who said what and when."""

    text: StrictStr = Field(max_length=LONGEST)
    kind: PlaceKind = Field(default="other", description="Of place.")
    where: StrictStr = Field(default="", max_length=1000, description="The place's own name.")
    who: StrictStr = Field(default="", max_length=1000, description="How they are called there.")
    said_at: Annotated[datetime, AsText, AfterValidator(_in_a_zone)] | None = None
    id: StrictStr = Field(default="", max_length=1000, description="The number it has there.")
    link: StrictStr = Field(default="", max_length=2000)
    language: StrictStr = Field(default="", max_length=12, pattern=r"^[A-Za-z0-9-]*$")


class WordsIn(Body):
    """Some words. All are taken, or none."""

    words: list[WordIn] = Field(min_length=1, max_length=MOST_AT_ONCE)
    hide_names: bool = Field(default=False, description="Their names stay with the team.")


class WordOut(Schema):
    """What became of a word."""

    id: str = Field(description="The number that it has there, as it was sent.")
    is_new: bool
    fate: str = Field(description="waiting, topic, voice, remark, left, or claim.")
    topic_id: int | None
    remark_id: int | None
    reason: str = Field(description="Why it was left out.")


class WordsOut(Schema):
    """One for each word that was sent, in its order."""

    words: list[WordOut]


class AnswerOut(Schema):
    """What somebody should be told where they spoke."""

    number: int = Field(description="Ask for those after it next time.")
    kind: str = Field(description="answer, solved, planned, declined or shipped.")
    place: str = Field(description="The kind of place where they spoke.")
    where: str
    who: str
    id: str = Field(description="The number of what they said there.")
    link: str
    language: str
    text: str = Field(description="Ready to be said, in the language of what they said.")
    topic_id: int
    at: datetime
    is_carried: bool = Field(description="Somebody of the team has told them.")


class AnswersOut(Schema):
    """The next answers, the oldest first; at most a hundred."""

    answers: list[AnswerOut]


class MailOut(Schema):
    """What became of a mail; one of a program (an automatic answer) is passed over."""

    what: str = Field(description="word, known, remark, or passed over.")
