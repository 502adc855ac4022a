"""Tables of pain points: what says the same, what people decided about it, what became of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from canyu.painpoints.rules import KINDS_OF_NOTE, SIZES, STANDINGS, STATES

PERSON = settings.AUTH_USER_MODEL
Texts = dict[str, str]


class Grouping(models.Model):
    """How far the clusters of one product have come; its row is held by whoever moves them on."""

    product = models.OneToOneField(
        "products.Product", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # Counts everything that ever happened to the clusters: posts that came, decisions taken.
    step = models.PositiveBigIntegerField(default=0)
    next_cluster = models.PositiveBigIntegerField(default=0)
    # All that clusters are after `kept_step`, as `textmine.keeping` writes it; made each night.
    kept = models.BinaryField(null=True)
    kept_step = models.PositiveBigIntegerField(default=0)
    # By which all its texts were encoded when that was last looked at.
    model = models.CharField(max_length=64, default="")
    night_on = models.DateField(null=True)


class Placed(models.Model):
    """In which cluster a wording is, and in which it was put when it came."""

    wording = models.OneToOneField(
        "painpoints.Wording", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    cluster = models.PositiveBigIntegerField()
    cluster_at_first = models.PositiveBigIntegerField()
    step = models.PositiveBigIntegerField()
    # Other people are in its topic than were counted.
    is_stale = models.BooleanField(default=False)

    class Meta:
        """Read by cluster, and in the order in which they came."""

        indexes = (
            models.Index(fields=["product", "cluster"], name="painpoints_in_cluster"),
            models.Index(fields=["product", "step"], name="painpoints_placed_since"),
            models.Index(fields=["product"], name="painpoints_stale", condition=Q(is_stale=True)),
        )


class Point(models.Model):
    """A pain point. `cluster` is empty until what a person put together was grouped."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    cluster = models.PositiveBigIntegerField(null=True)
    standing = models.CharField(max_length=10, choices=[(one, one) for one in STANDINGS])
    joined_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")
    # {language: text}: what a person named it, else what it calls itself in its own words.
    name: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    is_named = models.BooleanField(default=False)
    words: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    quotes: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=8, default="")
    # What it stands on, counted anew whenever a voice comes.
    n_voices = models.PositiveIntegerField(default=0)
    n_recent = models.PositiveIntegerField(default=0)
    n_earlier = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    separation = models.FloatField(default=0)
    # What the name, the words and the quotes were made from.
    labelled = models.CharField(max_length=40, default="")
    # What people make of it.
    reason = models.TextField(default="")
    decided_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=[(one, one) for one in STATES])
    state_at = models.DateTimeField()
    size = models.CharField(
        max_length=8, default="", choices=[("", ""), *((one, one) for one in SIZES)]
    )
    keeper = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    area = models.ForeignKey(
        "products.Area", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # What was told of it: nothing more until somebody took notice.
    told_kind = models.CharField(max_length=8, default="")
    told_at = models.DateTimeField(null=True)
    told_facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    noticed_at = models.DateTimeField(null=True)
    # What answers it.
    plan_item = models.ForeignKey(
        "plan.PlanItem", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    change = models.ForeignKey(
        "releases.Change", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    shipped_at = models.DateTimeField(null=True)
    # Whether the asking stopped.
    answer = models.CharField(max_length=16, default="")
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    verified_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        """A cluster is one pain point at most."""

        constraints = (
            models.UniqueConstraint(
                fields=["product", "cluster"],
                condition=Q(cluster__isnull=False) & ~Q(standing="joined"),
                name="painpoints_one_a_cluster",
            ),
        )
        indexes = (
            models.Index(fields=["product", "standing", "state"], name="painpoints_by_state"),
            models.Index(fields=["plan_item"], name="painpoints_of_item"),
            models.Index(fields=["change"], name="painpoints_of_change"),
        )


class Evidence(models.Model):
    """A wording that a pain point stands on; `is_maybe` where it only may say the same."""

    id = models.BigAutoField(primary_key=True)
    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="evidence")
    wording = models.ForeignKey(
        "painpoints.Wording", on_delete=models.CASCADE, related_name="evidence"
    )
    is_maybe = models.BooleanField(default=False)

    class Meta:
        """Once each."""

        constraints = (
            models.UniqueConstraint(fields=["point", "wording"], name="painpoints_evidence_once"),
        )


class Decision(models.Model):
    """What a person decided about what says the same: kept for ever, read again by the clusters."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    point = models.ForeignKey(Point, on_delete=models.CASCADE, null=True, related_name="decisions")
    step = models.PositiveBigIntegerField()
    verb = models.CharField(max_length=10)
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    reason = models.TextField(default="")
    actor = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    is_grouped = models.BooleanField(default=False)

    class Meta:
        """Steps are the order in which they are read again."""

        constraints = (
            models.UniqueConstraint(fields=["product", "step"], name="painpoints_decision_step"),
        )


class DigNote(models.Model):
    """What was learned, whom somebody asked, what was tried."""

    id = models.BigAutoField(primary_key=True)
    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="dug")
    author = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=[(one, one) for one in KINDS_OF_NOTE])
    words = models.TextField()
    at = models.DateTimeField()


class Proposal(models.Model):
    """What a night proposes about pain points that people decided on; a no is kept."""

    id = models.BigAutoField(primary_key=True)
    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=8)
    other = models.ForeignKey(Point, on_delete=models.CASCADE, null=True, related_name="+")
    wordings: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    likeness = models.FloatField(default=0)
    found_at = models.DateTimeField()
    answer = models.CharField(max_length=4, default="")
    answered_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)


class Asked(models.Model):
    """That one who asked was asked whether it is gone, and what they said."""

    id = models.BigAutoField(primary_key=True)
    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="asked")
    member = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """One question, one answer."""

        constraints = (
            models.UniqueConstraint(fields=["point", "member"], name="painpoints_asked_once"),
        )


class Cap(models.Model):
    """How much a team lets itself have in work at once."""

    product = models.OneToOneField(
        "products.Product", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    most_at_once = models.PositiveSmallIntegerField()
