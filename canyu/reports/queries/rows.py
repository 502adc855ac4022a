"""Reports as they are stored, for export."""

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from canyu.remarks import queries as remarks
from canyu.reports.models import Count, Repair, Report
from canyu.reports.rules import bucket_of


def reports_among(member_ids: Collection[int]) -> set[int]:
    """Those of these members who ever filled a report; one query, bucket by bucket."""
    by_bucket: dict[int, list[int]] = {}
    for one in member_ids:
        by_bucket.setdefault(bucket_of(one), []).append(one)
    if not by_bucket:
        return set()
    theirs = [Q(bucket=bucket, member_id__in=some) for bucket, some in by_bucket.items()]
    rows = Report.objects.filter(reduce(or_, theirs))
    return set(rows.values_list("member_id", flat=True).distinct())


def reports_of_member(member_id: int) -> list[dict[str, object]]:
    """Every report of one person, for their own export; the words in it are remarks."""
    rows = Report.objects.filter(bucket=bucket_of(member_id), member_id=member_id)
    return [
        {
            "release_id": row.release_id,
            "revision": row.revision,
            "ring": row.ring_key,
            "counted_as_team": row.is_team,
            "device": row.device,
            "version": row.version,
            "mood": row.mood,
            "liked_most": row.best_id,
            "liked_least": row.worst_id,
            "wanted_item": row.wanted_item_id,
            "wanted_in_own_words": row.has_wanted_words,
            "screen": row.screen,
            "shown": row.shown,
            "untried": row.untried,
            "filled_at": row.filled_at.isoformat(),
            "changed_at": row.changed_at.isoformat(),
        }
        for row in rows.order_by("filled_at")
    ]


def repairs_answered_by(member_id: int) -> list[dict[str, object]]:
    """Every repair that one person answered, for their own export."""
    rows = Repair.objects.filter(answered_by_id=member_id).order_by("id")
    return [
        {
            "release_id": row.release_id,
            "change_id": row.change_id,
            "hurt": row.hurt,
            "answer": row.answer,
            "answered_at": row.answered_at.isoformat() if row.answered_at else None,
        }
        for row in rows
    ]


def report_rows(release_id: int) -> Iterable[Mapping[str, Any]]:
    """The raw reports of a closed release, for export by the product's operator."""
    rows = Report.objects.filter(release_id=release_id).order_by("bucket", "member_id")
    return rows.values(
        "member_id",
        "ring_key",
        "mood",
        "shown",
        "untried",
        "best_id",
        "worst_id",
        "wanted_item_id",
        "filled_at",
        "changed_at",
    ).iterator(chunk_size=2000)


def words_of_members(
    release_id: int, change_ids: Iterable[int], member_ids: Collection[int]
) -> dict[int, dict[str, str]]:
    """{member id: {role: words}} of some people's cells of one release, for export."""
    words: dict[int, dict[str, str]] = {}
    for kind, ids in (("change", list(change_ids)), ("release", [release_id])):
        for (author_id, role, _), text in remarks.cell_words_of(member_ids, kind, ids).items():
            words.setdefault(author_id, {})[role] = text
    return words


def reported_release_ids() -> list[int]:
    """Every release that has reports or counts of reports, in the order of their ids."""
    asked = (
        model.objects.values_list("release_id", flat=True).distinct().order_by()
        for model in (Report, Count)
    )
    return sorted({release_id for ids in asked for release_id in ids})


def n_reports_of(release_id: int) -> int:
    """How many reports of a release are stored, by the rows."""
    return Report.objects.filter(release_id=release_id).count()
