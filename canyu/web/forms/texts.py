"""The same words in two languages, as two fields of a form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# What stands behind a field's name, and the language that it holds.
LANGUAGES = {"en": "en", "zh": "zh-hans"}


def text_fields(*, n_rows: int = 0) -> tuple[forms.CharField, forms.CharField]:
    """Return a field for English and one for Chinese: a line, or an area of so many rows."""
    english, chinese = (
        forms.CharField(label=label, required=False, strip=True, widget=_widget(n_rows))
        for label in (_("English"), _("Chinese"))
    )
    return english, chinese


def texts_of(said: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return what was typed into `<name>_en` and `<name>_zh` as {language: text}."""
    return {language: said.get(f"{name}_{ending}") or "" for ending, language in LANGUAGES.items()}


def initial_texts(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return what the two fields hold before anybody types."""
    return {f"{name}_{ending}": texts.get(language, "") for ending, language in LANGUAGES.items()}


def _widget(n_rows: int) -> forms.Widget:
    return forms.Textarea(attrs={"rows": n_rows}) if n_rows else forms.TextInput()
