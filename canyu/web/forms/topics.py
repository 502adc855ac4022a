"""Forms about topics."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.web.forms.people import Choice, set_choices

KINDS: list[Choice] = [
    ("idea", _("Idea: something that could be")),
    ("question", _("Question: how do I …")),
    ("trouble", _("Trouble: something is broken or in the way")),
    ("praise", _("Praise: this one is good")),
]
KIND_NAMES: list[Choice] = [
    ("", _("Everything")),
    ("idea", _("Ideas")),
    ("question", _("Questions")),
    ("trouble", _("Troubles")),
    ("praise", _("Praise")),
]
STATUSES: list[Choice] = [
    ("received", _("Received")),
    ("talking", _("Being talked about")),
    ("planned", _("Planned")),
    ("doing", _("Being made")),
    ("shipped", _("Shipped")),
    ("confirmed", _("Shipped, and it helps")),
    ("declined", _("Declined")),
]
# The team cannot confirm: that is for those who asked.
TEAM_STATUSES = [choice for choice in STATUSES if choice[0] not in {"received", "confirmed"}]


class SiftForm(forms.Form):
    """Which topics to show. Everything may stay empty; what is unknown is not a mistake."""

    q = forms.CharField(label=_("Words in the title"), required=False, max_length=200)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *STATUSES]
    )


class TopicForm(forms.Form):
    """A new topic. `seen` is the title for which similar topics were shown already."""

    title = forms.CharField(
        label=_("In one line"),
        help_text=_("So that others find it and say “me too”."),
        required=False,
    )
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In more words"),
        help_text=_(
            "What were you doing, what happened, what would have helped? "
            "Markdown works: **bold**, *slanted*, - lists, > quotes."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    area = forms.ChoiceField(
        label=_("Part of the product"),
        help_text=_("If you know it. The person who answers is chosen by it."),
        required=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the areas to choose from; without any the field is not there."""
        super().__init__(*args, **kwargs)
        if areas:
            set_choices(self, "area", [("", _("I do not know")), *areas])
        else:
            del self.fields["area"]

    def needs_a_look(self) -> bool:
        """Whether similar topics have not been shown for this title yet."""
        return bool(self.cleaned_data["title"] != self.cleaned_data["seen"])


class CommentForm(forms.Form):
    """Words under a topic, or an answer to somebody's words there."""

    text = forms.CharField(
        label=_("Your words"),
        help_text=_("Markdown works."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class StatusForm(forms.Form):
    """Where a topic stands, and why."""

    status = forms.ChoiceField(label=_("Status"), choices=TEAM_STATUSES)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everybody who asked reads this. A sentence is enough."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.CharField(label=_("Version, if it has shipped"), required=False, max_length=64)


class KeeperForm(forms.Form):
    """Who looks after a topic."""

    keeper = forms.ChoiceField(label=_("Who looks after it"))

    def __init__(self, *args: Any, team: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the people of the team."""
        super().__init__(*args, **kwargs)
        set_choices(self, "keeper", team)
