"""Forms of what a member says about themself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.web.forms.people import Choice, set_choices


class ProfileForm(forms.Form):
    """How one is shown."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("How you are shown. If you leave it empty, your handle is shown."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    about = forms.CharField(
        label=_("About you"),
        help_text=_("A few words for the people who read your topics and use what you make."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class FaceForm(forms.Form):
    """A picture as one's face."""

    picture = forms.FileField(
        label=_("A picture of you"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 8 MB. It is shown as a circle."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )


class LanguageForm(forms.Form):
    """The language of the pages."""

    language = forms.ChoiceField(
        label=_("Language of the pages"),
        required=False,
        choices=[("", _("As my browser asks")), ("en", "English"), ("zh-hans", "简体中文")],
        widget=forms.RadioSelect,
    )


class KeyForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(
        label=_("What is it for?"),
        help_text=_("So that you know later which key to take back, such as “build server”."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    right = forms.ChoiceField(
        label=_("What it may do"),
        required=False,
        choices=[
            ("", _("All that I may")),
            ("words", _("Only bring words from elsewhere, and read what goes back")),
        ],
    )


class LeavingForm(forms.Form):
    """Whether one's name stays, and who one is, so that nothing ends by a slip."""

    name = forms.ChoiceField(
        label=_("Your name"),
        choices=[
            ("stays", _("It stays beside what I asked for and made")),
            ("away", _("Take it away everywhere, with my face and my words about me")),
        ],
        initial="stays",
        widget=forms.RadioSelect,
    )
    handle = forms.CharField(
        label=_("Your handle"),
        help_text=_("Type it, so that nothing ends by a slip."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RingForm(forms.Form):
    """Which ring of a product one is in."""

    ring = forms.ChoiceField(label=_("Your ring"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, rings: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the rings that are open to this person."""
        super().__init__(*args, **kwargs)
        set_choices(self, "ring", rings)


class DeviceForm(forms.Form):
    """On what one runs the product."""

    device = forms.CharField(
        label=_("Device"),
        help_text=_("Such as “Pixel 9” or “Windows 11”."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    version = forms.CharField(
        label=_("Version that you run"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
