"""Scheduling and opening the report of a release."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.journal.events import shown_of_product
from canyu.plan import queries as plan
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.releases.rules import Timetable, judged_changes, report_times
from canyu.reports.errors import WindowRefused
from canyu.reports.events import ReportOpened
from canyu.reports.models import Window

log = logging.getLogger(__name__)
BY_HAND = timedelta(hours=24)


@transaction.atomic
def schedule_report(*, release_id: int, at: datetime) -> bool:
    """Say when the report of a release opens and closes, by its product's train.

    Hotfixes and history have none. Return whether there is one now; doing it again changes
    nothing.
    """
    release = releases.release_by_id(release_id)
    if release.is_hotfix or release.is_history or release.published_at is None:
        return False
    train = releases.train_of(release.product_id, at=at)
    timetable = train.timetable if train else Timetable()
    opens_at, closes_at = report_times(timetable, release.published_at)
    Window.objects.get_or_create(
        release_id=release_id,
        defaults={
            "product_id": release.product_id,
            "opens_at": opens_at,
            "closes_at": closes_at,
        },
    )
    journal.mark_changed(shown_of_product(release.product_id))
    return True


@transaction.atomic
def open_report(*, release_id: int, at: datetime, closes_at: datetime | None = None) -> None:
    """Open the report of a release now, whatever its hour; what is judged is fixed here.

    A release of the past, or one whose hours have gone by, may be opened by hand too; then it
    closes a day later, or at `closes_at`. Raises `WindowRefused` when it was opened before, has
    no change, or is a hotfix, which is judged with the next release.
    """
    release = releases.release_by_id(release_id)
    if release.is_hotfix and not release.is_history:
        raise WindowRefused(
            gettext_noop(
                "Nothing was opened: %(version)s is a hotfix. "
                "Its changes are judged in the report of the next release."
            ),
            version=release.version,
        )
    # Two reports of one product that open at once must not both judge the same hotfix.
    products.hold_product(release.product_id)
    window, _ = Window.objects.select_for_update(no_key=True).get_or_create(
        release_id=release_id,
        defaults={
            "product_id": release.product_id,
            "opens_at": at,
            "closes_at": closes_at or at + BY_HAND,
        },
    )
    if window.opened_at is not None:
        raise WindowRefused(
            gettext_noop("Nothing was opened: the report of %(version)s was opened before."),
            version=release.version,
        )
    window.opens_at = min(window.opens_at, at)
    window.change_ids = list(_judged(release, window.opens_at))
    if not window.change_ids:
        raise WindowRefused(
            gettext_noop("Nothing was opened: %(version)s holds no change to judge."),
            version=release.version,
        )
    if closes_at is not None:
        window.closes_at = closes_at
    elif window.closes_at <= at:
        window.closes_at = at + BY_HAND
    if window.closes_at <= at:
        raise WindowRefused(
            gettext_noop("Nothing was opened: the report would close before it opens.")
        )
    window.plan_item_ids = [
        item.id for item in plan.open_items(release.product_id, today=at.date())
    ]
    window.opened_at = at
    window.save()
    journal.publish(ReportOpened(at=at, release_id=release_id, product_id=release.product_id))


def open_due_reports(*, at: datetime) -> list[int]:
    """Open every report whose hour has come; return the releases' ids.

    One that cannot be opened is logged, and keeps no other from it.
    """
    due = Window.objects.filter(opened_at__isnull=True, opens_at__lte=at, closes_at__gt=at)
    opened = []
    for release_id in due.order_by("opens_at").values_list("release_id", flat=True):
        try:
            open_report(release_id=release_id, at=at)
        except WindowRefused:
            continue
        except Exception:
            log.exception(
                "the report of release %s was not opened, will be tried again", release_id
            )
            continue
        opened.append(release_id)
    return opened


def _judged(release: releases.ReleaseView, until: datetime) -> tuple[int, ...]:
    ids = [release.id]
    if not release.is_history:
        # The hotfixes of this product that no report has judged: they were promised to this one.
        ids += releases.hotfixes_since(release.product_id, after=None, until=until)
    changes = releases.changes_of(ids)
    changes.sort(key=lambda change: ids.index(change.release_id))
    others = Window.objects.filter(product_id=release.product_id, opened_at__isnull=False)
    judged = {
        change_id
        for change_ids in others.exclude(pk=release.id).values_list("change_ids", flat=True)
        for change_id in change_ids
    }
    return judged_changes(
        [(change.id, change.is_picked) for change in changes if change.id not in judged]
    )
