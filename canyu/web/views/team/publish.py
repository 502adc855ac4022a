"""Looking at a draft as members will see it, and letting it go out."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from canyu.credits import queries as credit_queries
from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases import services
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.releases.rules import Timetable, report_times
from canyu.web.cards import ChangeCard, People
from canyu.web.forms.drafts import PublishForm
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.releases import release_context
from canyu.web.views.team.access import team_page
from canyu.web.views.team.drafts import freeze_of, release_here

N_FIRST = 3


@dataclass(frozen=True)
class Outlook:
    """What publishing will bring about."""

    opens_at: datetime | None
    closes_at: datetime | None
    n_thanked: int
    n_topics: int
    without_maker: tuple[ChangeView, ...]


@require_safe
@team_page
def draft_preview(request: HttpRequest, product: ProductView, release_id: int) -> HttpResponse:
    """Show a draft as members will see it, with those who will stand as its askers."""
    release = release_here(product, release_id)
    context = release_context(product, release, viewer_id=signed_in_id_of(request))
    cards = _as_published(product, context["cards"])
    by_change = {card.change.id: card for card in cards}
    context |= {
        "cards": cards,
        "groups": [
            replace(group, cards=tuple(by_change[card.change.id] for card in group.cards))
            for group in context["groups"]
        ],
    }
    return render(request, "web/team/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def draft_publish(request: HttpRequest, product: ProductView, release_id: int) -> HttpResponse:
    """Say what publishing brings about; a post publishes."""
    release = release_here(product, release_id)
    train = releases.train_of(product.id, at=clock.now())
    timetable = train.timetable if train else Timetable()
    # The times of a release are its train's own, wherever the maker sits.
    with timezone.override(ZoneInfo(timetable.zone)):
        form = PublishForm(sent(request), rings=products.rings_of(product.id))
        status = status_of(form)
        if form.is_bound and form.is_valid():
            try:
                services.publish_release(
                    actor_id=signed_in_id_of(request),
                    release_id=release_id,
                    rings=form.moments(),
                    at=clock.now(),
                )
            except Refused as refusal:
                status = refuse(form, refusal)
            else:
                text = _("%(version)s is out. What people say of it comes to its makers now.")
                messages.success(request, text % {"version": release.version})
                return SeeOther(reverse("release", args=[product.slug, release.version]))
        context = {
            "release": release,
            "form": form,
            "timetable": timetable,
            "outlook": _outlook(release, timetable),
            **freeze_of(request, product, release),
        }
        return render(request, "web/team/publish.html", context, status=status)


def thanked_for(changes: list[ChangeView]) -> dict[int, list[int]]:
    """Return {change id: who will be thanked for asking, the first first}; two queries."""
    thanked = {}
    for change_id, dues in credit_queries.dues_of(changes, until=clock.now()).items():
        asked = [one for one in dues if one.asked_at is not None]
        asked.sort(key=lambda one: str(one.asked_at))
        thanked[change_id] = [one.who.member_id for one in asked]
    return thanked


def _as_published(product: ProductView, cards: list[ChangeCard]) -> list[ChangeCard]:
    """Give each card those who will stand as its askers, and lead to where it is written."""
    thanked = thanked_for([card.change for card in cards])
    people = People(one for ids in thanked.values() for one in ids[:N_FIRST])
    return [
        replace(
            card,
            askers=tuple(
                one
                for member in people.many(thanked[card.change.id][:N_FIRST])
                if (one := credit_queries.credited(member)) is not None
            ),
            n_askers=len(thanked[card.change.id]),
            href=reverse(
                "change_edit", args=[product.slug, card.change.release_id, card.change.id]
            ),
        )
        for card in cards
    ]


def _outlook(release: ReleaseView, timetable: Timetable) -> Outlook:
    changes = releases.changes_of([release.id])
    opens_at = closes_at = None
    if not release.is_hotfix:
        opens_at, closes_at = report_times(timetable, clock.now())
    thanked = {one for ids in thanked_for(changes).values() for one in ids}
    return Outlook(
        opens_at=opens_at,
        closes_at=closes_at,
        n_thanked=len(thanked),
        n_topics=len({topic_id for change in changes for topic_id in change.topic_ids}),
        without_maker=tuple(change for change in changes if not change.maker_ids),
    )


urlpatterns = [
    path(
        "p/<slug:slug>/team/releases/<int:release_id>/preview/", draft_preview, name="draft_preview"
    ),
    path(
        "p/<slug:slug>/team/releases/<int:release_id>/publish/", draft_publish, name="draft_publish"
    ),
]
