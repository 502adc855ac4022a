"""Topics and voices."""

from datetime import datetime

from ninja import Schema
from pydantic import Field, StrictStr

from canyu.api.fields import Body, Person, TopicKind

LONGEST = 100_000


class TopicOut(Schema):
    """A topic. `n_voices` counts its author; `keeper` is who of the team looks after it."""

    id: int
    kind: str
    title: str
    words: str
    language: str
    author: Person | None
    keeper: Person | None
    raised_at: datetime
    status: str
    reason: str
    version: str = Field(description="In which it shipped.")
    status_at: datetime
    n_voices: int
    n_days_late: int = Field(description="Days since an answer was due; 0 when not late.")
    solved_at: datetime | None = Field(description="When it was said to be solved.")


class TopicsPage(Schema):
    """One page of topics."""

    topics: list[TopicOut]
    page: int
    n_pages: int
    n_topics: int


class AlikeOut(Schema):
    """A topic that may say the same. `likeness` is the chance that it does, if it is known."""

    topic: TopicOut
    likeness: float | None
    is_answered: bool = Field(description="Solved, shipped, or declined with a reason.")


class AlikeIn(Body):
    """What somebody is writing; only its beginning is read."""

    text: StrictStr = Field(max_length=LONGEST)
    is_typing: bool = Field(default=True, description="Its last word may be half a word.")


class AlikeTopics(Schema):
    """What says the same: answers first, the most alike first. At most ten."""

    topics: list[AlikeOut]


class TopicIn(Body):
    """A new topic. `area` is the slug of an area of the product."""

    kind: TopicKind
    title: StrictStr = Field(max_length=LONGEST)
    words: StrictStr = Field(default="", max_length=LONGEST)
    language: StrictStr = Field(default="", max_length=12, pattern=r"^[A-Za-z0-9-]*$")
    area: StrictStr = Field(default="", max_length=64)


class VoiceIn(Body):
    """Why oneself wants it too, if one likes to say."""

    words: StrictStr = Field(default="", max_length=LONGEST)


class VoiceOut(Schema):
    """Said twice, it counts once."""

    is_new: bool
    n_voices: int
