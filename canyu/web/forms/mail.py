"""Forms of what one is mailed, and where."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

PACES = [
    ("now", _("At once")),
    ("day", _("Once a day")),
    ("week", _("Once a week")),
    ("never", _("Never")),
]


class MailForm(forms.Form):
    """How often each family of notices is mailed, in which language, by whose clock."""

    answers = forms.ChoiceField(
        label=_("Answers to me"),
        help_text=_("Somebody answers, names or invites you."),
        choices=PACES,
        widget=forms.Select,
    )
    asked = forms.ChoiceField(
        label=_("What I asked for"),
        help_text=_("It moves, ships, or is declined; and your part in it."),
        choices=PACES,
        widget=forms.Select,
    )
    report = forms.ChoiceField(
        label=_("The weekly report"),
        help_text=_("It is open, and half a minute of yours is wished for."),
        choices=PACES,
        widget=forms.Select,
    )
    team = forms.ChoiceField(
        label=_("Work of the team"),
        help_text=_("Topics in your hands, awards, repairs, what many say."),
        choices=PACES,
        widget=forms.Select,
    )
    language = forms.ChoiceField(
        label=_("Language of the mails"),
        choices=[("en", "English"), ("zh-hans", "简体中文")],
        widget=forms.Select,
    )
    zone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=lambda: [(one, one.replace("_", " ")) for one in sorted(available_timezones())],
        widget=forms.Select,
    )

    def paces(self) -> dict[str, str]:
        """What was chosen for each family."""
        return {name: self.cleaned_data[name] for name in ("answers", "asked", "report", "team")}


class FamiliesForm(forms.Form):
    """What a browser tells at once."""

    families = forms.MultipleChoiceField(
        label=_("What is told here"),
        choices=[
            ("answers", _("Answers to me")),
            ("asked", _("What I asked for")),
            ("report", _("The weekly report")),
            ("team", _("Work of the team")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )


class AddressForm(forms.Form):
    """Where to."""

    address = forms.CharField(
        label=_("Mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


def usual_zone() -> str:
    """The zone that is proposed to whoever has chosen none."""
    return settings.TIME_ZONE
