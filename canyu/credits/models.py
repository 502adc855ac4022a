"""Tables of credits."""

from django.conf import settings
from django.db import models

from canyu.credits.rules import ROLES


class Credit(models.Model):
    """The recorded fact that somebody's asking or making led to a change."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    release = models.ForeignKey("releases.Release", on_delete=models.CASCADE, related_name="+")
    change = models.ForeignKey("releases.Change", on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(
        "topics.Topic", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="credits"
    )
    role = models.CharField(max_length=8, choices=[(role, role) for role in ROLES])
    asked_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        """A person is credited once for one thing in one change."""

        constraints = (
            models.UniqueConstraint(fields=["change", "member", "role"], name="credits_once"),
        )
        indexes = (
            models.Index(fields=["member", "-at"], name="credits_of_member"),
            models.Index(fields=["change", "role", "asked_at"], name="credits_of_change"),
        )
