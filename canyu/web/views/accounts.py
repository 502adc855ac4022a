"""Pages for coming in: signing up and in, passkeys, passwords, and the links that owners give."""

from typing import Any

from allauth.account import views as library
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic.base import RedirectView

from canyu.journal import clock
from canyu.journal.errors import NotAllowed, Refused, gettext_noop
from canyu.members.errors import HandleRefused, MemberRefused, PasswordRefused
from canyu.members.queries import member_of, open_invitation
from canyu.members.services import register_member, set_password_by_recovery, use_invitation
from canyu.products.errors import ProductRefused
from canyu.products.services import accept_invitation, add_product
from canyu.web import accounts, passkeys
from canyu.web.request import (
    language_chosen_in,
    member_id_of,
    require_member,
    signed_in_id_of,
)
from canyu.web.views.errors import sentence_of

require_form = require_http_methods(["GET", "HEAD", "POST"])


class SignUpView(library.SignupView):  # type: ignore[misc]
    """Make an account; whoever came by an invitation is taken where it leads."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Make the account and sign in; say at the field what the service refuses."""
        response: HttpResponse
        try:
            response = super().form_valid(form)
        except Refused as refusal:
            blame(form, refusal, handle="username", password="password1")  # noqa: S106
            response = self.form_invalid(form)
            return response
        member_id = member_id_of(self.request)
        if member_id is None:
            return response
        card = accounts.note_guest(self.request, member_id)
        if token := accounts.open_join_token(self.request):
            return join_now(self.request, token)
        return redirect("card", token=card.token) if card else response

    def get_context_data(self, **known: Any) -> dict[str, Any]:  # noqa: ANN401
        """Say by whose card somebody comes, as long as that can still be left out."""
        context: dict[str, Any] = super().get_context_data(**known)
        return {**context, "by_card": accounts.card_come_by(self.request)}

    def closed(self) -> HttpResponse:
        """Say who can let a stranger in."""
        return render(self.request, "account/signup_closed.html", status=403)


class RemovePasskeyView(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey, unless it is the only way in that is left."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Remove it; raise `NotAllowed` where it would lock its member out."""
        if not self.request.user.has_usable_password() and self.get_queryset().count() == 1:
            raise NotAllowed(
                gettext_noop(
                    "The passkey was not removed: you could not get in any more. Set a password,"
                    " or add another passkey, first."
                )
            )
        response: HttpResponse = super().form_valid(form)
        return response


def blame(form: Form, refusal: Refused, *, handle: str, password: str) -> None:
    """Put what a service refused at the field that it is about."""
    fields: dict[type[Refused], str] = {
        HandleRefused: handle,
        MemberRefused: "name",
        PasswordRefused: password,
    }
    field = fields.get(type(refusal))
    form.add_error(field if field in form.fields else None, sentence_of(refusal))


def sign_in(request: HttpRequest, *, handle: str, password: str) -> None:
    """Sign somebody in who has just set this password."""
    member = authenticate(request, username=handle, password=password)
    if member is None:
        raise NotAllowed(gettext_noop("You are not signed in: this account has ended."))
    login(request, member)


def join_now(request: HttpRequest, token: str) -> HttpResponse:
    """Take the invitation for the member who is signed in, and show the product."""
    request.session.pop(accounts.JOIN_TOKEN, None)
    accept_invitation(token=token, member_id=signed_in_id_of(request), at=clock.now())
    messages.success(request, _("You are in. Good to have you here."))
    return redirect("home")


@never_cache
@sensitive_post_parameters("password")
@require_form
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Let the first owner in, by the link that the first start printed."""
    open_invitation(token, purposes=("start",), at=clock.now())
    form = accounts.StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            member_id = register_member(
                handle=said["handle"],
                name=said["name"],
                language=language_chosen_in(request),
                password=said["password"],
                at=clock.now(),
            )
        except Refused as refusal:
            blame(form, refusal, handle="handle", password="password")  # noqa: S106
        else:
            use_invitation(token=token, member_id=member_id, at=clock.now())
            sign_in(request, handle=said["handle"], password=said["password"])
            return redirect("first_product")
    return render(request, "web/accounts/start.html", {"form": form})


@require_member
@require_form
def first_product(request: HttpRequest) -> HttpResponse:
    """Make a product: what it is called, and its address."""
    form = accounts.ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            add_product(
                actor_id=signed_in_id_of(request),
                slug=said["slug"],
                name=form.names(),
                at=clock.now(),
            )
        except ProductRefused as refusal:
            form.add_error("slug", sentence_of(refusal))
        else:
            return redirect("home")
    return render(request, "web/accounts/first_product.html", {"form": form})


@never_cache
@require_form
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an invitation leads to; take it, or remember it until the person is known."""
    invitation = open_invitation(token, purposes=("join",), at=clock.now())
    if request.method == "POST":
        return join_now(request, token)
    if member_id_of(request) is None:
        request.session[accounts.JOIN_TOKEN] = token
    context = {"inviter": member_of(invitation.made_by_id) if invitation.made_by_id else None}
    return render(request, "web/accounts/join.html", context)


@never_cache
@sensitive_post_parameters("password")
@require_form
def recover(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody set a new password, by a link from an owner."""
    invitation = open_invitation(token, purposes=("recover",), at=clock.now())
    member = member_of(invitation.member_id or 0)
    form = accounts.RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        try:
            set_password_by_recovery(token=token, password=password, at=clock.now())
        except PasswordRefused as refusal:
            form.add_error("password", sentence_of(refusal))
        else:
            sign_in(request, handle=member.handle, password=password)
            messages.success(request, _("Your new password is set, and you are signed in."))
            return redirect("home")
    return render(request, "web/accounts/recover.html", {"form": form, "person": member})


@require_safe
def lost_password(request: HttpRequest) -> HttpResponse:
    """Say how somebody comes back in without a password: there is no mail."""
    return render(request, "web/accounts/lost.html")


urlpatterns = [
    path("start/product/", first_product, name="first_product"),
    path("start/<str:token>/", start, name="start"),
    path("join/<str:token>/", join, name="join"),
    path("recover/<str:token>/", recover, name="recover"),
    path("account/", IndexView.as_view(), name="mfa_index"),
    path("account/sign-up/", SignUpView.as_view(), name="account_signup"),
    path(
        "account/sign-in/",
        library.LoginView.as_view(form_class=accounts.SignInForm),
        name="account_login",
    ),
    path(
        "account/sign-in/passkey/",
        webauthn.LoginWebAuthnView.as_view(form_class=passkeys.PasskeySignInForm),
        name="mfa_login_webauthn",
    ),
    path("account/sign-out/", library.logout, name="account_logout"),
    path("account/ended/", library.account_inactive, name="account_inactive"),
    path("account/lost/", lost_password, name="account_reset_password"),
    path(
        "account/confirm/",
        library.ReauthenticateView.as_view(form_class=accounts.ConfirmForm),
        name="account_reauthenticate",
    ),
    path(
        "account/confirm/passkey/",
        webauthn.ReauthenticateWebAuthnView.as_view(form_class=passkeys.PasskeyConfirmForm),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "account/password/",
        library.PasswordChangeView.as_view(form_class=accounts.NewPasswordForm),
        name="account_change_password",
    ),
    path(
        "account/password/first/",
        library.PasswordSetView.as_view(form_class=accounts.FirstPasswordForm),
        name="account_set_password",
    ),
    path(
        "account/passkeys/",
        RedirectView.as_view(pattern_name="mfa_index"),
        name="mfa_list_webauthn",
    ),
    path(
        "account/passkeys/add/",
        webauthn.AddWebAuthnView.as_view(form_class=passkeys.AddPasskeyForm),
        name="mfa_add_webauthn",
    ),
    path(
        "account/passkeys/<int:pk>/remove/", RemovePasskeyView.as_view(), name="mfa_remove_webauthn"
    ),
    path(
        "account/passkeys/<int:pk>/name/",
        webauthn.EditWebAuthnView.as_view(form_class=passkeys.RenamePasskeyForm),
        name="mfa_edit_webauthn",
    ),
]
