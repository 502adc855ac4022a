"""Forms about topics."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.web.forms.people import Choice, set_choices
from canyu.web.forms.pictures import PicturesField

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


SORTS: list[Choice] = [
    ("warm", _("What people talk about now")),
    ("newest", _("Newest first")),
    ("waiting", _("Longest without an answer first")),
]
HEARD_IN: list[Choice] = [
    ("chat", _("In a chat")),
    ("meetup", _("At a meetup")),
    ("phone", _("On the phone")),
    ("letter", _("In a letter or mail")),
    ("elsewhere", _("Somewhere else")),
]
FLAG_REASONS: list[Choice] = [
    ("spam", _("It is an advertisement, or the same thing over and over")),
    ("rude", _("It hurts somebody")),
    ("private", _("It says what is somebody’s private affair")),
    ("copied", _("It is not the writer’s own")),
    ("other", _("Something else")),
]


class SiftForm(forms.Form):
    """Which topics to show. Everything may stay empty; what is unknown is not a mistake."""

    q = forms.CharField(label=_("Words in it"), required=False, max_length=200)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *STATUSES]
    )
    area = forms.ChoiceField(label=_("Part of the product"), required=False)
    version = forms.ChoiceField(label=_("Release"), required=False)
    sort = forms.ChoiceField(label=_("In which order"), required=False, choices=SORTS)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        areas: list[Choice],
        versions: list[str],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Take the areas and releases to choose from; without any the field is not there."""
        super().__init__(*args, **kwargs)
        self._offer("area", str(_("Any part")), areas)
        self._offer("version", str(_("Any release")), [(one, one) for one in versions])

    def _offer(self, name: str, all_of_them: str, choices: list[Choice]) -> None:
        if choices:
            set_choices(self, name, [("", all_of_them), *choices])
        else:
            del self.fields[name]

    def chosen(self, name: str) -> str:
        """What was chosen in a field, "" for nothing and for what is unknown."""
        return str(self.cleaned_data.get(name) or "")


class TopicForm(forms.Form):
    """A new topic. `seen` is the title for which similar topics were shown already.

    `look` names the form where it is counted what came of that.
    """

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
            "Markdown works: **bold**, *slanted*, - lists, > quotes. @handle names somebody."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    pictures = PicturesField()
    area = forms.ChoiceField(
        label=_("Part of the product"),
        help_text=_("If you know it. The person who answers is chosen by it."),
        required=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    look = forms.CharField(required=False, widget=forms.HiddenInput)

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


class ForSomebodyForm(forms.Form):
    """Who said it, and where, if it was not whoever writes it down. Empty for oneself."""

    handle = forms.CharField(
        label=_("Who said it: their handle"),
        help_text=_("It counts as theirs, and they are told."),
        required=False,
        max_length=80,
    )
    name = forms.CharField(
        label=_("Or their name, if they have no account"),
        help_text=_("Write no more than they want everybody to read."),
        required=False,
        max_length=80,
    )
    heard_in = forms.ChoiceField(label=_("Where they said it"), required=False, choices=HEARD_IN)

    def is_asked_for(self) -> bool:
        """Whether somebody else is named."""
        return bool(self.cleaned_data.get("handle") or self.cleaned_data.get("name"))


class EditForm(TopicForm):
    """The same topic, in other words."""


class VoiceForm(forms.Form):
    """A word about one's own case."""

    words = forms.CharField(
        label=_("Your own case, in a few words"),
        help_text=_("When does it happen to you? It may stay empty."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CommentForm(forms.Form):
    """Words under a topic, or an answer to somebody's words there."""

    text = forms.CharField(
        label=_("Your words"),
        help_text=_("Markdown works; @handle names somebody."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    pictures = PicturesField()
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


class ReasonForm(forms.Form):
    """Why something is done to a topic."""

    reason = forms.CharField(
        label=_("Why"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LockForm(ReasonForm):
    """Why nothing more can be said."""

    prefix = "lock"
    reason = forms.CharField(
        label=_("Why nothing more can be said here"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HideForm(ReasonForm):
    """Why nobody can read it."""

    prefix = "hide"
    reason = forms.CharField(
        label=_("Why nobody should read it"),
        help_text=_("Its author reads this."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MoveForm(ReasonForm):
    """Which product a topic is about."""

    field_order = ("product", "reason")
    product = forms.ChoiceField(label=_("The product that it is about"))

    def __init__(self, *args: Any, products: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the products that it may be about."""
        super().__init__(*args, **kwargs)
        set_choices(self, "product", products)


class MergeForm(ReasonForm):
    """Which topic says the same."""

    field_order = ("into", "reason")
    into = forms.ChoiceField(label=_("The topic that stays"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, topics: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the topics to choose from."""
        super().__init__(*args, **kwargs)
        set_choices(self, "into", topics)


class FlagForm(forms.Form):
    """Why words should perhaps not stand."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=FLAG_REASONS, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In your words"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class KeeperForm(forms.Form):
    """Who looks after a topic."""

    keeper = forms.ChoiceField(label=_("Who looks after it"))

    def __init__(self, *args: Any, team: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the people of the team."""
        super().__init__(*args, **kwargs)
        set_choices(self, "keeper", team)
