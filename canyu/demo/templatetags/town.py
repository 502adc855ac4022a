"""What the strip shows."""

from django import template

from canyu.demo.queries import Strip, strip_of

register = template.Library()


@register.simple_tag
def demo_strip() -> Strip | None:
    """The strip's time, moves and faces."""
    return strip_of()
