"""Closing a report in two steps: nobody answers any more; then the tally, and what it calls for.

Between them the report is closed and being counted. Any node may take the second step.
"""

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
from canyu.reports.queries.moment import one_moment
from canyu.reports.queries.windows import uncounted
from canyu.reports.rules import calls_for_repair
from canyu.reports.services.claim import claim_tally
from canyu.reports.tally import tally_reports

log = logging.getLogger(__name__)


def close_report(*, release_id: int, at: datetime) -> None:
    """Close the report of a release and write its tally, exactly once.

    Raises `WindowRefused` when it is not open.
    """
    _shut(release_id, at)
    _count(release_id, waits=True)


def close_due_reports(*, at: datetime) -> list[int]:
    """Close every report whose hour has come, and finish what was closed and not yet counted.

    Return the releases whose reports this call closed. One that cannot be closed, or counted, is
    logged and tried again the next time; it keeps no other from it.
    """
    due = Window.objects.filter(
        opened_at__isnull=False, closed_at__isnull=True, closes_at__lte=at
    ).order_by("closes_at")
    closed = []
    for release_id in due.values_list("release_id", flat=True):
        try:
            _shut(release_id, at)
        except WindowRefused:
            continue
        except Exception:
            log.exception(
                "the report of release %s was not closed, will be tried again", release_id
            )
            continue
        closed.append(release_id)
    finish_tallies()
    return closed


def finish_tallies() -> list[int]:
    """Count every report that is closed and has no tally; return the releases counted here.

    What another node is counting is left to it.
    """
    counted = []
    for release_id in uncounted().order_by("closed_at").values_list("release_id", flat=True):
        try:
            if _count(release_id, waits=False):
                counted.append(release_id)
        except Exception:
            log.exception(
                "the report of release %s is closed but was not counted, will be tried again",
                release_id,
            )
    return counted


@transaction.atomic
def _shut(release_id: int, at: datetime) -> None:
    """Take no report of this release any more.

    The window's row is locked first: reports on their way are either counted or refused.
    """
    window = Window.objects.select_for_update(no_key=True).filter(pk=release_id).first()
    if window is None or window.opened_at is None:
        raise WindowRefused(gettext_noop("Nothing was closed: this report was never opened."))
    if window.closed_at is not None:
        raise WindowRefused(gettext_noop("Nothing was closed: this report is closed already."))
    window.closed_at = at
    window.n_eligible = n_eligible_of(release_id)
    window.save(update_fields=["closed_at", "n_eligible"])


def _count(release_id: int, *, waits: bool) -> bool:
    """Write the tally of a closed report unless it is there; return whether it was us.

    While it reads and computes it holds nothing that a report, or another tally's report, needs.
    """
    with claim_tally(release_id, waits=waits) as is_ours:
        if not is_ours:
            return False
        window = uncounted().filter(pk=release_id).first()
        if window is None:
            return False
        with one_moment():
            reports, base = filled_reports(release_id), base_of(window)
        # Seeded by the release: whoever computes it again finds the same figures.
        rng = np.random.default_rng(release_id)
        figures = tally_reports(reports, change_ids=window.change_ids, rng=rng, base=base)
        return _write(window, figures)


@transaction.atomic
def _write(window: Window, figures: Figures) -> bool:
    assert window.closed_at is not None  # noqa: S101 - the uncounted are closed
    at = window.closed_at
    # Whoever comes second, by whatever way, finds the row and writes nothing.
    _, is_ours = Tally.objects.get_or_create(
        release_id=window.pk,
        defaults={
            "product_id": window.product_id,
            "at": at,
            "n_reports": figures.n_reports,
            "figures": figures_to_json(figures),
        },
    )
    if is_ours:
        _open_repair(window, figures, at)
        journal.publish(ReportClosed(at=at, release_id=window.pk, product_id=window.product_id))
    return is_ours


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
