"""Bringing words that people said elsewhere: by paste, and by a table."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canyu.channels.sayings.records import LONGEST_WHERE, Whence
from canyu.channels.sayings.tables import ENCODINGS, FIELDS, Reading
from canyu.web.forms.people import Choice, set_choices

KINDS = (
    ("chat", _("A chat")),
    ("social", _("A social network")),
    ("review", _("Reviews in a store")),
    ("call", _("Phone calls")),
    ("mail", _("Mail")),
    ("other", _("Somewhere else")),
)
COLUMNS = {
    "text": _("What they said"),
    "who": _("Who said it"),
    "when": _("When they said it"),
    "id": _("Its number there"),
    "link": _("A link to it"),
    "where": _("Where, if rows come from several places"),
    "kind": _("Kind of place, in our words"),
    "language": _("Language"),
}
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "gb18030": _("GB 18030 (older Chinese programs)"),
    "utf-16": "UTF-16",
}


class WhenceForm(forms.Form):
    """Where something was said."""

    kind = forms.ChoiceField(label=_("What kind of place"), choices=KINDS)
    where = forms.CharField(
        label=_("Its name"),
        help_text=_("As people call it: the name of the chat, the store, the account."),
        required=False,
        max_length=LONGEST_WHERE,
        widget=forms.TextInput(attrs={"list": "known-places", "autocomplete": "off"}),
    )
    hides_names = forms.BooleanField(
        label=_("Keep the names of people there to the team"),
        help_text=_("Their words are shown with the name of the place and a mark."),
        required=False,
    )

    def whence(self) -> Whence:
        """What was chosen."""
        said = self.cleaned_data
        return Whence(said["kind"], said["where"], said["hides_names"])


class PasteForm(WhenceForm):
    """One block of a chat, or one word of a call."""

    text = forms.CharField(
        label=pgettext_lazy("of a chat", "What was said"),
        help_text=_(
            "Copied out of WeChat, QQ, Feishu, Slack, WhatsApp or Telegram, or written down: names "
            "and times are found where they are. You look at it before anything is kept."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    split = forms.ChoiceField(
        label=_("How it is parted"),
        choices=[
            ("found", _("By the names and times in it")),
            ("lines", _("Each line is one word")),
            ("whole", _("All of it is one word")),
        ],
    )
    who = forms.CharField(
        label=_("Who said it"),
        help_text=_("Only where no names stand in it."),
        required=False,
        max_length=80,
    )


class SheetForm(forms.Form):
    """A file."""

    table = forms.FileField(
        label=_("CSV table"),
        help_text=_(
            "As a store or a help desk exports it: up to 10,000 rows and 8 MB. Commas, semicolons "
            "or tabs; UTF-8 or GB 18030."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )


class ReadingForm(WhenceForm):
    """How a table is read."""

    encoding = forms.ChoiceField(
        label=_("Written in"), choices=[(one, ENCODING_NAMES[one]) for one in ENCODINGS]
    )
    delimiter = forms.ChoiceField(
        label=_("Cells are parted by"),
        choices=[
            ("comma", _("commas")),
            ("semicolon", _("semicolons")),
            ("tab", _("tabs")),
            ("bar", _("bars (|)")),
        ],
    )
    has_heading = forms.BooleanField(label=_("Its first row names the columns"), required=False)
    text = forms.ChoiceField(label=COLUMNS["text"])
    who = forms.ChoiceField(label=COLUMNS["who"], required=False)
    when = forms.ChoiceField(label=COLUMNS["when"], required=False)
    id = forms.ChoiceField(label=COLUMNS["id"], required=False)
    link = forms.ChoiceField(label=COLUMNS["link"], required=False)
    place = forms.ChoiceField(label=COLUMNS["where"], required=False)
    sort = forms.ChoiceField(label=COLUMNS["kind"], required=False)
    language = forms.ChoiceField(label=COLUMNS["language"], required=False)
    _NAMES = {"where": "place", "kind": "sort"}  # noqa: RUF012 - never written

    def __init__(self, *args: Any, headings: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401
        """Take what stands in the first row."""
        super().__init__(*args, **kwargs)
        columns: list[Choice] = [(str(place), name) for place, name in enumerate(headings)]
        for name in FIELDS:
            own = self._NAMES.get(name, name)
            none = [] if name == "text" else [("", _("No column"))]
            set_choices(self, own, [*none, *columns])

    @classmethod
    def initial_of(cls, reading: Reading) -> dict[str, Any]:
        """What the fields hold before anybody chooses."""
        return {
            "encoding": reading.encoding,
            "delimiter": reading.delimiter,
            "has_heading": reading.has_heading,
            "kind": reading.whence.kind,
            "where": reading.whence.name,
            "hides_names": reading.whence.hides_names,
            **{cls._NAMES.get(name, name): str(at) for name, at in reading.columns.items()},
        }

    def reading(self) -> Reading:
        """What was chosen."""
        said = self.cleaned_data
        columns = {
            name: int(said[own])
            for name in FIELDS
            if said.get(own := self._NAMES.get(name, name), "") != ""
        }
        return Reading(
            said["encoding"], said["delimiter"], said["has_heading"], columns, self.whence()
        )


class LinkForm(forms.Form):
    """Whose account somebody of another place has."""

    handle = forms.CharField(
        label=_("Their handle here"),
        help_text=_(
            "Only when you know it from them. What they said counts as that member's then."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )
