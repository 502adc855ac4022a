"""Stub."""

from django.conf import settings
from django.db import models


class Wording(models.Model):
    """One text."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField()
    text = models.TextField()
    language = models.CharField(max_length=8, default="")
    vector = models.BinaryField(default=b"")
    model = models.CharField(max_length=64, default="")
    is_gone = models.BooleanField(default=False)
    is_ready = models.BooleanField(default=False)
