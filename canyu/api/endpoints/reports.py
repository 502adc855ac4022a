"""One's own four cells on a release."""

from django.http import HttpRequest
from msgspec.structs import asdict
from ninja import Router

from canyu.api.endpoints.access import WRITE_REFUSALS, release_for
from canyu.api.fields import Refusal
from canyu.api.keys import MemberKey, member_of
from canyu.api.schemas.reports import (
    CellsOut,
    ReportIn,
    ReportOut,
    ScreenOut,
    ShownChange,
    WantableItem,
)
from canyu.journal import clock
from canyu.plan import queries as plan
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.reports import queries as reports
from canyu.reports import services
from canyu.reports.errors import ReportRefused
from canyu.reports.rules import ReportCells
from canyu.reports.tokens import open_token, signing_key

router = Router(tags=["report"], auth=MemberKey())
ADDRESS = "/products/{slug}/releases/{version}/report"
OTHER_RELEASE = (
    "Your report was not saved: the token is of another release. "
    "Read the report of this one, and send the token that comes with it."
)


@router.get(ADDRESS, response={200: ScreenOut, **WRITE_REFUSALS})
def read_report(request: HttpRequest, slug: str, version: str) -> ScreenOut:
    """Your own screen while the report is open, and what you said before."""
    _product, release = release_for(request, slug, version)
    at = clock.now()
    page = reports.report_page_for(release.id, member_of(request), at=at)
    changes = releases.changes_by_id(page.shown)
    items = plan.plan_items_by_id(page.plan_item_ids, today=at.date()) if page.plan_item_ids else {}
    return ScreenOut(
        token=page.token,
        n_judged=page.n_judged,
        changes=[_change(changes[one]) for one in page.shown if one in changes],
        plan_items=[
            WantableItem(
                id=one,
                key=items[one].key,
                title=dict(items[one].title),
                words=dict(items[one].words),
            )
            for one in page.plan_item_ids
            if one in items
        ],
        revision=page.revision,
        cells=CellsOut(**asdict(page.cells)),
    )


@router.put(ADDRESS, response={200: ReportOut, 410: Refusal, **WRITE_REFUSALS})
def put_report(request: HttpRequest, slug: str, version: str, body: ReportIn) -> ReportOut:
    """Hand in your four cells, or change them until the report closes."""
    _product, release = release_for(request, slug, version)
    at = clock.now()
    if open_token(body.token, key=signing_key(), at=at).release_id != release.id:
        raise ReportRefused(OTHER_RELEASE)
    cells = ReportCells(
        **body.dict(exclude={"token", "base_revision", "untried"}), untried=tuple(body.untried)
    )
    revision = services.submit_report(
        token=body.token,
        cells=cells,
        at=at,
        member_id=member_of(request),
        base_revision=body.base_revision,
    )
    return ReportOut(revision=revision)


def _change(change: ChangeView) -> ShownChange:
    return ShownChange(
        id=change.id,
        version=change.version,
        key=change.key,
        kind=change.kind,
        text=dict(change.text),
        detail=dict(change.detail),
    )
