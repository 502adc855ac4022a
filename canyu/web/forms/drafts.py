"""Forms for writing a release."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canyu.products.queries import RingView
from canyu.web.forms.people import Choice, set_choices
from canyu.web.forms.texts import text_fields
from canyu.web.forms.topic_picker import TopicPicker
from canyu.web.templatetags.canyu_tags import in_language

KINDS: list[Choice] = [
    ("new", pgettext_lazy("kind of change", "New")),
    ("better", pgettext_lazy("kind of change", "Better")),
    ("fixed", pgettext_lazy("kind of change", "Fixed")),
    ("changed", pgettext_lazy("kind of change", "Changed")),
    ("removed", pgettext_lazy("kind of change", "Removed")),
    ("security", pgettext_lazy("kind of change", "Security")),
    ("other", pgettext_lazy("kind of change", "Other")),
]
RING = "ring_"


class ReleaseForm(forms.Form):
    """Version, notes, and whether it goes out between two trains."""

    version = forms.CharField(
        label=_("Version"), help_text=_("Such as 5.2 or 2026-11-20."), required=False
    )
    notes_en, notes_zh = text_fields(n_rows=6)
    is_hotfix = forms.BooleanField(
        label=_("A hotfix, between two trains"),
        help_text=_("It has no report of its own; its changes are judged with the next release."),
        required=False,
    )


class NotesForm(forms.Form):
    """What can still be changed of a release that is out."""

    notes_en, notes_zh = text_fields(n_rows=6)


class ChangeForm(TopicPicker):
    """One change of a draft."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS)
    text_en, text_zh = text_fields()
    detail_en, detail_zh = text_fields(n_rows=4)
    makers = forms.MultipleChoiceField(
        label=_("Who made it"),
        help_text=_("They are thanked by name, and they answer what people say of it."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    area = forms.ChoiceField(label=_("Area"), required=False)
    plan_item = forms.ChoiceField(
        label=_("Promise of the plan that it keeps"),
        help_text=_("The plan says then that it has shipped."),
        required=False,
    )
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 8 MB. What one sees before words."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    without_picture = forms.BooleanField(label=_("Take the picture away"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        makers: list[Choice],
        areas: list[Choice],
        plan_items: list[Choice],
        has_picture: bool,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Take the people, areas and promises to choose from."""
        super().__init__(*args, **kwargs)
        set_choices(self, "makers", makers)
        set_choices(self, "area", areas)
        set_choices(self, "plan_item", plan_items)
        if not has_picture:
            del self.fields["without_picture"]


class PublishForm(forms.Form):
    """When each ring gets the release; empty is at once. Times are the train's own."""

    def __init__(self, *args: Any, rings: Sequence[RingView], **kwargs: Any) -> None:  # noqa: ANN401
        """Take the rings of the product."""
        super().__init__(*args, **kwargs)
        for ring in rings:
            self.fields[f"{RING}{ring.key}"] = forms.DateTimeField(
                label=in_language(ring.name),
                required=False,
                widget=forms.DateTimeInput(
                    attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
                ),
            )

    def moments(self) -> dict[str, datetime]:
        """Return {ring key: moment} of the rings that wait."""
        return {
            name.removeprefix(RING): moment for name, moment in self.cleaned_data.items() if moment
        }
