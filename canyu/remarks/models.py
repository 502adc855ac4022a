"""Tables of remarks."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canyu.remarks.rules import LONGEST_REMARK, ROLES


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
