"""Where an act of the story is played."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canyu.demo.errors import ActRefused
from canyu.demo.models import Town
from canyu.demo.story import Story
from canyu.journal.errors import gettext_noop
from canyu.members import services as members
from canyu.releases import queries as release_queries

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """Where an act is played."""

    town: Town
    story: Story
    rng: random.Random
    at: datetime

    @property
    def product_id(self) -> int:
        """The town's product."""
        if self.town.product_id is None:
            msg = "the town is not founded"
            raise LookupError(msg)
        return self.town.product_id

    def member_ids(self, handles: Sequence[str]) -> dict[str, int]:
        """Ids of people of the story."""
        return members.find_or_add_people(people=dict.fromkeys(handles, ""), at=self.at)

    def member_id(self, handle: str) -> int:
        """Id of one person of the story."""
        return self.member_ids([handle])[handle]

    @property
    def owner_id(self) -> int:
        """Id of the product's owner."""
        return self.member_id(
            next(one["handle"] for one in self.story.team if one["role"] == "owner")
        )

    def release_id(self, version: str) -> int:
        """Id of a published release of the story."""
        return release_queries.release_of(self.product_id, version).id

    def topic_id(self, key: str) -> int:
        """Id of a topic of the story; raises `ActRefused` where it was never raised."""
        if key not in self.town.topic_ids:
            raise ActRefused(gettext_noop("Nothing happened: that topic was never raised here."))
        return self.town.topic_ids[key]
