"""One's own desk."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import READ_REFUSALS
from canyu.api.keys import MemberKey, member_of
from canyu.api.people import People
from canyu.api.schemas.desk import DeskLine, DeskOut, DeskWords
from canyu.desks.queries import Desk, WordLine, desk_of
from canyu.desks.rules import Line
from canyu.journal import clock

router = Router(tags=["desk"], auth=MemberKey())
HOUR = timedelta(hours=1)


@router.get("/desk", response={200: DeskOut, **READ_REFUSALS})
def own_desk(request: HttpRequest) -> DeskOut:
    """What waits for the key's owner, in all products in whose teams they are; due first.

    Nobody else can read it. For who is in no team it is empty.
    """
    at = clock.now()
    desk = desk_of(member_of(request), at=at)
    people = People(
        [one for line in desk.lines for one in (line.person_id, line.keeper_id)]
        + [word.author_id for word in desk.words]
    )
    return DeskOut(
        lines=[_line(line, desk, people, at) for line in desk.lines],
        words=[_word(word, desk, people) for word in desk.words],
    )


def _line(line: Line, desk: Desk, people: People, at: datetime) -> DeskLine:
    left = line.working_left
    title = {line.language: line.title} if isinstance(line.title, str) else dict(line.title)
    return DeskLine(
        kind=line.kind,
        product=desk.products[line.product_id].slug,
        id=line.id,
        title=title,
        for_whom=people.one(line.person_id),
        keeper=people.one(line.keeper_id),
        since=line.since,
        due_at=line.due_at,
        is_late=line.is_late(at),
        working_hours_left=None if left is None else round(left / HOUR, 1),
        state=line.state,
        version=line.version,
    )


def _word(word: WordLine, desk: Desk, people: People) -> DeskWords:
    return DeskWords(
        id=word.id,
        product=desk.products[word.product_id].slug,
        change_id=word.change_id,
        change=dict(word.change),
        author=people.one(word.author_id),
        text=word.text,
        at=word.at,
    )
