"""The town's time: it stands still until somebody travels."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from canyu.demo.models import Town
from canyu.journal.clock import machine_now

TOWN = 1
_held: ContextVar[list[datetime] | None] = ContextVar("the town's moment", default=None)


def now() -> datetime:
    """What time it is in the town; the machine's time as long as there is no town."""
    held = _held.get()
    if held:
        return held[0]
    moment = Town.objects.filter(pk=TOWN).values_list("now", flat=True).first() or machine_now()
    if held is not None:
        held.append(moment)
    return moment


@contextmanager
def one_moment() -> Iterator[None]:
    """Ask for the time once at most in this block, in which nobody travels."""
    before = _held.set([])
    try:
        yield
    finally:
        _held.reset(before)
