"""How often topics that were shown while somebody wrote spared another one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from canyu.painpoints.models import Look

FEW = 30
WRITTEN_WITHIN = timedelta(hours=1)
"""Until then somebody may still be writing."""


@dataclass(frozen=True)
class Spared:
    """Of all that were shown something: each is in one of the four."""

    n_joined: int
    n_opened: int
    """Who read one of them and posted nothing."""
    n_posted: int
    n_left: int
    """Who did neither: whether it helped them is not known."""

    @property
    def n_shown(self) -> int:
        """How many were shown something."""
        return self.n_joined + self.n_opened + self.n_posted + self.n_left

    @property
    def n_spared(self) -> int:
        """Topics that did not come, as far as one can know."""
        return self.n_joined + self.n_opened

    @property
    def is_few(self) -> bool:
        """Whether these are too few to tell."""
        return self.n_shown < FEW


def spared_in(product_id: int, *, since: datetime, at: datetime) -> Spared:
    """What came of topics that were shown in a product since then; one query."""
    until = at - WRITTEN_WITHIN
    rows = Look.objects.filter(product_id=product_id, at__gte=since, at__lte=until)
    joined, posted = Q(is_joined=True, is_posted=False), Q(is_posted=True)
    told = rows.aggregate(
        n=Count("id"),
        joined=Count("id", filter=joined),
        opened=Count("id", filter=Q(is_opened=True, is_joined=False, is_posted=False)),
        posted=Count("id", filter=posted),
    )
    n_left = told["n"] - told["joined"] - told["opened"] - told["posted"]
    return Spared(told["joined"], told["opened"], told["posted"], n_left)
