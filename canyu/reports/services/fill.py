"""Taking reports."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from canyu.journal.errors import NotAllowed, Refused, gettext_noop
from canyu.members import services as members
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.reports.errors import ReportRefused
from canyu.reports.models import Window
from canyu.reports.queries import judged_keys, revision_of
from canyu.reports.records import ReportRecord
from canyu.reports.rules import ReportCells
from canyu.reports.services.take import refuse_unless_open, take_reports
from canyu.reports.submissions import Submission
from canyu.reports.tokens import ReportToken, open_token, signing_key


def submit_report(
    *,
    token: str,
    cells: ReportCells,
    at: datetime,
    member_id: int | None = None,
    release_id: int | None = None,
    base_revision: int | None = None,
    edited: int | None = None,
) -> int:
    """Keep one member's report, or its newer state; return its revision, 1 for the first.

    `token` is what the report page carried. Where `member_id` or `release_id` is given, the token
    must be of them. `base_revision` is the revision that the page showed (0 for none): a page that
    knows less than what is stored is refused instead of writing over it; None takes the newest.
    `edited` is the page's own order (see `Submission`): sent again, it is the same report.
    Raises `ReportRefused` or `RemarkRefused`; then what was accepted before still stands.
    """
    told = open_token(token, key=signing_key(), at=at)
    if member_id is not None and member_id != told.member_id:
        raise NotAllowed(
            gettext_noop(
                "Your report was not saved: the page was opened by another member. "
                "Open the report again and send it from there."
            )
        )
    if release_id is not None and release_id != told.release_id:
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: the page it came from is of another release. "
                "Open the report again and send it from there."
            )
        )
    return _take(Submission(told, cells, at=at, edited=edited, base_revision=base_revision))


def _take(submission: Submission) -> int:
    (outcome,) = take_reports([submission])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


@transaction.atomic
def import_report(*, product_id: int, record: ReportRecord, at: datetime) -> bool:
    """Keep a report that was collected elsewhere; return whether it said anything new.

    The report of its release must be open. Raises `ReportRefused` naming what is unknown.
    """
    release = releases.release_of(product_id, record.release)
    window = Window.objects.filter(pk=release.id).first()
    refuse_unless_open(
        was_opened=window is not None and window.opened_at is not None,
        was_closed=window is not None and window.closed_at is not None,
    )
    assert window is not None  # noqa: S101 - one that is not there is not open
    ids = {key: change_id for change_id, key in judged_keys(release.id).items()}
    items = plan.item_ids_by_key(product_id)
    _check_known(record.ring, [ring.key for ring in products.rings_of(product_id)])
    for key in (*record.shown, *record.untried):
        _check_known(key, ids)
    if record.wanted_item:
        _check_known(record.wanted_item, items)
    member_id = members.find_or_add_people(people={record.member: record.member}, at=at)[
        record.member
    ]
    cells = ReportCells(
        mood=record.mood,
        best=ids.get(record.best),
        worst=ids.get(record.worst),
        untried=tuple(ids[key] for key in record.untried),
        wanted_item=items.get(record.wanted_item),
        wanted=record.wanted,
        why_best=record.why_best,
        why_worst=record.why_worst,
    )
    told = ReportToken(
        release_id=release.id,
        member_id=member_id,
        ring_key=record.ring,
        screen=0,
        shown=tuple(ids[key] for key in record.shown),
        expires_at=window.closes_at,
        is_team=products.is_team(product_id, member_id),
    )
    before = revision_of(release.id, member_id)
    return _take(Submission(told, cells, at=record.at or at)) > before


def _check_known(key: str, known: Collection[str]) -> None:
    if key not in known:
        raise ReportRefused(
            gettext_noop("The report was not read: “%(key)s” is not known. Known are: %(known)s."),
            key=key,
            known=", ".join(sorted(known)[:20]) or "-",
        )
