"""The table of wordings: every text in which somebody may say what others say too."""

from django.conf import settings
from django.db import models

KINDS = ("topic", "remark", "wanted", "why_worst")


class Wording(models.Model):
    """One text that a person wrote, whatever it is in; `subject_id` is the topic's or remark's."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=[(one, one) for one in KINDS])
    subject_id = models.BigIntegerField()
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    language = models.CharField(max_length=8, default="")
    # As `textmine.pack_vector` writes it; `model` is empty until the worker came to it.
    vector = models.BinaryField(default=b"")
    model = models.CharField(max_length=64, default="")
    is_gone = models.BooleanField(default=False)

    class Meta:
        """What is in one place is one wording."""

        constraints = (
            models.UniqueConstraint(fields=["kind", "subject_id"], name="painpoints_one_wording"),
        )
        indexes = (
            models.Index(fields=["product", "at"], name="painpoints_said"),
            models.Index(fields=["id"], name="painpoints_to_encode", condition=models.Q(model="")),
            # Which there are is told by the index alone.
            models.Index(fields=["is_gone", "model", "id"], name="painpoints_by_model"),
        )


class Trace(models.Model):
    """That a wording came, changed or went. One row a wording, with a higher id each time.

    Whoever keeps wordings in memory asks for the newest of these.
    """

    id = models.BigAutoField(primary_key=True)
    wording = models.OneToOneField(Wording, on_delete=models.CASCADE, related_name="trace")


class Earlier(models.Model):
    """How far the worker is in taking what was written before there were wordings."""

    kind = models.CharField(primary_key=True, max_length=12)
    upto = models.BigIntegerField(default=0)
    is_done = models.BooleanField(default=False)


class Look(models.Model):
    """That somebody who began to write was shown topics that say the same, and what came of it.

    Of nobody in particular: it counts, and names no member.
    """

    id = models.BigAutoField(primary_key=True)
    # Made by the page; one form, one look.
    key = models.CharField(max_length=32, unique=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    n_shown = models.PositiveSmallIntegerField()
    is_opened = models.BooleanField(default=False)
    is_joined = models.BooleanField(default=False)
    is_posted = models.BooleanField(default=False)

    class Meta:
        """Counted by product and time."""

        indexes = (models.Index(fields=["product", "at"], name="painpoints_looks"),)
