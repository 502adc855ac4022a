"""What cards say in templates."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def token_for(tokens: Mapping[int, str] | str, change_id: int) -> str:
    """Return the address part of the card that is shown for a change, "" if none is."""
    return tokens.get(change_id, "") if isinstance(tokens, Mapping) else ""
