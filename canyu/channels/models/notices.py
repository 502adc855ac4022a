"""Tables of notices."""

from typing import Any

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One thing that one member is told in the product. Pages put it into words by its kind."""

    # The one kind that stands for everybody, and is taken back.
    INVITATION = "report"

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    product_id = models.BigIntegerField()
    kind = models.CharField(max_length=24)
    # Says the same thing only once: "credit:17" is the credit for change 17.
    key = models.CharField(max_length=80)
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # When a mail that tells it was made; it stands in no other.
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is told the same thing twice."""

        constraints = (
            models.UniqueConstraint(fields=["member", "key"], name="channels_notice_once"),
        )
        indexes = (
            models.Index(fields=["member", "-at"], name="channels_notices_newest"),
            models.Index(
                fields=["member"],
                name="channels_notices_unread",
                condition=models.Q(read_at__isnull=True),
            ),
            # Those of a product are found to be taken back, whatever else was told since.
            models.Index(
                fields=["product_id", "at", "id"],
                name="channels_invitations",
                condition=models.Q(kind="report"),
            ),
        )
