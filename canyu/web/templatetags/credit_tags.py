"""What credits say in templates."""

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext, pgettext

from canyu.credits.rules import MARKS
from canyu.web import credit_words

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    """Return what stands before the names of those who are named for it."""
    return credit_words.role_name(role)


@register.filter
def brought(roles: Sequence[str]) -> str:
    """Return what somebody did for a change, in one line."""
    return pgettext("between names", ", ").join(credit_words.brought(role) for role in roles)


@register.filter
def reason_of(fact: str) -> str:
    """Return why somebody is named, by the line of the table that says so."""
    return credit_words.reason_of(fact)


@register.filter
def as_row(person: object) -> list[object]:
    """Return one person as the list that names are written from."""
    return [person]


@register.simple_tag
def all_marks() -> tuple[str, ...]:
    """Return everything that a remark can be."""
    return MARKS


@register.filter
def mark_name(kind: str) -> str:
    """Return what the team says of a remark."""
    return gettext(credit_words.MARK_NAMES[kind])
