"""The town's time: it stands still until somebody travels."""

from datetime import datetime

from canyu.demo.models import Town
from canyu.journal.clock import machine_now

TOWN = 1


def now() -> datetime:
    """What time it is in the town; the machine's time as long as there is no town."""
    moment = Town.objects.filter(pk=TOWN).values_list("now", flat=True).first()
    return moment or machine_now()
