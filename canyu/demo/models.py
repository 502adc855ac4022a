"""Where the town is in its story."""

from django.db import models

Ids = dict[str, int]


class Town(models.Model):
    """One row: what time it is in the town, and how far its story has been told."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    now = models.DateTimeField()
    n_acts_told = models.PositiveIntegerField(default=0)
    is_founded = models.BooleanField(default=False)
    product_id = models.BigIntegerField(null=True)
    # {key in the story: id}
    topic_ids: "models.JSONField[Ids, Ids]" = models.JSONField(default=dict)
    item_ids: "models.JSONField[Ids, Ids]" = models.JSONField(default=dict)
