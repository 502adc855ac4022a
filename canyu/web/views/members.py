"""Pages of people: what somebody brought about, and what one is told."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe

from canyu.channels.queries import notices_for
from canyu.channels.services import read_notices
from canyu.credits.queries import credits_of_member
from canyu.journal import clock
from canyu.members.queries import MemberView, member_by_handle, profile_of
from canyu.products.queries import ProductView, product_ids_of_team, products_for
from canyu.releases.queries import ChangeView, changes_by_id, changes_made_by
from canyu.web.cards import People, change_href
from canyu.web.notice_words import notice_lines
from canyu.web.request import member_id_of, require_member, signed_in_id_of
from canyu.web.result_charts import ChartItem
from canyu.web.run_charts import Run
from canyu.web.runs import draw_run, judged_in

MOST_SHOWN = 60


@dataclass(frozen=True)
class Deed:
    """A change that somebody brought about or made, with its product and makers."""

    change: ChangeView
    product: ProductView
    makers: tuple[MemberView, ...]
    was_first: bool
    href: str


@require_safe
def member_page(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a person: who they are, what came of their asking, what they made."""
    profile = profile_of(member_by_handle(handle).id)
    member_id = profile.member.id
    visible = {product.id: product for product in products_for(member_id_of(request))}
    credited = credits_of_member(member_id, roles=("asked", "joined"), limit=MOST_SHOWN)
    changes = changes_by_id(one.change_id for one in credited)
    was_first = {one.change_id: one.role == "asked" for one in credited}
    asked = [changes[one.change_id] for one in credited if one.change_id in changes]
    made = changes_made_by(member_id, limit=MOST_SHOWN)
    people = People(maker for change in [*asked, *made] for maker in change.maker_ids)
    context = {
        "profile": profile,
        "member": profile.member,
        "is_me": member_id == member_id_of(request),
        "teams": [
            (visible[product_id], role)
            for product_id, role in product_ids_of_team(member_id).items()
            if product_id in visible
        ],
        "asked": _deeds(asked, visible, people, was_first),
        "made": _deeds(made, visible, people, {}),
        "runs": _runs(profile.member, made, visible),
    }
    return render(request, "web/members/member.html", context)


def _deeds(
    changes: list[ChangeView],
    visible: dict[int, ProductView],
    people: People,
    was_first: dict[int, bool],
) -> list[Deed]:
    return [
        Deed(
            change=change,
            product=visible[change.product_id],
            makers=people.many(change.maker_ids),
            was_first=was_first.get(change.id, False),
            href=change_href(visible[change.product_id].slug, change.id),
        )
        for change in changes
        if change.product_id in visible
    ]


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
    return render(request, "web/members/notices.html", {"lines": lines})


urlpatterns = [
    path("members/<str:handle>/", member_page, name="member"),
    path("notices/", notice_list, name="notices"),
    path("", include("canyu.web.views.me")),
    path("", include("canyu.web.views.leaving")),
    path("", include("canyu.web.views.rings")),
]
