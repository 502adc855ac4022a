"""What people say, written as the room's services write it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from canyu.painpoints.models import Wording
from canyu.painpoints.queries.encoding import encoder
from canyu.textmine import pack_vector
from tests.builders import Town

_numbers = count(1_000_000)


@dataclass(frozen=True)
class Line:
    """One text, by whom, and when; `topic_id` where it is a topic."""

    member_id: int
    text: str
    at: datetime
    language: str = "en"
    topic_id: int = 0


def say(town: Town, member_id: int, text: str, *, at: datetime) -> int:
    return say_all(town, [Line(member_id, text, at)])[0]


def say_all(town: Town, lines: Iterable[Line], *, placed: bool = True) -> list[int]:
    """Write these as remarks, or as topics; where they are not to be placed, without a vector."""
    listed = list(lines)
    model = encoder() if placed else None
    rows = model.encode([one.text for one in listed]) if model and listed else None
    made = Wording.objects.bulk_create(
        Wording(
            kind="topic" if one.topic_id else "remark",
            subject_id=one.topic_id or next(_numbers),
            product_id=town.product,
            member_id=one.member_id,
            at=one.at,
            text=one.text,
            language=one.language,
            vector=pack_vector(model.name, rows[at]) if model and rows is not None else b"",
            model=(model.name if model else "words") if placed else "",
        )
        for at, one in enumerate(listed)
    )
    return [one.pk for one in made]
