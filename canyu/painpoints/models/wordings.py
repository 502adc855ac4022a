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
        )
