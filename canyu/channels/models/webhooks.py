"""Tables of what goes out to programs."""

from django.conf import settings
from django.db import models


class FeedKey(models.Model):
    """The secret part of a member's addresses of feeds of products that not everybody sees."""

    id = models.BigAutoField(primary_key=True)
    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()


class Webhook(models.Model):
    """An address to which a product's facts are sent, in their order."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=500)
    # Whose messages are sentences; "" where a program reads them.
    chat = models.CharField(max_length=16, default="")
    kinds: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    # The newest first; an older one signs as well until it ends: [secret, iso moment or ""].
    secrets: "models.JSONField[list[list[str]], list[list[str]]]" = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="on")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    # Where it fails nothing is sent before `next_at`; what came later waits behind what failed.
    n_failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    # The node that sends has it until then; where that node dies, another goes on.
    claimed_until = models.DateTimeField(null=True)


class Sending(models.Model):
    """One fact for one address: what is sent, and how it went."""

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="sendings")
    # What receivers know it by: the same each time that it is sent.
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="due")
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    said = models.CharField(max_length=500, default="")

    class Meta:
        """A fact is sent to an address once."""

        constraints = (
            models.UniqueConstraint(fields=["webhook", "key"], name="channels_sending_once"),
        )
        indexes = (
            models.Index(
                fields=["webhook", "id"],
                name="channels_sendings_due",
                condition=models.Q(state="due"),
            ),
        )
