"""Turnout at any time; the tally after the close, and not a number of it before."""

from collections.abc import Sequence
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from ninja import Router

from canyu.api.answers import answer_no
from canyu.api.endpoints.access import READ_REFUSALS, release_for
from canyu.api.keys import OptionalKey
from canyu.api.schemas.certainty import AxisOut, RingsApartOut, VerdictOut, WeightedOut
from canyu.api.schemas.tallies import (
    ChangeFiguresOut,
    FiguresOut,
    MoodOut,
    ResultsOut,
    ResultsRefusal,
    RingFiguresOut,
    ShareOut,
    TurnoutOut,
    WantedOut,
)
from canyu.journal import clock
from canyu.journal.errors import NotFound
from canyu.plan import queries as plan
from canyu.releases import queries as releases
from canyu.releases.queries import ReleaseView
from canyu.reports import queries as reports
from canyu.reports.figures import ChangeFigures
from canyu.reports.queries import TallyView, WindowView

router = Router(tags=["results"], auth=OptionalKey())
NO_REPORT = "This release has no report: it is a hotfix, or was never opened."
NOT_YET = "Before the close only turnout is shown."
COUNTING = "The report is closed and being counted; the results come in a moment."


@router.get(
    "/products/{slug}/releases/{version}/turnout", response={200: TurnoutOut, **READ_REFUSALS}
)
def read_turnout(request: HttpRequest, slug: str, version: str) -> TurnoutOut:
    """When the report of a release opens and closes, and how many have filled it."""
    _product, release = release_for(request, slug, version)
    return _turnout(release, _window(release))


@router.get(
    "/products/{slug}/releases/{version}/results",
    response={200: ResultsOut, 409: ResultsRefusal, **READ_REFUSALS},
)
def read_results(request: HttpRequest, slug: str, version: str) -> ResultsOut | HttpResponse:
    """The tally of a closed report. Before the close, and while it is counted, only turnout."""
    _product, release = release_for(request, slug, version)
    window = _window(release)
    tally = reports.tally_of(release.id) if window.state == "closed" else None
    if tally is None:
        return _only_turnout(release, window)
    return _results(release, tally)


def _window(release: ReleaseView) -> WindowView:
    window = reports.window_of(release.id)
    if window is None:
        raise NotFound(NO_REPORT)
    return window


def _turnout(release: ReleaseView, window: WindowView) -> TurnoutOut:
    return TurnoutOut(
        version=release.version,
        state=window.state,
        is_being_counted=window.is_being_counted,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        closed_at=window.closed_at,
        n_reports=window.n_reports,
        n_eligible=window.n_eligible,
    )


def _only_turnout(release: ReleaseView, window: WindowView) -> HttpResponse:
    return answer_no(
        409,
        COUNTING if window.is_being_counted else NOT_YET,
        turnout=_turnout(release, window).model_dump(mode="json"),
    )


def _results(release: ReleaseView, tally: TallyView) -> ResultsOut:
    figures = tally.figures
    changes = releases.changes_by_id(one.change_id for one in figures.changes)
    items = plan.plan_items_by_id([one.item_id for one in figures.wanted], today=clock.now().date())
    return ResultsOut(
        version=release.version,
        closed_at=tally.at,
        n_reports=figures.n_reports,
        n_judging=figures.n_judging,
        n_team=figures.n_team,
        n_exposed=tally.n_exposed,
        is_enough=figures.is_enough,
        model=figures.model,
        ghost=figures.ghost,
        changes=[
            ChangeFiguresOut(
                **asdict(one),
                key=changes[one.change_id].key,
                text=dict(changes[one.change_id].text),
            )
            for one in figures.changes
            if one.change_id in changes
        ],
        ties=[list(run) for run in figures.ties],
        not_ruled_out=list(figures.not_ruled_out),
        rings=[
            RingFiguresOut(
                ring=one.ring_key,
                n_reports=one.n_reports,
                n_judging=one.n_judging,
                changes=_plain(one.changes),
            )
            for one in figures.rings
        ],
        n_moods=figures.n_moods,
        moods=[
            MoodOut(mood=one.mood, share=ShareOut(**asdict(one.share))) for one in figures.moods
        ],
        n_wanted=figures.n_wanted,
        wanted=[
            WantedOut(
                plan_item_id=one.item_id,
                key=items[one.item_id].key,
                title=dict(items[one.item_id].title),
                share=ShareOut(**asdict(one.share)),
            )
            for one in figures.wanted
            if one.item_id in items
        ],
        team=_plain(figures.team),
        axes=[AxisOut(**asdict(one)) for one in figures.axes],
        rings_apart=(RingsApartOut(**asdict(figures.rings_apart)) if figures.rings_apart else None),
        weighted=WeightedOut(**asdict(figures.weighted)) if figures.weighted else None,
        top=VerdictOut(**asdict(figures.top)) if figures.top else None,
        bottom=VerdictOut(**asdict(figures.bottom)) if figures.bottom else None,
    )


def _plain(changes: Sequence[ChangeFigures]) -> list[FiguresOut]:
    return [FiguresOut(**asdict(one)) for one in changes]
