"""Who had asked for what a change answers, and whom the team asked while it dug."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from canyu.painpoints.models import DigNote, Evidence, Point, Wording
from canyu.remarks import queries as remarks
from canyu.topics import queries as topics


@dataclass(frozen=True)
class AskerView:
    """One person who said what a change answers; `since`: these words, or in this place."""

    change_id: int
    member_id: int
    at: datetime
    since: datetime


@dataclass(frozen=True)
class DugView:
    """What somebody wrote of whom they asked."""

    change_id: int
    author_id: int
    words: str
    at: datetime


def askers_for(change_ids: Collection[int], *, until: datetime) -> list[AskerView]:
    """Everybody who said by a moment what these changes answer; at most seven queries.

    Words that were changed since count from their last change on: until then they may have said
    something else.
    """
    points = dict(
        Point.objects.filter(change_id__in=change_ids, standing="accepted").values_list(
            "pk", "change_id"
        )
    )
    if not points:
        return []
    pairs = Evidence.objects.filter(point_id__in=points).values_list("point_id", "wording_id")
    changes_of: dict[int, set[int]] = {}
    for point_id, wording_id in pairs:
        changes_of.setdefault(wording_id, set()).add(points[point_id] or 0)
    rows = list(Wording.objects.filter(pk__in=changes_of, at__lte=until).order_by("id"))
    topic_rows = {row.subject_id: row for row in rows if row.kind == "topic"}
    said = [(row, row.member_id, row.at, row.at) for row in rows if not row.is_gone]
    edited = _edited(rows)
    families = topics.families_of(topic_rows)
    for one in topics.askings_of(list(topic_rows), families, until=until):
        row = topic_rows[one.topic_id]
        if not (one.is_author and one.given_in_id == one.topic_id and not row.is_gone):
            said.append((row, one.member_id, one.at, one.since))
    return [
        AskerView(change_id, member_id, at, max(since, edited.get(row.pk, since)))
        for row, member_id, at, since in said
        for change_id in sorted(changes_of[row.pk])
    ]


def dug_for(change_ids: Collection[int]) -> list[DugView]:
    """What the dig logs of what these changes answer say of whom somebody asked; one query."""
    rows = DigNote.objects.filter(
        point__change_id__in=change_ids,
        point__standing="accepted",
        kind="asked",
        author__isnull=False,
    ).order_by("id")
    return [
        DugView(change_id, author_id, words, at)
        for change_id, author_id, words, at in rows.values_list(
            "point__change_id", "author_id", "words", "at"
        )
    ]


def _edited(rows: Collection[Wording]) -> dict[int, datetime]:
    """{wording: when its words were changed the last time}, of those that were."""
    if not rows:
        return {}
    topic_ids = [row.subject_id for row in rows if row.kind == "topic"]
    shown = topics.topics_by_id(topic_ids, at=max(row.at for row in rows))
    changed = {one.id: one.edited_at for one in shown.values() if one.edited_at}
    edits = remarks.edits_of(row.subject_id for row in rows if row.kind == "remark")
    found = {}
    for row in rows:
        if row.kind == "topic" and row.subject_id in changed:
            found[row.pk] = changed[row.subject_id]
        elif row.kind == "remark" and row.subject_id in edits:
            found[row.pk] = edits[row.subject_id][-1]
    return found
