"""Tables of trains, releases and changes. Texts are {language: text}."""

from django.conf import settings
from django.db import models

from canyu.releases.rules import LONGEST_KEY, LONGEST_VERSION

Texts = dict[str, str]


class Train(models.Model):
    """The fixed weekly slot of a product's releases, and when its reports open and close."""

    product = models.OneToOneField(
        "products.Product", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    zone = models.CharField(max_length=64)
    weekday = models.PositiveSmallIntegerField()
    leaves_at = models.TimeField()
    n_freeze_hours = models.PositiveSmallIntegerField()
    opens_on_publication = models.BooleanField(default=False)
    opens_weekday = models.PositiveSmallIntegerField()
    opens_at = models.TimeField()
    closes_weekday = models.PositiveSmallIntegerField()
    closes_at = models.TimeField()
    started_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)


class Release(models.Model):
    """One dated publication of changes."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=LONGEST_VERSION)
    notes: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    is_hotfix = models.BooleanField(default=False)
    is_history = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    # A history release may have no date of its own; lists need an order all the same.
    is_published = models.BooleanField(default=False)
    place = models.IntegerField(default=0)

    class Meta:
        """A version names one release of a product."""

        constraints = (
            models.UniqueConstraint(
                fields=["product", "version"], name="releases_one_release_a_version"
            ),
        )
        indexes = (
            models.Index(
                fields=["product", "is_published", "-published_at", "-place"],
                name="releases_newest",
            ),
        )


class RollOut(models.Model):
    """The moment at which one ring got a release."""

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="roll_outs")
    ring_key = models.CharField(max_length=40)
    reached_at = models.DateTimeField()

    class Meta:
        """A ring gets a release once."""

        constraints = (
            models.UniqueConstraint(fields=["release", "ring_key"], name="releases_once_a_ring"),
        )


class Change(models.Model):
    """One user-visible item of a release; what is judged."""

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="changes")
    key = models.CharField(max_length=LONGEST_KEY)
    kind = models.CharField(max_length=12)
    text: "models.JSONField[Texts, Texts]" = models.JSONField()
    detail: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    area = models.ForeignKey("products.Area", on_delete=models.SET_NULL, null=True)
    # Where an import names an area that the product does not have.
    area_name = models.CharField(max_length=100, default="")
    picture = models.CharField(max_length=80, default="")
    place = models.PositiveIntegerField()
    plan_item = models.ForeignKey("plan.PlanItem", on_delete=models.SET_NULL, null=True)
    is_picked = models.BooleanField(default=False)
    # What an import named as its sources: [{"key": "#12", "url": "…"}].
    refs: "models.JSONField[list[dict[str, str]], list[dict[str, str]]]" = models.JSONField(
        default=list
    )

    class Meta:
        """A key names one change of a release."""

        constraints = (
            models.UniqueConstraint(fields=["release", "key"], name="releases_one_change_a_key"),
        )
        indexes = (models.Index(fields=["release", "place"], name="releases_changes_in_order"),)


class ChangeMaker(models.Model):
    """That a member made a change."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="makers")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="changes_made"
    )
    place = models.PositiveSmallIntegerField()

    class Meta:
        """A maker is named once."""

        constraints = (
            models.UniqueConstraint(fields=["change", "member"], name="releases_maker_once"),
        )


class ChangeTopic(models.Model):
    """That a change came from a topic."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="sources")
    topic = models.ForeignKey("topics.Topic", on_delete=models.CASCADE, related_name="+")

    class Meta:
        """A topic is a source once."""

        constraints = (
            models.UniqueConstraint(fields=["change", "topic"], name="releases_topic_once"),
        )


class FirstHour(models.Model):
    """The first hour after a release went out, until its makers were told of it."""

    release = models.OneToOneField(
        Release, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    ends_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        """Scheduled work asks what is due."""

        indexes = (
            models.Index(
                fields=["ends_at"],
                name="releases_first_hours",
                condition=models.Q(told_at__isnull=True),
            ),
        )


class Opened(models.Model):
    """How often the notes of a release were opened, whoever did; of nobody it is known."""

    release = models.OneToOneField(
        Release, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    n = models.BigIntegerField()


class Mention(models.Model):
    """That a topic names a change by its address."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="mentions")
    topic = models.ForeignKey("topics.Topic", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """A topic is named once; the newest are asked for."""

        constraints = (
            models.UniqueConstraint(fields=["change", "topic"], name="releases_mention_once"),
        )
