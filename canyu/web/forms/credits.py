"""Forms of writing into the credits by hand, and of how one is named."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.credits.rules import ROLES
from canyu.web.credit_words import ROLE_NAMES
from canyu.web.forms.people import Choice, set_choices

WHY = _("Everybody can read it, with your name and the day.")


class EnterForm(forms.Form):
    """Naming somebody for a change."""

    handle = forms.CharField(
        label=_("Who?"),
        help_text=_("Their handle, such as lin."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=_("What for?"),
        choices=[(role, ROLE_NAMES[role]) for role in ROLES],
        widget=forms.Select,
    )
    why = forms.CharField(label=_("Why?"), help_text=WHY, widget=forms.Textarea(attrs={"rows": 2}))


class WithdrawForm(forms.Form):
    """Naming somebody no more."""

    row = forms.ChoiceField(label=_("Who is not to be named?"), widget=forms.Select)
    why = forms.CharField(label=_("Why?"), help_text=WHY, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, rows: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take those who are named now."""
        super().__init__(*args, **kwargs)
        set_choices(self, "row", rows)


class CreditNameForm(forms.Form):
    """How one is named for what one brought about."""

    way = forms.ChoiceField(
        label=_("How are you named for what you brought about?"),
        choices=[
            ("name", _("By my name")),
            ("alias", _("By another name")),
            ("none", _("Not at all: I am only counted")),
        ],
        widget=forms.RadioSelect,
    )
    alias = forms.CharField(
        label=_("The other name"),
        help_text=_("It stands without your face, and leads nowhere."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
