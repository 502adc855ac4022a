"""Tables of report windows, reports, tallies and repairs.

`Report` must one day live on many machines: its key begins with a bucket made from the member,
no serial number, no constraint across rooms, and nothing points at one of its rows.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

Texts = dict[str, str]


class Window(models.Model):
    """From when until when the report of one release may be filled, and on which changes."""

    release = models.OneToOneField(
        "releases.Release", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Fixed when it opens: what is judged, in the order of the notes, and what can be wanted.
    change_ids: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    plan_item_ids: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    # Fixed at the close: who joins later could not have answered.
    n_eligible = models.PositiveIntegerField(null=True)

    class Meta:
        """Scheduled work asks what is due."""

        indexes = (
            models.Index(
                fields=["opens_at"],
                name="reports_to_open",
                condition=Q(opened_at__isnull=True),
            ),
            models.Index(
                fields=["closes_at"],
                name="reports_to_close",
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
            ),
        )


class Report(models.Model):
    """One member's four cells on one release."""

    pk = models.CompositePrimaryKey("bucket", "release_id", "member_id")
    bucket = models.PositiveSmallIntegerField()
    release_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    revision = models.PositiveIntegerField()
    ring_key = models.CharField(max_length=40)
    is_team = models.BooleanField()
    screen = models.PositiveSmallIntegerField()
    shown: "models.JSONField[list[int], list[int]]" = models.JSONField()
    untried: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    mood = models.CharField(max_length=8, default="")
    best_id = models.BigIntegerField(null=True)
    worst_id = models.BigIntegerField(null=True)
    wanted_item_id = models.BigIntegerField(null=True)
    has_wanted_words = models.BooleanField(default=False)
    device = models.CharField(max_length=64, default="")
    version = models.CharField(max_length=64, default="")
    # The page's own order: of two states of one report the one edited later stays.
    edited = models.BigIntegerField(default=0)
    filled_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """Turnout is asked by release."""

        indexes = (models.Index(fields=["release_id", "is_team"], name="reports_by_release"),)


class Count(models.Model):
    """How many reports of a release agree in one thing, kept in the transaction that keeps them."""

    pk = models.CompositePrimaryKey("release_id", "kind", "key")
    release_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=1000)
    n = models.BigIntegerField()


class Tally(models.Model):
    """Counts and scores of a closed release, as they were computed at the close."""

    release = models.OneToOneField(
        "releases.Release", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    n_reports = models.PositiveIntegerField()
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()


class Repair(models.Model):
    """The answer to the change liked least."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    change = models.OneToOneField("releases.Change", on_delete=models.CASCADE, related_name="+")
    release_id = models.BigIntegerField(db_index=True)
    p_last = models.FloatField()
    opened_at = models.DateTimeField()
    kind = models.CharField(max_length=8, default="")
    hurt: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    answer: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    due_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True)


class RepairStep(models.Model):
    """One thing that will be done about it."""

    id = models.BigAutoField(primary_key=True)
    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="steps")
    text: "models.JSONField[Texts, Texts]" = models.JSONField()
    place = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True)
