"""The four-cell report: the page that is filled, and what is said when it is handed in."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from canyu.journal import clock
from canyu.journal.errors import NotAllowed, NotFound, Refused
from canyu.members.queries import MemberView
from canyu.plan import queries as plan
from canyu.plan.queries import PlanItemView
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports import queries as reports
from canyu.reports.queries import ReportPage, WindowView
from canyu.reports.rules import FEWEST_TO_COMPARE, ReportCells
from canyu.reports.services import submit_report
from canyu.web.cards import People
from canyu.web.forms.posts import SeeOther
from canyu.web.forms.unsent import keep_unsent, take_unsent
from canyu.web.request import load_product, require_member, signed_in_id_of
from canyu.web.views.errors import sentence_of
from canyu.web.zone import zone_of

LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Typed:
    """What stands in the form: stored before, or just sent and refused. Nothing typed is lost."""

    mood: str
    most: int | None
    least: int | None
    untried: frozenset[int]
    why_most: dict[int, str]
    why_least: dict[int, str]
    wanted_item: int | None
    wanted: str

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that was said in own words."""
        said = (*self.why_most.values(), *self.why_least.values(), self.wanted)
        return tuple(words for words in said if words.strip())

    @property
    def n_filled(self) -> int:
        """How many of the four cells hold something."""
        wants = self.wanted_item is not None or bool(self.wanted.strip())
        return sum([bool(self.mood), self.most is not None, self.least is not None, wants])

    def to_cells(self) -> ReportCells:
        """The cells as the service takes them."""
        return ReportCells(
            mood=self.mood,
            best=self.most,
            worst=self.least,
            untried=tuple(sorted(self.untried)),
            wanted_item=self.wanted_item,
            wanted=self.wanted,
            why_best=self.why_most.get(self.most, "") if self.most is not None else "",
            why_worst=self.why_least.get(self.least, "") if self.least is not None else "",
        )


@dataclass(frozen=True)
class PickRow:
    """One change of the screen with what is filled in so far."""

    change: ChangeView
    makers: tuple[MemberView, ...]
    is_most: bool
    is_least: bool
    is_untried: bool
    why_most: str
    why_least: str


@dataclass(frozen=True)
class WantedRow:
    """One plan item that can be wanted."""

    item: PlanItemView
    keeper: MemberView | None
    is_chosen: bool


@keep_unsent
@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Show a member their screen, or take their report; a refusal keeps every word."""
    product = load_product(request, slug)
    release = releases.release_of(product.id, version)
    member_id = signed_in_id_of(request)
    if request.method != "POST":
        window = reports.window_of(release.id)
        if window is None or window.state != "open":
            return _not_open(request, release, window)
        try:
            page = reports.report_page_for(release.id, member_id, at=clock.now())
        except NotAllowed as refusal:
            return _not_open(request, release, window, refusal=refusal)
        is_thanks = "thanks" in request.GET and page.revision > 0
        unsent = take_unsent(request)
        typed = typed_of(page.cells) if unsent is None else read_typed(unsent)
        return _page(request, release, page, typed, is_thanks=is_thanks)
    typed = read_typed(request.POST)
    try:
        submit_report(
            token=request.POST.get("token", ""),
            cells=typed.to_cells(),
            at=clock.now(),
            member_id=member_id,
            release_id=release.id,
            # A page that does not say what it showed knows nothing of what is stored.
            base_revision=number_in(request.POST.get("revision", "")) or 0,
        )
    except Refused as refusal:
        return _refused(request, release, typed, refusal)
    return SeeOther(f"{reverse('report', args=[slug, version])}?thanks")


def _refused(
    request: HttpRequest, release: ReleaseView, typed: Typed, refusal: Refused
) -> HttpResponse:
    try:
        page = reports.report_page_for(release.id, signed_in_id_of(request), at=clock.now())
    except (NotFound, NotAllowed):
        # There is no form to go back to any more; the words are theirs to take along.
        return _not_open(
            request, release, reports.window_of(release.id), typed=typed, refusal=refusal
        )
    return _page(request, release, page, typed, refusal=refusal)


def _page(
    request: HttpRequest,
    release: ReleaseView,
    page: ReportPage,
    typed: Typed,
    *,
    is_thanks: bool = False,
    refusal: Refused | None = None,
) -> HttpResponse:
    window = reports.window_of(release.id)
    known = releases.changes_by_id(page.shown)
    items = plan.plan_items_by_id(page.plan_item_ids, today=clock.now().date())
    people = People(
        [maker for change in known.values() for maker in change.maker_ids]
        + [item.keeper_id for item in items.values()]
    )
    rows = [_row(known[one], people, typed) for one in page.shown if one in known]
    wanted = [
        WantedRow(items[one], people.one(items[one].keeper_id), is_chosen=one == typed.wanted_item)
        for one in page.plan_item_ids
        if one in items
    ]
    context: dict[str, Any] = {
        "release": release,
        "window": window,
        "zone": zone_of(release.product_id),
        "page": page,
        "typed": typed,
        "rows": rows,
        "most": next((row for row in rows if row.is_most), None),
        "least": next((row for row in rows if row.is_least), None),
        "wanted": wanted,
        "wanted_row": next((row for row in wanted if row.is_chosen), None),
        "n_shown": len(page.shown),
        "is_part": len(page.shown) < page.n_judged,
        "two_words": page.n_judged < FEWEST_TO_COMPARE,
        "is_team": products.is_team(release.product_id, signed_in_id_of(request)),
        "is_thanks": is_thanks,
        "door": settings.CANYU_DOOR,
        "problem": sentence_of(refusal) if refusal else "",
    }
    status = refusal.status if refusal else 200
    return render(request, "web/reports/report.html", context, status=status)


def _not_open(
    request: HttpRequest,
    release: ReleaseView,
    window: WindowView | None,
    *,
    typed: Typed | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {
        "release": release,
        "window": window,
        "zone": zone_of(release.product_id),
        "words": typed.words if typed else (),
        "problem": sentence_of(refusal) if refusal else "",
    }
    status = refusal.status if refusal else 404
    return render(request, "web/reports/not_open.html", context, status=status)


def _row(change: ChangeView, people: People, typed: Typed) -> PickRow:
    return PickRow(
        change=change,
        makers=people.many(change.maker_ids),
        is_most=change.id == typed.most,
        is_least=change.id == typed.least,
        is_untried=change.id in typed.untried,
        why_most=typed.why_most.get(change.id, ""),
        why_least=typed.why_least.get(change.id, ""),
    )


def typed_of(cells: ReportCells) -> Typed:
    """What the form shows of a report that was handed in before."""
    return Typed(
        mood=cells.mood,
        most=cells.best,
        least=cells.worst,
        untried=frozenset(cells.untried),
        why_most={cells.best: cells.why_best} if cells.best is not None else {},
        why_least={cells.worst: cells.why_worst} if cells.worst is not None else {},
        wanted_item=cells.wanted_item,
        wanted=cells.wanted,
    )


def read_typed(sent: QueryDict) -> Typed:
    """What a form sent; what is no number names a change that is on no screen."""
    return Typed(
        mood=sent.get("mood", ""),
        most=choice_in(sent.get("most", "")),
        least=choice_in(sent.get("least", "")),
        untried=frozenset(
            -1 if (number := number_in(one)) is None else number for one in sent.getlist("untried")
        ),
        why_most=_words_by_change(sent, "why_most-"),
        why_least=_words_by_change(sent, "why_least-"),
        wanted_item=choice_in(sent.get("next", "")),
        wanted=sent.get("next_words", ""),
    )


def choice_in(text: str) -> int | None:
    """The id that a choice names; None for an empty one, -1 (nobody's id) for nonsense."""
    if not text:
        return None
    number = number_in(text)
    return -1 if number is None else number


def number_in(text: str) -> int | None:
    """The whole number that a text is, or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        return None
    return int(text)


def _words_by_change(sent: QueryDict, prefix: str) -> dict[int, str]:
    found = {}
    for name in sent:
        number = number_in(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if number is not None:
            found[number] = sent.get(name, "")
    return found


urlpatterns = [
    path("p/<slug:slug>/releases/<str:version>/report/", report, name="report"),
]
