"""The form in which makers answer what hurt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.reports.queries import RepairView
from canyu.web.forms.people import Choice
from canyu.web.forms.texts import initial_texts, text_fields, texts_of

N_STEPS = 6
KINDS: list[Choice] = [
    ("mend", _("We mend it")),
    ("keep", _("We keep it, and say why")),
]


class RepairForm(forms.Form):
    """What hurt, what is done about it and by when, or why it is kept."""

    kind = forms.ChoiceField(
        label=_("What will you do about it?"), choices=KINDS, widget=forms.RadioSelect
    )
    hurt_en, hurt_zh = text_fields(n_rows=3)
    answer_en, answer_zh = text_fields(n_rows=5)
    due_on = forms.DateField(
        label=_("Done by"),
        help_text=_("Past this day it is shown as late, until it is done."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, repair: RepairView, **kwargs: Any) -> None:  # noqa: ANN401
        """Start from what was answered before; every step of that has its fields."""
        kwargs.setdefault("initial", _initial(repair))
        super().__init__(*args, **kwargs)
        self.n_steps = max(N_STEPS, len(repair.steps))
        for number in range(1, self.n_steps + 1):
            self.fields[f"step{number}_en"], self.fields[f"step{number}_zh"] = text_fields()

    def steps(self) -> list[dict[str, str]]:
        """Return the steps as {language: text}, empty ones too."""
        return [
            texts_of(self.cleaned_data, f"step{number}") for number in range(1, self.n_steps + 1)
        ]

    @property
    def step_fields(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """Number, English and Chinese field of each step."""
        return [
            (number, self[f"step{number}_en"], self[f"step{number}_zh"])
            for number in range(1, self.n_steps + 1)
        ]


def _initial(repair: RepairView) -> dict[str, Any]:
    known: dict[str, Any] = {
        "kind": repair.kind,
        "due_on": repair.due_on,
        **initial_texts("hurt", repair.hurt),
        **initial_texts("answer", repair.answer),
    }
    for number, step in enumerate(repair.steps, start=1):
        known |= initial_texts(f"step{number}", step.text)
    return known
