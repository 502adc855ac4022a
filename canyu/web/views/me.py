"""One's own page: name, face, language, keys, and everything that is stored about one."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canyu.channels.exports import person_data
from canyu.channels.queries import guests_of_member
from canyu.channels.services import claim_code
from canyu.credits.queries.leads import is_left_alone
from canyu.credits.services import leave_me_alone
from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.members import services
from canyu.members.queries import keys_of, member_of, profile_of
from canyu.products.queries import products_for, ring_of
from canyu.web.forms import members as forms
from canyu.web.forms.credits import CreditNameForm
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.request import require_member, signed_in_id_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def me(request: HttpRequest) -> HttpResponse:
    """Show everything that one can change about oneself; a post is name and words."""
    if request.method != "POST":
        return _show(request)
    form = forms.ProfileForm(request.POST)
    if not form.is_valid():
        return _show(request, status=400, profile_form=form)
    try:
        services.change_profile(
            actor_id=signed_in_id_of(request),
            name=form.cleaned_data["name"],
            about=form.cleaned_data["about"],
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, status=refuse(form, refusal), profile_form=form)
    messages.success(request, _("Saved."))
    return SeeOther(reverse("me"))


@require_POST
@require_member
def my_face(request: HttpRequest) -> HttpResponse:
    """Take a picture as one's face, or go back to the drawn one."""
    member_id = signed_in_id_of(request)
    if request.POST.get("drawn"):
        services.draw_face_again(actor_id=member_id, at=clock.now())
        messages.success(request, _("You have your drawn face again."))
        return SeeOther(reverse("me"))
    form = forms.FaceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, status=400, face_form=form)
    try:
        file = form.cleaned_data["picture"]
        services.change_face(actor_id=member_id, file=file, at=clock.now())
    except Refused as refusal:
        return _show(request, status=refuse(form, refusal, field="picture"), face_form=form)
    messages.success(request, _("This is your face now."))
    return SeeOther(reverse("me"))


@require_POST
@require_member
def my_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages, here and everywhere."""
    form = forms.LanguageForm(request.POST)
    if not form.is_valid():
        return _show(request, status=400, language_form=form)
    services.choose_language(
        actor_id=signed_in_id_of(request), language=form.cleaned_data["language"], at=clock.now()
    )
    answer = SeeOther(reverse("me"))
    # What this browser chose before would stand in front of it.
    answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


@require_POST
@require_member
def my_credit_name(request: HttpRequest) -> HttpResponse:
    """Choose how one is named for what one brought about."""
    form = CreditNameForm(request.POST)
    if not form.is_valid():
        return _show(request, status=400, credit_form=form)
    try:
        services.choose_credit_name(
            actor_id=signed_in_id_of(request),
            way=form.cleaned_data["way"],
            alias=form.cleaned_data["alias"],
            at=clock.now(),
        )
    except Refused as refusal:
        status = refuse(form, refusal, field="alias")
        return _show(request, status=status, credit_form=form)
    messages.success(request, _("Saved. It holds everywhere, also for what is past."))
    return SeeOther(reverse("me"))


@require_POST
@require_member
def my_early_voices(request: HttpRequest) -> HttpResponse:
    """Say whether one's early voices may be looked at."""
    is_alone = request.POST.get("look") != "yes"
    leave_me_alone(actor_id=signed_in_id_of(request), is_alone=is_alone, at=clock.now())
    if is_alone:
        messages.success(request, _("Nobody looks at your early voices any more."))
    else:
        messages.success(request, _("Your early voices are looked at again, each night."))
    return SeeOther(reverse("me"))


@never_cache
@require_POST
@require_member
def my_keys(request: HttpRequest) -> HttpResponse:
    """Make a key and show it, this once."""
    form = forms.KeyForm(request.POST)
    if not form.is_valid():
        return _show(request, status=400, key_form=form)
    try:
        key = services.make_key(
            actor_id=signed_in_id_of(request),
            name=form.cleaned_data["name"],
            right=form.cleaned_data["right"],
            at=clock.now(),
        )
    except Refused as refusal:
        status = refuse(form, refusal, field="name")
        return _show(request, status=status, key_form=form)
    return _show(request, new_key=key)


@require_POST
@require_member
def my_key_back(request: HttpRequest, key_id: int) -> HttpResponse:
    """Take a key back."""
    services.revoke_key(actor_id=signed_in_id_of(request), key_id=key_id, at=clock.now())
    messages.success(request, _("The key opens nothing any more."))
    return SeeOther(reverse("me"))


@never_cache
@require_safe
@require_member
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything that is stored about one, as a file."""
    member_id = signed_in_id_of(request)
    answer = JsonResponse(
        person_data(member_id, at=clock.now()),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    answer["Content-Disposition"] = 'attachment; filename="canyu-my-data.json"'
    return answer


def _show(request: HttpRequest, *, status: int = 200, **known: Any) -> HttpResponse:  # noqa: ANN401
    """Show the page; `known` holds forms as they were sent, or the key that was just made."""
    member_id = signed_in_id_of(request)
    profile = profile_of(member_id)
    context = {
        "profile_form": forms.ProfileForm(
            initial={"name": profile.member.name, "about": profile.about}
        ),
        "face_form": forms.FaceForm(),
        "language_form": forms.LanguageForm(initial={"language": member_of(member_id).language}),
        "key_form": forms.KeyForm(),
        "credit_form": CreditNameForm(
            initial={"way": profile.member.credit_way, "alias": profile.member.credit_alias}
        ),
        "is_left_alone": is_left_alone(member_id),
        "member": profile.member,
        "claim": claim_code(member_id=member_id, at=clock.now()),
        "known_as": guests_of_member(member_id),
        "keys": keys_of(member_id),
        "rings": [(one, ring_of(one.id, member_id)) for one in products_for(member_id)],
        **known,
    }
    return render(request, "web/members/me.html", context, status=status)


urlpatterns = [
    path("me/", me, name="me"),
    path("me/face/", my_face, name="my_face"),
    path("me/language/", my_language, name="my_language"),
    path("me/credits/", my_credit_name, name="my_credit_name"),
    path("me/early-voices/", my_early_voices, name="my_early_voices"),
    path("me/keys/", my_keys, name="my_keys"),
    path("me/keys/<int:key_id>/back/", my_key_back, name="my_key_back"),
    path("me/data.json", my_data, name="my_data"),
]
