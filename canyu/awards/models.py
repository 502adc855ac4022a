"""Tables of awards."""

from typing import Any

from django.conf import settings
from django.db import models

from canyu.awards.rules import OUTCOMES


class Award(models.Model):
    """What the report of one release decided about the Popcorn."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    release = models.OneToOneField("releases.Release", on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=[(one, one) for one in OUTCOMES])
    reason = models.CharField(max_length=24)
    n_reports = models.PositiveIntegerField()
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    # Given in the order of certification: the first bucket of a product is number 1.
    number = models.PositiveIntegerField(null=True)
    certified_at = models.DateTimeField(null=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    citation: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(default=dict)
    picture = models.CharField(max_length=80, default="")
    gift = models.CharField(max_length=200, default="")
    gift_on = models.DateField(null=True)

    class Meta:
        """A bucket has one number; the wall is newest first."""

        constraints = (
            models.UniqueConstraint(fields=["product", "number"], name="awards_one_a_number"),
        )
        indexes = (models.Index(fields=["product", "-proposed_at"], name="awards_newest"),)


class AwardedChange(models.Model):
    """A change that the award is for; its makers share the bucket."""

    id = models.BigAutoField(primary_key=True)
    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="changes")
    change = models.ForeignKey("releases.Change", on_delete=models.CASCADE, related_name="+")
    p_win = models.FloatField()
    place = models.PositiveSmallIntegerField()

    class Meta:
        """A change is in an award once."""

        constraints = (
            models.UniqueConstraint(fields=["award", "change"], name="awards_change_once"),
        )
