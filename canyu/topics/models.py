"""Tables of topics."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canyu.topics.rules import (
    KINDS,
    LONGEST_LANGUAGE,
    LONGEST_REASON,
    LONGEST_TITLE,
    LONGEST_WORDS,
    STATUSES,
)


class Topic(models.Model):
    """What a member raised. `key` is the name an import knew it by, empty for our own."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE)
    key = models.CharField(max_length=64, default="")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in KINDS])
    title = models.CharField(max_length=LONGEST_TITLE)
    words = models.TextField(max_length=LONGEST_WORDS, default="")
    language = models.CharField(max_length=LONGEST_LANGUAGE, default="")
    area = models.ForeignKey("products.Area", on_delete=models.SET_NULL, null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topics_raised"
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="topics_kept",
    )
    raised_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=[(status, status) for status in STATUSES])
    reason = models.TextField(max_length=LONGEST_REASON, default="")
    # Where the status is "shipped": the version that holds it.
    version = models.CharField(max_length=64, default="")
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    n_voices = models.PositiveIntegerField(default=0)

    class Meta:
        """Lists are by product, newest first; an imported key means one topic."""

        constraints = (
            models.UniqueConstraint(
                fields=["product", "key"], condition=~Q(key=""), name="topics_one_a_key"
            ),
        )
        indexes = (
            models.Index(fields=["product", "-raised_at"], name="topics_newest"),
            models.Index(fields=["product", "status", "-raised_at"], name="topics_by_status"),
        )


class Voice(models.Model):
    """One distinct person in a topic; the author is the first."""

    id = models.BigAutoField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="voices")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="voices"
    )
    words = models.CharField(max_length=500, default="")
    at = models.DateTimeField()

    class Meta:
        """One person, one voice."""

        constraints = (
            models.UniqueConstraint(fields=["topic", "member"], name="topics_one_voice_a_person"),
        )
