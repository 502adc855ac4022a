"""Choosing among people, areas and rings."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from canyu.members.queries import MemberView
from canyu.web.templatetags.canyu_tags import face_url, in_language

Choice = tuple[str, object]


def choices_of(things: Iterable[tuple[object, Mapping[str, str] | str]]) -> list[Choice]:
    """Return choices from (id, name) pairs, with the names in the reader's language."""
    return [(str(key), in_language(name)) for key, name in things]


def optional_choices(things: Iterable[tuple[object, Mapping[str, str] | str]]) -> list[Choice]:
    """Return the same with "none of them" in front."""
    return [("", _("None")), *choices_of(things)]


def faced_choices(members: Iterable[MemberView]) -> list[Choice]:
    """Return choices of people, each with their face."""
    return [
        (
            str(member.id),
            format_html(
                '<span class="person"><img class="face face-s" src="{}" alt="" width="28"'
                ' height="28"><span>{}</span></span>',
                face_url(member),
                member.name,
            ),
        )
        for member in members
    ]


def set_choices(form: forms.Form, name: str, choices: list[Choice]) -> None:
    """Say what one may choose in a field."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        msg = f"{name} is no choice"
        raise TypeError(msg)
    field.choices = choices


def id_or_none(text: str | None) -> int | None:
    """Return a chosen id, None for no choice."""
    return int(text) if text else None


def ids_in(text: str) -> list[int]:
    """Return the numbers in a line such as "12, #15 18"; what is no number is left out."""
    words = text.replace(",", " ").replace("，", " ").replace("、", " ").replace("#", " ").split()
    # Seventeen digits fit into every store's column of ids; more of them is nobody's id.
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 18]  # noqa: PLR2004
