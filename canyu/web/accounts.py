"""How the sign-in library is bent to Canyu: its words, and who may write.

New members are written by the service of their room; there is no mail, so whoever is locked out
asks an owner for a link; a passkey is another way in, not a second lock.
"""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    SetPasswordForm,
)
from allauth.account.forms import (
    SignupForm as LibrarySignupForm,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from canyu.channels.services import forget_browser
from canyu.credits.queries.cards import CardView, card_of
from canyu.credits.services import come_by_card
from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.members.errors import InvitationRefused
from canyu.members.queries import open_invitation
from canyu.members.services import register_member
from canyu.web.request import language_chosen_in

JOIN_TOKEN = "canyu_join_token"  # noqa: S105 - the name of a place in the session
CARD_TOKEN = "canyu_card_token"  # noqa: S105 - the same
BROWSER = "canyu_browser"
HANDLE_LABEL = _("Handle")
HANDLE_HELP = _("What you sign in with, and what others see. Letters, digits, “-”, “_” and “.”.")
NAME_LABEL = _("Name")
NAME_HELP = _("How you are shown. If you leave it empty, your handle is shown.")
PASSWORD_LABEL = _("Password")
PASSWORD_HELP = _("At least 10 characters. Not a common one, and nothing like your name or handle.")
# The library says this, and lost its Chinese when it changed a word: marked, ours is found.
SAID_BY_THE_LIBRARY = ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
    0,
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What the library asks about people."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "You are not signed in: handle and password do not match. Check both, or ask"
            " an owner for a recovery link."
        ),
        "username_taken": _("This handle is taken. Choose another one."),
        "too_many_login_attempts": _(
            "You are not signed in: there were too many attempts. Wait five minutes, then try"
            " again."
        ),
        "enter_current_password": _("This is not your current password. Type it again."),
        "incorrect_password": _("This is not your password. Type it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether a stranger may make an account: always, or only by a link that is open."""
        return settings.CANYU_SIGNUP != "invited" or bool(open_join_token(request))

    def save_user(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,  # noqa: ARG002 - an empty one, of the library
        form: forms.Form,
        commit: bool = True,  # noqa: ARG002, FBT001, FBT002 - the library's signature
    ) -> AbstractBaseUser:
        """Make the account by the service that makes all of them. Raises its refusals."""
        data = form.cleaned_data
        password = data["password1"]
        register_member(
            handle=data["username"],
            name=data["name"],
            language=language_chosen_in(request),
            password=password,
            at=clock.now(),
        )
        member = authenticate(request, username=data["username"], password=password)
        if member is None:
            msg = "A member who has just been registered cannot sign in."
            raise RuntimeError(msg)
        return member

    def get_login_stages(self) -> list[str]:
        """Nothing stands between a right password and being in: no mail, no second key."""
        return []

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead whoever came by an invitation back to it, everybody else to this week."""
        token = open_join_token(request)
        if token:
            return reverse("join", args=[token])
        return str(super().get_login_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Changing a password signs out everywhere, here too."""
        return reverse("account_login")

    def logout(self, request: HttpRequest) -> None:
        """Sign out; whoever uses this browser next is told nothing of what is theirs."""
        browser_id = request.session.get(BROWSER)
        if browser_id and request.user.pk:
            forget_browser(actor_id=request.user.pk, browser_id=browser_id, at=clock.now())
        super().logout(request)


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What the library asks about passkeys."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "The passkey was not accepted. Try it once more, or sign in with your password."
        ),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002
        """Suggest a name for the next passkey."""
        n_keys = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)d") % {"number": n_keys + 1}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Tell the person's device whose key it will keep."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": user.get_full_name()}  # type: ignore[attr-defined]


def open_join_token(request: HttpRequest) -> str:
    """Return the token of the invitation that this person came by, "" if it opens nothing now."""
    token = str(request.session.get(JOIN_TOKEN, ""))
    if not token:
        return ""
    try:
        open_invitation(token, purposes=("join",), at=clock.now())
    except InvitationRefused:
        return ""
    return token


def card_come_by(request: HttpRequest) -> CardView | None:
    """Return the card that this person comes by, as they chose; None if it is gone."""
    token = str(request.session.get(CARD_TOKEN, ""))
    if not token:
        return None
    try:
        return card_of(token)
    except Refused:
        return None


def note_guest(request: HttpRequest, member_id: int) -> CardView | None:
    """Note by which card somebody came who has just made an account; None if by no card."""
    card = card_come_by(request)
    request.session.pop(CARD_TOKEN, None)
    if card is None:
        return None
    try:
        come_by_card(token=card.token, member_id=member_id, at=clock.now())
    except Refused:
        return None
    return card


def password_field(label: Any, help_text: Any, autocomplete: str) -> forms.CharField:  # noqa: ANN401
    """Return a field for a password: never stripped, never shown again."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def handle_field(*, focus: bool = False) -> forms.CharField:
    """Return a field for a handle that is being chosen."""
    attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(
        label=HANDLE_LABEL,
        help_text=HANDLE_HELP,
        max_length=64,
        widget=forms.TextInput(attrs={**attrs, "autofocus": True} if focus else attrs),
    )


def name_field() -> forms.CharField:
    """Return a field for the name that others see."""
    return forms.CharField(
        label=NAME_LABEL,
        help_text=NAME_HELP,
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class StartForm(forms.Form):
    """The first owner."""

    handle = handle_field(focus=True)
    name = name_field()
    password = password_field(PASSWORD_LABEL, PASSWORD_HELP, "new-password")


class RecoverForm(forms.Form):
    """A new password, by a link."""

    password = password_field(_("New password"), PASSWORD_HELP, "new-password")


class ProductForm(forms.Form):
    """What a product is called, and its address."""

    name_en = forms.CharField(label=_("English"), max_length=80, required=False)
    name_zh = forms.CharField(label=_("Chinese"), max_length=80, required=False)
    slug = forms.CharField(
        label=_("Address"),
        help_text=_("What stands in its web address: small letters, digits and “-”."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a name in one language at least."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("name_en") and not said.get("name_zh"):
            self.add_error("name_en", _("Type a name, in one language at least."))
        return said

    def names(self) -> dict[str, str]:
        """Return the names as {language: text}."""
        said = {"en": self.cleaned_data["name_en"], "zh-hans": self.cleaned_data["name_zh"]}
        return {language: name for language, name in said.items() if name}


class SignInForm(LoginForm):  # type: ignore[misc]
    """Handle and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Say it in our words."""
        super().__init__(*args, **kwargs)
        self.fields["login"] = handle_field()
        self.fields["login"].help_text = ""
        self.fields["password"] = password_field(PASSWORD_LABEL, "", "current-password")


class SignupForm(LibrarySignupForm):  # type: ignore[misc]
    """Handle, name and password: no mail address is asked for."""

    name = name_field()
    field_order: ClassVar[list[str]] = ["username", "name", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Say it in our words."""
        super().__init__(*args, **kwargs)
        self.fields["username"] = handle_field()
        self.fields["password1"] = password_field(PASSWORD_LABEL, PASSWORD_HELP, "new-password")


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    password = password_field(PASSWORD_LABEL, "", "current-password")


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one, once: it can be read in what the browser offers to keep."""

    oldpassword = password_field(_("Current password"), "", "current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Say it in our words."""
        super().__init__(*args, **kwargs)
        _say_new_password(self)


class FirstPasswordForm(SetPasswordForm):  # type: ignore[misc]
    """A password for somebody who has signed in without one so far."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Say it in our words."""
        super().__init__(*args, **kwargs)
        _say_new_password(self)


def _say_new_password(form: forms.Form) -> None:
    form.fields["password1"].label = _("New password")
    form.fields["password1"].help_text = PASSWORD_HELP
    form.fields["password2"].label = _("New password again")
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
