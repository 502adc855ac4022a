"""Tables of the journal."""

from django.db import models


class Event(models.Model):
    """One fact. Rows are written once and never changed."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        """Facts of one kind are read in the order in which they happened."""

        indexes = (models.Index(fields=["name", "id"], name="journal_event_by_name"),)


class Delivery(models.Model):
    """That one subscriber is owed, or has had, one event."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="")

    class Meta:
        """A subscriber is owed an event once."""

        constraints = (
            models.UniqueConstraint(fields=["event", "subscriber"], name="journal_delivery_once"),
        )
        indexes = (
            models.Index(
                fields=["due_at"],
                name="journal_delivery_due",
                condition=models.Q(done_at__isnull=True),
            ),
        )


class Version(models.Model):
    """That something which pages show was changed once more; few rows of a name are kept.

    Rows are added instead of counted up, so that writers who change the same wait for nobody.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80, db_index=True)
