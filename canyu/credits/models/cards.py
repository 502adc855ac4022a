"""Tables of cards, and of who came by them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

PERSON = settings.AUTH_USER_MODEL


class Card(models.Model):
    """That somebody chose to show what they brought about: an address that tells of one change.

    Taken back it stays, so that its address says that it is gone; shown again it gets another one.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=32, unique=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    change = models.ForeignKey("releases.Change", on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="cards")
    at = models.DateTimeField()
    back_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for one change."""

        constraints = (
            models.UniqueConstraint(
                fields=["member", "change"],
                condition=Q(back_at__isnull=True),
                name="credits_one_card",
            ),
        )


class Guest(models.Model):
    """That somebody made their account by a card, having been told that this is kept."""

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="guests")
    member = models.OneToOneField(PERSON, on_delete=models.CASCADE, related_name="came_by")
    at = models.DateTimeField()
