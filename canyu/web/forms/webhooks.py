"""Forms of the addresses to which facts are sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

KINDS = (
    ("release.published", _("a release went out")),
    ("report.opened", _("a report opened")),
    ("report.closed", _("a report closed: its results are there")),
    ("award.certified", _("somebody won the Popcorn")),
    ("repair.answered", _("what hurt was answered")),
    ("topic.raised", _("somebody raised a topic")),
    ("topic.status", _("a topic has another status")),
    ("pain.noticed", _("many say the same")),
    ("pain.verified", _("whether the asking stopped")),
)


class KindsForm(forms.Form):
    """What is sent."""

    kinds = forms.MultipleChoiceField(
        label=_("What is sent"), choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )


class CareForm(KindsForm):
    """What is sent to an address, and whether anything is."""

    paused = forms.BooleanField(
        label=_("Pause: nothing is sent, and what happens meanwhile is not sent later"),
        required=False,
    )


class WebhookForm(KindsForm):
    """A new address."""

    address = forms.CharField(
        label=_("Address"),
        help_text=_(
            "It begins with https:// and is to be reached from the open net. What Slack, Discord, "
            "Feishu, DingTalk or WeCom give you for a bot is known by itself; for Telegram write "
            "tgram://token/chat."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}
        ),
    )
    field_order = ("address", "kinds")
