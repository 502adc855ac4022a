"""Forms of what a product's owners decide."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.releases.rules import Timetable
from canyu.web.forms.people import Choice, set_choices
from canyu.web.forms.texts import text_fields

WEEKDAYS: list[Choice] = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
]
ROLES: list[Choice] = [
    ("maker", _("Maker: writes releases, answers people")),
    ("owner", _("Owner: decides as well, invites, certifies awards")),
]
CLOCK = {"type": "time"}


class AwardForm(forms.Form):
    """What stands on the wall beside an award."""

    citation_en, citation_zh = text_fields(n_rows=3)
    picture = forms.FileField(
        label=_("Picture for the wall"),
        help_text=_("Of the makers, best with their popcorn. Without one, their faces are shown."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )


class GiftForm(forms.Form):
    """The small gift that goes with an award."""

    gift = forms.CharField(
        label=_("What it was"),
        help_text=_("Something small: it is the vote of the people that counts."),
        required=False,
        max_length=200,
    )
    gift_on = forms.DateField(
        label=_("Given on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TrainForm(forms.Form):
    """When releases leave, freeze and are judged."""

    zone = forms.ChoiceField(label=_("Time zone"))
    weekday = forms.ChoiceField(label=_("Leaves on"), choices=WEEKDAYS)
    leaves_at = forms.TimeField(label=_("At"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    n_freeze_hours = forms.IntegerField(
        label=_("Hours of freeze before it leaves"),
        help_text=_("From then on only an owner changes what it carries."),
        min_value=0,
        max_value=120,
    )
    opens_on_publication = forms.BooleanField(
        label=_("The report opens as soon as a release is out"),
        help_text=_("Otherwise on the day below, when people have lived with it."),
        required=False,
    )
    opens_weekday = forms.ChoiceField(label=_("The report opens on"), choices=WEEKDAYS)
    opens_at = forms.TimeField(label=_("At"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    closes_weekday = forms.ChoiceField(label=_("It closes on"), choices=WEEKDAYS)
    closes_at = forms.TimeField(label=_("At"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Offer the time zones that this machine knows."""
        super().__init__(*args, **kwargs)
        set_choices(self, "zone", [(zone, zone) for zone in sorted(available_timezones())])

    def timetable(self) -> Timetable:
        """Return what was said as a timetable."""
        days = {"weekday", "opens_weekday", "closes_weekday"}
        said: dict[str, Any] = {
            name: int(value) if name in days else value for name, value in self.cleaned_data.items()
        }
        return Timetable(**said)


class HoursForm(forms.Form):
    """When the team of a product answers."""

    weekdays = forms.MultipleChoiceField(
        label=_("Days"), required=False, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    opens_at = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    closes_at = forms.TimeField(
        label=_("Until"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )


class PersonForm(forms.Form):
    """Somebody for the team, by handle."""

    handle = forms.CharField(
        label=_("Handle"), widget=forms.TextInput(attrs={"autocapitalize": "none"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """Another role for somebody of the team."""

    role = forms.ChoiceField(choices=ROLES)


class InvitationForm(forms.Form):
    """What a link leads to, for how many, for how long."""

    role = forms.ChoiceField(
        label=_("Into the team"),
        required=False,
        choices=[("", _("No, as somebody who uses the product")), *ROLES],
    )
    ring = forms.ChoiceField(label=_("Into the ring"), required=False)
    n_uses = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=10_000)
    valid_days = forms.IntegerField(label=_("Valid for how many days"), min_value=1, max_value=366)

    def __init__(self, *args: Any, rings: Sequence[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the rings of the product."""
        super().__init__(*args, **kwargs)
        set_choices(self, "ring", [("", _("The widest one")), *rings])


class RecoveryForm(forms.Form):
    """Who is locked out."""

    handle = forms.CharField(
        label=_("Their handle"), widget=forms.TextInput(attrs={"autocapitalize": "none"})
    )


class AreaForm(forms.Form):
    """The names of an area, and who works on it."""

    name_en, name_zh = text_fields()
    makers = forms.MultipleChoiceField(
        label=_("Who works on it"),
        help_text=_("New topics of this area go to them first."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, makers: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the people of the team."""
        super().__init__(*args, **kwargs)
        set_choices(self, "makers", makers)


class NewAreaForm(forms.Form):
    """A new area."""

    name_en, name_zh = text_fields()
    slug = forms.CharField(
        label=_("Short name for programs"),
        help_text=_("Small letters, digits and “-”."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )


class ExposureForm(forms.Form):
    """A table of how many people had the product."""

    table = forms.FileField(
        label=_("CSV table"),
        help_text=_(
            "Columns week (a day of it, such as 2026-11-20), ring and n_people; version and device"
            " if you know them."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class ProductForm(forms.Form):
    """What a product is called, says of itself, and shows to whom."""

    name_en, name_zh = text_fields()
    about_en, about_zh = text_fields(n_rows=4)
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        choices=[("open", _("Everybody")), ("members", _("Only those with an account here"))],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Its own language"),
        help_text=_("In which its texts stand where nobody says otherwise."),
        choices=[("en", "English"), ("zh-hans", "简体中文")],
        widget=forms.RadioSelect,
    )
