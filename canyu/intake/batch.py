"""Writing one group: together, or each alone where one of them spoils it for all."""

import logging
from collections.abc import Callable, Sequence
from time import perf_counter

from canyu.intake.errors import StoreAway
from canyu.intake.outcomes import Body, Failure, Group, Outcome

log = logging.getLogger(__name__)


def write_group(
    body: Body, bodies: Sequence[bytes], on_group: Callable[[Group], None]
) -> list[Outcome]:
    """Have a group written; one outcome for each, in the same order. `on_group` hears of commits.

    Where the body raises, nothing of the group was written, and each is tried by itself, so that
    one that cannot be written fails nobody else; unless it was `StoreAway`: then each alone would
    only wait for the store once more.
    """
    began = perf_counter()
    try:
        outcomes = list(body(bodies))
    except StoreAway as problem:
        on_group(Group(len(bodies), perf_counter() - began, is_done=False))
        log.error("%s writes were not taken", len(bodies), exc_info=problem)  # noqa: TRY400
        return [Failure(problem.is_unsure)] * len(bodies)
    except Exception as problem:
        on_group(Group(len(bodies), perf_counter() - began, is_done=False))
        if len(bodies) == 1:
            log.exception("1 write was not taken")
            return [Failure()]
        log.warning("a group of %s was not written (%s); trying each alone", len(bodies), problem)
        return [outcome for one in bodies for outcome in write_group(body, [one], on_group)]
    on_group(Group(len(bodies), perf_counter() - began, is_done=True))
    return outcomes
