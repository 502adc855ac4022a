"""Tables of remarks."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canyu.remarks.rules import FLAG_REASONS, LONGEST_FLAG, LONGEST_REMARK, ROLES


class Remark(models.Model):
    """Words that one person wrote about one thing."""

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.BigIntegerField()
    role = models.CharField(max_length=12, choices=[(role, role) for role in ROLES])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="remarks"
    )
    text = models.TextField(max_length=LONGEST_REMARK)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    is_answer = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    # Taken off the page by the team; its author and the team can still read it.
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        """A cell of a report holds one text a person; a conversation holds any number."""

        constraints = (
            models.UniqueConstraint(
                fields=["author", "subject_kind", "subject_id", "role"],
                condition=~Q(role="remark"),
                name="remarks_one_text_a_cell",
            ),
        )
        indexes = (
            models.Index(
                fields=["subject_kind", "subject_id", "role", "id"], name="remarks_by_subject"
            ),
        )


class PastText(models.Model):
    """What a remark said before its author changed it."""

    id = models.BigAutoField(primary_key=True)
    remark = models.ForeignKey(Remark, on_delete=models.CASCADE, related_name="past_texts")
    text = models.TextField(max_length=LONGEST_REMARK)
    # Until when it stood.
    at = models.DateTimeField()


class Flag(models.Model):
    """That somebody thinks words should not stand; open until the team has looked."""

    id = models.BigAutoField(primary_key=True)
    # Whose team looks.
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    subject_kind = models.CharField(max_length=24)
    subject_id = models.BigIntegerField()
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="flags"
    )
    reason = models.CharField(max_length=12, choices=[(one, one) for one in FLAG_REASONS])
    words = models.CharField(max_length=LONGEST_FLAG, default="")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Whether the words were hidden for it.
    was_right = models.BooleanField(null=True)

    class Meta:
        """A person flags the same words once, until that is settled."""

        constraints = (
            models.UniqueConstraint(
                fields=["member", "subject_kind", "subject_id"],
                condition=Q(settled_at__isnull=True),
                name="remarks_one_open_flag",
            ),
        )
        indexes = (
            models.Index(
                fields=["product", "at"],
                name="remarks_open_flags",
                condition=Q(settled_at__isnull=True),
            ),
        )


class Seen(models.Model):
    """How far somebody has looked through the words on what they made."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # Every remark up to this one.
    up_to = models.BigIntegerField(default=0)
    at = models.DateTimeField()
