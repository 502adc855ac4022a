"""How many people use a release, as far as the product has told, or the rings know."""

from collections import Counter
from collections.abc import Sequence

from canyu.products import queries as products
from canyu.products.queries import ExposureView
from canyu.releases import queries as releases
from canyu.reports.models import Window
from canyu.reports.queries.windows import n_eligible_by_ring
from canyu.reports.weighing import Base


def base_of(window: Window) -> Base:
    """Whom the answers of a release speak for: the people who had it, else members of its rings."""
    version = releases.release_by_id(window.release_id).version
    told = products.exposure_of(window.product_id, version)
    if sum(row.n_people for row in told):
        return _told(told)
    return Base("members", n_eligible_by_ring(window.release_id), {})


def _told(told: Sequence[ExposureView]) -> Base:
    weeks: Counter[object] = Counter()
    for row in told:
        weeks[row.week] += row.n_people
    # The fullest week, as everywhere that people who had it are told.
    fullest = max(weeks, key=lambda week: (weeks[week], str(week)))
    rings: Counter[str] = Counter()
    devices: Counter[str] = Counter()
    for row in told:
        if row.week == fullest:
            rings[row.ring_key] += row.n_people
            devices[row.device] += row.n_people
    # Where some people's device is not told, the lines have no known shares.
    return Base("told", dict(rings), {} if "" in devices else dict(devices))
