"""What waits for each of the team: for the owners, and for each their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from canyu.desks.queries import loads_of
from canyu.desks.services import give_work
from canyu.journal import clock
from canyu.members import queries as members
from canyu.members.rules import storable
from canyu.products.queries import ProductView
from canyu.web.forms.people import ids_in
from canyu.web.forms.posts import SeeOther
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import decides, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def loads(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show what waits for whom; a post gives some of it to somebody else."""
    if request.method == "POST":
        return _give(request, product)
    found = loads_of(product.id, at=clock.now())
    is_owner = decides(product, request)
    own_id = signed_in_id_of(request)
    context = {
        "loads": [one for one in found if is_owner or one.member.id == own_id],
        "team": [one.member for one in found],
        "decides": is_owner,
    }
    return render(request, "web/desk/loads.html", context)


def _give(request: HttpRequest, product: ProductView) -> HttpResponse:
    things = request.POST.getlist("thing")
    keeper = members.member_by_handle(storable(request.POST.get("to", "").strip().lstrip("@")))
    give_work(
        actor_id=signed_in_id_of(request),
        product_id=product.id,
        keeper_id=keeper.id,
        topic_ids=_ids("topic", things),
        point_ids=_ids("pain", things),
        at=clock.now(),
    )
    messages.success(request, _("It is in their hands now."))
    return SeeOther(reverse("loads", args=[product.slug]))


def _ids(kind: str, things: list[str]) -> set[int]:
    """The ids of one kind among “topic:12” and “pain:3”; what is no such thing is left out."""
    return {
        one
        for thing in things
        if thing.startswith(f"{kind}:")
        for one in ids_in(thing[len(kind) + 1 :])
    }


urlpatterns = [path("p/<slug:slug>/team/loads/", loads, name="loads")]
