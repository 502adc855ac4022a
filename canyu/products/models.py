"""Tables of products, their teams, areas, rings and exposure."""

from django.db import models

Texts = dict[str, str]


class Product(models.Model):
    """What a team ships."""

    OPEN = "open"
    MEMBERS = "members"

    id = models.BigAutoField(primary_key=True)
    slug = models.CharField(max_length=40, unique=True)
    name: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    about: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    visibility = models.CharField(max_length=16, default=OPEN)
    language = models.CharField(max_length=16, default="en")
    made_at = models.DateTimeField()


class TeamMember(models.Model):
    """One stay of a person in a team. Leaving ends it, coming back begins another."""

    OWNER = "owner"
    MAKER = "maker"

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="team")
    member = models.ForeignKey(
        "members.Member", on_delete=models.PROTECT, related_name="team_stays"
    )
    role = models.CharField(max_length=16, default=MAKER)
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        """A person is in a team once at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["product", "member"],
                name="products_team_member_once",
                condition=models.Q(left_at__isnull=True),
            ),
        )


class Area(models.Model):
    """A part of the product that a small team owns."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="areas")
    slug = models.CharField(max_length=40)
    name: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        """An area has one address in its product."""

        constraints = (
            models.UniqueConstraint(fields=["product", "slug"], name="products_area_slug"),
        )


class AreaMaker(models.Model):
    """That a team member works on an area."""

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="makers")
    team_member = models.ForeignKey(TeamMember, on_delete=models.CASCADE, related_name="areas")

    class Meta:
        """A team member is on an area once."""

        constraints = (
            models.UniqueConstraint(
                fields=["area", "team_member"], name="products_area_maker_once"
            ),
        )


class WorkHours(models.Model):
    """When a product's team may be expected to answer; without a row, the usual hours."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # Monday is 0.
    weekdays: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    opens_at = models.TimeField()
    closes_at = models.TimeField()


class Ring(models.Model):
    """An audience that gets releases at its own pace."""

    OPEN = "open"
    INVITED = "invited"

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="rings")
    key = models.CharField(max_length=40)
    name: "models.JSONField[Texts, Texts]" = models.JSONField(default=dict)
    place = models.PositiveIntegerField(default=0)
    joining = models.CharField(max_length=16, default=OPEN)

    class Meta:
        """A ring has one key in its product."""

        constraints = (
            models.UniqueConstraint(fields=["product", "key"], name="products_ring_key"),
        )


class RingMember(models.Model):
    """Which ring of a product a person is in, and on what they run it."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="ring_members")
    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="rings")
    ring = models.ForeignKey(Ring, on_delete=models.PROTECT, related_name="members")
    device = models.CharField(max_length=64, blank=True, default="")
    version = models.CharField(max_length=64, blank=True, default="")
    joined_at = models.DateTimeField()

    class Meta:
        """A person is in one ring of a product at a time."""

        constraints = (
            models.UniqueConstraint(fields=["product", "member"], name="products_ring_member_once"),
        )


class RingInvitation(models.Model):
    """That a person may choose a ring which is not open to everybody."""

    id = models.BigAutoField(primary_key=True)
    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="invited")
    member = models.ForeignKey(
        "members.Member", on_delete=models.CASCADE, related_name="ring_invitations"
    )
    at = models.DateTimeField()

    class Meta:
        """Being invited twice is being invited."""

        constraints = (
            models.UniqueConstraint(fields=["ring", "member"], name="products_ring_invited_once"),
        )


class Exposure(models.Model):
    """How many people had a version in a week, as the product told it."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="exposure")
    version = models.CharField(max_length=64, blank=True, default="")
    week = models.DateField()
    ring_key = models.CharField(max_length=40)
    device = models.CharField(max_length=64, blank=True, default="")
    n_people = models.PositiveBigIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        """Telling it again replaces what was told."""

        constraints = (
            models.UniqueConstraint(
                fields=["product", "version", "week", "ring_key", "device"],
                name="products_exposure_told_once",
            ),
        )
