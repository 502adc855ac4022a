"""Tables of credits: who is named for what, by which fact."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canyu.credits.rules import LONGEST_PERSON, LONGEST_WHY, MARKS, ROLES

PERSON = settings.AUTH_USER_MODEL
ONE_PERSON = Q(member__isnull=False, named__isnull=True) | Q(
    member__isnull=True, named__isnull=False
)


class Named(models.Model):
    """Somebody whom a record of a product's past names: a name without an account."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_PERSON)

    class Meta:
        """A spelling is one person; two spellings are two, as the record has it."""

        constraints = (
            models.UniqueConstraint(fields=["product", "name"], name="credits_one_a_name"),
        )


class Credit(models.Model):
    """The recorded fact that somebody's asking, helping or making led to a change.

    Follows from facts by `rules.RULES`, and can be made anew from them at any time.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    release = models.ForeignKey("releases.Release", on_delete=models.CASCADE, related_name="+")
    change = models.ForeignKey("releases.Change", on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(
        "topics.Topic", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    member = models.ForeignKey(PERSON, on_delete=models.CASCADE, null=True, related_name="credits")
    named = models.ForeignKey(Named, on_delete=models.CASCADE, null=True, related_name="credits")
    role = models.CharField(max_length=12, choices=[(role, role) for role in ROLES])
    # By which line of the table, or by hand; and the remark that it is about.
    fact = models.CharField(max_length=12, default="")
    remark = models.ForeignKey(
        "remarks.Remark", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True)
    # When the release went out: what a person brought about is read in this order.
    shipped_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        """A person is credited once for one thing in one change."""

        constraints = (
            models.UniqueConstraint(fields=["change", "member", "role"], name="credits_once"),
            models.UniqueConstraint(fields=["change", "named", "role"], name="credits_named_once"),
            models.CheckConstraint(condition=ONE_PERSON, name="credits_of_one_person"),
        )
        indexes = (
            models.Index(fields=["member", "-shipped_at"], name="credits_of_member"),
            models.Index(fields=["named", "-shipped_at"], name="credits_of_named"),
            models.Index(fields=["change", "role", "asked_at"], name="credits_of_change"),
        )


class Mark(models.Model):
    """That the team said of a remark with one tap: the idea that was taken, the cause, a test."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    remark = models.ForeignKey("remarks.Remark", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=[(one, one) for one in MARKS])
    # What the remark is about, which never changes.
    subject_kind = models.CharField(max_length=24)
    subject_id = models.BigIntegerField()
    actor = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    # A mark that was taken back stays to be read.
    back_at = models.DateTimeField(null=True)
    back_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """A remark is one thing once."""

        constraints = (
            models.UniqueConstraint(
                fields=["remark", "kind"],
                condition=Q(back_at__isnull=True),
                name="credits_one_mark",
            ),
        )
        indexes = (models.Index(fields=["subject_kind", "subject_id"], name="credits_marks_on"),)


class Entry(models.Model):
    """That an owner wrote into the ledger by hand, or withdrew from it: who, when, why. Kept."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    change = models.ForeignKey("releases.Change", on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(PERSON, on_delete=models.CASCADE, null=True, related_name="+")
    named = models.ForeignKey(Named, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=12, choices=[(role, role) for role in ROLES])
    is_withdrawn = models.BooleanField()
    why = models.CharField(max_length=LONGEST_WHY)
    actor = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Of one person."""

        constraints = (
            models.CheckConstraint(condition=ONE_PERSON, name="credits_entry_of_one_person"),
        )


class Noted(models.Model):
    """A fact of its own kind: that a record of the past names somebody for a change.

    Knows its change by version and key, so that it stays whatever is read again; without a
    version it did not ship yet.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=64, default="")
    change_key = models.CharField(max_length=64)
    named = models.ForeignKey(Named, on_delete=models.CASCADE, related_name="noted")
    # The record's own word for it, and what it means here.
    word = models.CharField(max_length=40)
    role = models.CharField(max_length=12, choices=[(role, role) for role in ROLES])
    n_times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        """Read again it is the same."""

        constraints = (
            models.UniqueConstraint(
                fields=["product", "change_key", "named", "word"], name="credits_noted_once"
            ),
        )
        indexes = (models.Index(fields=["product", "version"], name="credits_noted_in"),)
