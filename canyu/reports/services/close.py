"""Closing a report: the tally, and the repair that it calls for."""

import logging
from datetime import datetime

import numpy as np
from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.reports.errors import WindowRefused
from canyu.reports.events import RepairOpened, ReportClosed
from canyu.reports.figures import Figures, figures_to_json
from canyu.reports.models import Repair, Tally, Window
from canyu.reports.queries import n_eligible_of
from canyu.reports.queries.base import base_of
from canyu.reports.queries.filled import filled_reports
from canyu.reports.rules import calls_for_repair
from canyu.reports.tally import tally_reports

log = logging.getLogger(__name__)


@transaction.atomic
def close_report(*, release_id: int, at: datetime) -> None:
    """Close the report of a release and write its tally, exactly once.

    The window's row is locked first: reports on their way are either counted or refused.
    Raises `WindowRefused` when it is not open.
    """
    window = Window.objects.select_for_update(no_key=True).filter(pk=release_id).first()
    if window is None or window.opened_at is None:
        raise WindowRefused(gettext_noop("Nothing was closed: this report was never opened."))
    if window.closed_at is not None:
        raise WindowRefused(gettext_noop("Nothing was closed: this report is closed already."))
    window.closed_at = at
    window.n_eligible = n_eligible_of(release_id)
    window.save(update_fields=["closed_at", "n_eligible"])
    # Seeded by the release: whoever computes it again finds the same figures.
    rng = np.random.default_rng(release_id)
    figures = tally_reports(
        filled_reports(release_id), change_ids=window.change_ids, rng=rng, base=base_of(window)
    )
    Tally.objects.create(
        release_id=release_id,
        product_id=window.product_id,
        at=at,
        n_reports=figures.n_reports,
        figures=figures_to_json(figures),
    )
    _open_repair(window, figures, at)
    journal.publish(ReportClosed(at=at, release_id=release_id, product_id=window.product_id))


def close_due_reports(*, at: datetime) -> list[int]:
    """Close every report whose hour has come; return the releases' ids.

    One that cannot be closed is logged, and keeps no other from it.
    """
    due = Window.objects.filter(
        opened_at__isnull=False, closed_at__isnull=True, closes_at__lte=at
    ).order_by("closes_at")
    closed = []
    for release_id in due.values_list("release_id", flat=True):
        try:
            close_report(release_id=release_id, at=at)
        except WindowRefused:
            continue
        except Exception:
            log.exception(
                "the report of release %s was not closed, will be tried again", release_id
            )
            continue
        closed.append(release_id)
    return closed


def _open_repair(window: Window, figures: Figures, at: datetime) -> None:
    bottom = figures.bottom
    if bottom is None:
        return
    last = next(one for one in figures.changes if one.change_id == bottom.change_id)
    if not calls_for_repair(bottom.outcome, n_best=last.n_best, n_worst=last.n_worst):
        return
    repair, is_new = Repair.objects.get_or_create(
        change_id=last.change_id,
        defaults={
            "product_id": window.product_id,
            "release_id": window.pk,
            "p_last": last.p_last or 0.0,
            "opened_at": at,
        },
    )
    if not is_new:
        return
    journal.publish(
        RepairOpened(
            at=at,
            repair_id=repair.pk,
            release_id=window.pk,
            change_id=last.change_id,
            product_id=window.product_id,
        )
    )
