"""Pages of people: what somebody brought about, and what one is told."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe

from canyu.channels.queries import notices_for
from canyu.channels.services import read_notices
from canyu.credits.queries import credited_among
from canyu.credits.queries.cards import card_tokens_of, guests_of
from canyu.credits.rules import Who
from canyu.journal import clock
from canyu.members.queries import MemberView, as_credited, member_by_handle, member_of, profile_of
from canyu.products.queries import ProductView, product_ids_of_team, products_for
from canyu.releases.queries import ChangeView, changes_made_by
from canyu.web.brought import brought_page
from canyu.web.cards import People, change_href
from canyu.web.notice_words import notice_lines
from canyu.web.request import member_id_of, require_member, signed_in_id_of
from canyu.web.result_charts import ChartItem
from canyu.web.run_charts import Run
from canyu.web.runs import draw_run, judged_in
from canyu.web.typed import number_in

MOST_SHOWN = 60


@dataclass(frozen=True)
class Deed:
    """A change that somebody made before there were credits, with its product."""

    change: ChangeView
    product: ProductView
    href: str


@require_safe
def member_page(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a person: who they are, and what they brought about, release by release.

    Who wishes to be named otherwise, or not, is the only one who sees it here.
    """
    profile = profile_of(member_by_handle(handle).id)
    member_id = profile.member.id
    is_me = member_id == member_id_of(request)
    visible = {product.id: product for product in products_for(member_id_of(request))}
    is_shown = is_me or as_credited(profile.member) == profile.member
    page = number_in(request.GET.get("page", "")) or 1
    seen = visible if is_shown else {}
    leaf = brought_page(Who(member_id=member_id), seen, page=page)
    tokens = card_tokens_of(member_id, leaf.change_ids) if is_me else {}
    made = changes_made_by(member_id, limit=MOST_SHOWN) if is_shown else []
    credited = credited_among([one.id for one in made], member_id)
    context = {
        "profile": profile,
        "member": profile.member,
        "name": profile.member.name,
        "is_me": is_me,
        "card_tokens": tokens,
        "is_apart": is_me and profile.member.credit_way != "name",
        "teams": [
            (visible[product_id], role)
            for product_id, role in product_ids_of_team(member_id).items()
            if product_id in visible
        ],
        "leaf": leaf,
        "guests": guests_of(member_id) if is_shown else None,
        "made": [
            Deed(one, visible[one.product_id], change_href(visible[one.product_id].slug, one.id))
            for one in made
            if one.product_id in visible and one.id not in credited
        ],
        "runs": _runs(profile.member, made, visible),
    }
    return render(request, "web/members/member.html", context)


def _runs(
    maker: MemberView, made: list[ChangeView], visible: dict[int, ProductView]
) -> list[tuple[ProductView, Run[ChartItem]]]:
    """How what somebody made was judged, product by product; nothing where nothing was."""
    ids = {change.product_id for change in made} & visible.keys()
    if not ids:
        return []
    judged = judged_in(ids)
    people = People([maker.id])
    found = [
        (
            visible[one],
            draw_run(visible[one].slug, judged, judged.of_maker(maker.id, one), people),
        )
        for one in sorted(ids)
    ]
    return [(product, run) for product, run in found if run.n_scored]


@require_safe
@require_member
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show what one is told; having seen it, it is read."""
    member_id = signed_in_id_of(request)
    lines = notice_lines(notices_for(member_id), at=clock.now())
    if any(not line.is_read for line in lines):
        read_notices(member_id=member_id, at=clock.now())
    thanked_for = [line.change.id for line in lines if line.is_thanks and line.change]
    may_show = bool(thanked_for) and as_credited(member_of(member_id)) is not None
    context = {
        "lines": lines,
        "may_show": may_show,
        "card_tokens": card_tokens_of(member_id, thanked_for) if may_show else {},
    }
    return render(request, "web/members/notices.html", context)


urlpatterns = [
    path("members/<str:handle>/", member_page, name="member"),
    path("notices/", notice_list, name="notices"),
    path("", include("canyu.web.views.me")),
    path("", include("canyu.web.views.leaving")),
    path("", include("canyu.web.views.rings")),
]
