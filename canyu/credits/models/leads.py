"""Tables of leads: whom the team is told of, what was decided, and who wishes to be left alone."""

from typing import Any

from django.conf import settings
from django.db import models

from canyu.credits.leads import STANDINGS

PERSON = settings.AUTH_USER_MODEL


class LeadNight(models.Model):
    """When a product's early voices were last looked at, and how many could be said anything of."""

    product = models.OneToOneField(
        "products.Product", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    night_on = models.DateField(null=True)
    # Numbers of people and voices, of nobody in particular.
    figures: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)


class Lead(models.Model):
    """That a member's early voices came true surely more often than others'; and what follows.

    Only those who are suggested or decided about have a row: nobody is ranked.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    # How sure it is, and the voices that it stands on (`credits.leads.Evidence`).
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    evidence: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(
        default=list
    )
    found_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    standing = models.CharField(max_length=10, choices=[(one, one) for one in STANDINGS])
    # What was decided: why, by whom; of an invitation into which ring, "" for a talk.
    words = models.TextField(default="")
    ring_key = models.CharField(max_length=40, default="")
    decided_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # What the invited person says: "yes", "no" or nothing yet.
    answer = models.CharField(max_length=4, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """A person is suggested once, and read by where that stands."""

        constraints = (
            models.UniqueConstraint(fields=["product", "member"], name="credits_one_lead"),
        )
        indexes = (models.Index(fields=["product", "standing"], name="credits_leads_by_standing"),)


class LeftAlone(models.Model):
    """That a member does not want their early voices to be looked at, in any product."""

    member = models.OneToOneField(
        PERSON, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()
