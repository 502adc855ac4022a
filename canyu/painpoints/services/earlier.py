"""Taking what was written before there were wordings: by the worker, a little in each round."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from canyu.painpoints.models import Earlier, Wording
from canyu.painpoints.services.hear import take_cells, take_remark, take_topic
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports
from canyu.topics import queries as topics

AT_ONCE = 200


def take_earlier(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Take the next of what was there before; return how much was looked at.

    What comes meanwhile is heard of by its event, and taking it twice changes nothing.
    """
    left: dict[str, Callable[[int, datetime, int], list[int]]] = {
        "topic": _take_topics,
        "remark": _take_remarks,
        "cells": _take_cells,
    }
    done = set(Earlier.objects.filter(is_done=True).values_list("kind", flat=True))
    return sum(_take_next(kind, take, at, limit) for kind, take in left.items() if kind not in done)


@transaction.atomic
def _take_next(
    kind: str, take: Callable[[int, datetime, int], list[int]], at: datetime, limit: int
) -> int:
    Earlier.objects.get_or_create(kind=kind)
    # Whoever else works leaves this to us, and comes again in the next round.
    rows = Earlier.objects.select_for_update(skip_locked=True, no_key=True)
    row = rows.filter(kind=kind, is_done=False).first()
    if row is None:
        return 0
    ids = take(row.upto, at, limit)
    row.upto, row.is_done = (ids[-1], False) if ids else (row.upto, True)
    row.save(update_fields=["upto", "is_done"])
    return len(ids)


def _take_topics(after: int, at: datetime, limit: int) -> list[int]:
    found = topics.topics_after(after, at=at, limit=limit)
    known = _known("topic", [one.id for one in found])
    for one in found:
        if one.id not in known:
            take_topic(one)
    return [one.id for one in found]


def _take_remarks(after: int, at: datetime, limit: int) -> list[int]:
    found = remarks.said_after(after, kinds=("topic", "change"), limit=limit)
    known = _known("remark", [one.id for one in found])
    for one in found:
        if one.id not in known:
            take_remark(one, at=at)
    return [one.id for one in found]


def _take_cells(after: int, _at: datetime, _limit: int) -> list[int]:
    # One release at a time: its words may be very many.
    ids = reports.tallied_after(after, limit=1)
    for release_id in ids:
        take_cells(release_id, releases.release_by_id(release_id).product_id)
    return ids


def _known(kind: str, ids: list[int]) -> set[int]:
    rows = Wording.objects.filter(kind=kind, subject_id__in=ids)
    return set(rows.values_list("subject_id", flat=True))
