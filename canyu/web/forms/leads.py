"""Forms in which the team decides about somebody who was ahead, and they about the team."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.credits.leads import LONGEST_WORDS
from canyu.web.forms.people import Choice, set_choices


class InviteForm(forms.Form):
    """An invitation, in words of one's own."""

    ring = forms.ChoiceField(label=_("To what?"), required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Your words to them"),
        help_text=_("They read these, and what they said early. They may say no."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, rings: list[Choice], **kwargs: Any) -> None:  # noqa: ANN401
        """Take what one may invite to."""
        super().__init__(*args, **kwargs)
        set_choices(self, "ring", rings)


class PassForm(forms.Form):
    """Why not now."""

    words = forms.CharField(
        label=_("Why not now?"),
        help_text=_("Only the team reads this. After half a year they may be suggested again."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
