"""One's own desk: what waits for a member of a team, across their products."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from canyu.desks.queries import desk_of
from canyu.journal import clock
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.remarks.services import see_words
from canyu.web.desk_lines import desk_card
from canyu.web.forms.people import ids_in
from canyu.web.forms.posts import SeeOther
from canyu.web.request import require_member, signed_in_id_of


@require_safe
@require_member
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits, what is due first at the top."""
    at = clock.now()
    found = desk_of(signed_in_id_of(request), at=at)
    if not found.products:
        raise NotAllowed(gettext_noop("A desk is for those who are in the team of a product."))
    owned = [found.products[one] for one in sorted(found.owned)]
    context = {"desk": desk_card(found, at=at), "owned": owned}
    return render(request, "web/desk/desk.html", context)


@require_POST
@require_member
def desk_seen(request: HttpRequest) -> HttpResponse:
    """Put aside the words that were shown."""
    for up_to in ids_in(request.POST.get("up_to", ""))[:1]:
        see_words(member_id=signed_in_id_of(request), up_to=up_to, at=clock.now())
    return SeeOther(reverse("desk"))


urlpatterns = [
    path("desk/", desk, name="desk"),
    path("desk/seen/", desk_seen, name="desk_seen"),
]
