"""Reading the journal."""

from canyu.journal.models import Delivery, Event


def n_deliveries_owed() -> int:
    """How many deliveries have not been done yet."""
    return Delivery.objects.filter(done_at__isnull=True).count()


def n_events(name: str) -> int:
    """How many facts of this name the journal holds."""
    return Event.objects.filter(name=name).count()
