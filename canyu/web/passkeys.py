"""Forms around passkeys: what browsers send is parsed as what a stranger may have made up."""

import json
import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

KEY_NAME_LENGTH = 60
# What the parsers of the library raise for an answer that no browser gives.
MADE_UP = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
    struct.error,
)
# The only numbers that browsers send are the names of algorithms, down to -65535.
LONGEST_NUMBER = 6


class AnswerDecoder(json.JSONDecoder):
    """JSON without large numbers: the library makes as many bytes as a number says."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """Read as JSON is read, but numbers with care."""
        super().__init__(parse_int=_small_number, **options)


class CredentialField(forms.JSONField):
    """What the browser's answer is, as a JSON object."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """Read with care."""
        super().__init__(decoder=AnswerDecoder, **options)

    def to_python(self, value: Any) -> Any:  # noqa: ANN401
        """Return the object; anything else, however deep, is no answer of a browser."""
        try:
            said = super().to_python(value)
        except (forms.ValidationError, RecursionError) as problem:
            raise no_passkey() from problem
        if said in self.empty_values or isinstance(said, dict):
            return said
        raise no_passkey()


def _small_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        message = "a number that no browser sends"
        raise json.JSONDecodeError(message, digits, 0)
    return int(digits)


def no_passkey() -> forms.ValidationError:
    """Return what is said of an answer that is no passkey."""
    error: forms.ValidationError = get_adapter().validation_error("incorrect_code")
    return error


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """The answer to the question for any passkey of this site."""

    credential = CredentialField()

    def clean_credential(self) -> Any:  # noqa: ANN401 - a row of the library
        """Return whose passkey it is."""
        try:
            return super().clean_credential()
        except MADE_UP as problem:
            raise no_passkey() from problem


class PasskeyConfirmForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The answer to the question for a passkey of the member who is signed in."""

    credential = CredentialField()

    def clean_credential(self) -> Any:  # noqa: ANN401 - a row of the library
        """Return which passkey it is."""
        try:
            return super().clean_credential()
        except MADE_UP as problem:
            raise no_passkey() from problem


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A name for the passkey; what the browser made of it comes in a hidden field."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you know it again: where you keep it, for instance."),
        max_length=KEY_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        """Take only keys that open the door alone: the device itself asks who is there."""
        self.cleaned_data["passwordless"] = True
        try:
            return dict(super().clean())
        except MADE_UP as problem:
            raise no_passkey() from problem


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=KEY_NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
