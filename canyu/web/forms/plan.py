"""The form of a plan item."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.web.forms.people import Choice, set_choices
from canyu.web.forms.texts import text_fields
from canyu.web.forms.topic_picker import TopicPicker

STATES: list[Choice] = [
    ("considered", _("Considered")),
    ("planned", _("Planned")),
    ("doing", _("Being made")),
    ("shipped", _("Shipped")),
    ("declined", _("Declined")),
]


class PlanForm(TopicPicker):
    """What the team says that it will do, or will not, and why."""

    title_en, title_zh = text_fields()
    words_en, words_zh = text_fields(n_rows=3)
    state = forms.ChoiceField(label=_("Where it stands"), choices=STATES)
    reason_en, reason_zh = text_fields(n_rows=3)
    keeper = forms.ChoiceField(
        label=_("Who looks after it"), help_text=_("Their face stands beside it.")
    )
    due_version = forms.CharField(
        label=_("Promised for the release"), required=False, max_length=64
    )
    due_on = forms.DateField(
        label=_("Promised for the day"),
        help_text=_("Past this day it is shown as late, until it ships or you say something new."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, team: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the people of the team."""
        super().__init__(*args, **kwargs)
        set_choices(self, "keeper", team)
