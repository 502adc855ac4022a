"""What time it is for the product: the machine's time, or the demo's own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string


def machine_now() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(tz=UTC)


def now() -> datetime:
    """The time that pages, programs and scheduled work go by (setting CANYU_CLOCK)."""
    return chosen()()


def chosen() -> Callable[[], datetime]:
    """The clock itself, for whoever asks it thousands of times a second."""
    return cast("Callable[[], datetime]", import_string(settings.CANYU_CLOCK))
