"""Tables of topics."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canyu.topics.rules import (
    DEEDS,
    KINDS,
    LONGEST_LANGUAGE,
    LONGEST_REASON,
    LONGEST_TITLE,
    LONGEST_VOICE,
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
    # By the team, and by anybody at all who is not the asker.
    answered_at = models.DateTimeField(null=True)
    helped_at = models.DateTimeField(null=True)
    # When it rises if nobody has said anything by then, and when it did.
    rises_at = models.DateTimeField(null=True)
    risen_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    solved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    solution = models.ForeignKey(
        "remarks.Remark", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Distinct people in it and in all that was merged into it, and how far up that lifts it.
    n_voices = models.PositiveIntegerField(default=0)
    warmth = models.FloatField(default=0.0)
    # Who wrote it down for its author, who had said it somewhere else.
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    heard_in = models.CharField(max_length=12, default="")
    # When its author had said it there; `raised_at` is when the team got to know of it.
    said_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    # The topic that it was put into; that one may be in another one again.
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="merged"
    )
    locked_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        """Lists are by product; an imported key means one topic."""

        constraints = (
            models.UniqueConstraint(
                fields=["product", "key"], condition=~Q(key=""), name="topics_one_a_key"
            ),
        )
        indexes = (
            models.Index(fields=["product", "-raised_at"], name="topics_newest"),
            models.Index(fields=["product", "status", "-raised_at"], name="topics_by_status"),
            models.Index(fields=["product", "-warmth"], name="topics_warmest"),
            models.Index(
                fields=["rises_at"],
                name="topics_rising",
                condition=Q(helped_at__isnull=True, risen_at__isnull=True),
            ),
        )


class Voice(models.Model):
    """One person in a topic; the author is the first.

    It stays where it was given, whatever that topic is merged into: `counted_in` is where.
    """

    id = models.BigAutoField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="voices")
    counted_in = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="counted")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="voices"
    )
    words = models.CharField(max_length=LONGEST_VOICE, default="")
    # Of the words only: the voice counts all the same.
    hidden_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    heard_in = models.CharField(max_length=12, default="")

    class Meta:
        """One person, one voice."""

        constraints = (
            models.UniqueConstraint(fields=["topic", "member"], name="topics_one_voice_a_person"),
        )


class Follow(models.Model):
    """That somebody wants to hear of a topic, or nothing more of it (`is_muted`)."""

    id = models.BigAutoField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="follows")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_muted = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """One wish a person."""

        constraints = (
            models.UniqueConstraint(fields=["topic", "member"], name="topics_one_wish_a_person"),
        )


class Edition(models.Model):
    """What a topic said before it was changed."""

    id = models.BigAutoField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="editions")
    title = models.CharField(max_length=LONGEST_TITLE)
    words = models.TextField(max_length=LONGEST_WORDS, default="")
    # Who changed it, and when: from then on this was past.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()


class Deed(models.Model):
    """One thing that was done to a topic, by whom and why: what its page tells of its past."""

    id = models.BigAutoField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="deeds")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in DEEDS])
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # A reason; of a status also which one, and the version that it names.
    words = models.TextField(max_length=LONGEST_REASON, default="")
    status = models.CharField(max_length=12, default="")
    version = models.CharField(max_length=64, default="")
    # Of a merge the other topic.
    other = models.ForeignKey(Topic, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
