"""Tables of words that were said elsewhere: where, by whom, what became of them, what goes back."""

from typing import Any

from django.conf import settings
from django.db import models

from canyu.channels.sayings.records import (
    FATES,
    KINDS,
    LONGEST_ADDRESS,
    LONGEST_ID,
    LONGEST_LINK,
    LONGEST_WHERE,
    WAYS,
)
from canyu.members.rules import NAME_LENGTH
from canyu.topics.rules import LONGEST_LANGUAGE, LONGEST_WORDS

PERSON = settings.AUTH_USER_MODEL


class Origin(models.Model):
    """A place outside where people speak of a product: a chat, a store, a mailbox."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in KINDS])
    name = models.CharField(max_length=LONGEST_WHERE, default="")
    # Names of people there stay with the team.
    hides_names = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        """One a kind and name."""

        constraints = (
            models.UniqueConstraint(fields=["product", "kind", "name"], name="channels_one_origin"),
        )


class Guest(models.Model):
    """One person of one origin, never taken for a member by guess: `how_linked` tells who was."""

    id = models.BigAutoField(primary_key=True)
    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="guests")
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=NAME_LENGTH, default="")
    # Of mail, so that an answer finds its way back.
    address = models.CharField(max_length=LONGEST_ADDRESS, default="")
    # Who they are here: a person without an account, made when their first word is placed.
    member = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    how_linked = models.CharField(max_length=8, default="")
    linked_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    linked_at = models.DateTimeField(null=True)
    # Of the code by which they were linked, which is good once.
    claim = models.CharField(max_length=16, default="")
    first_at = models.DateTimeField()

    class Meta:
        """One person of an origin is one guest."""

        constraints = (
            models.UniqueConstraint(fields=["origin", "key"], name="channels_one_guest"),
        )
        indexes = (models.Index(fields=["member"], name="channels_guests_of_member"),)


class Sheet(models.Model):
    """A table of words that is being read: looked at first, then taken in parts."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, default="")
    data = models.BinaryField()
    # How it is to be read: encoding, delimiter, columns, origin.
    reading: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    brought_by = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # Rows that are read, new words among them, and those that could not be taken.
    n_rows = models.PositiveIntegerField(default=0)
    n_new = models.PositiveIntegerField(default=0)
    n_known = models.PositiveIntegerField(default=0)
    n_wrong = models.PositiveIntegerField(default=0)


class Saying(models.Model):
    """One thing that somebody said elsewhere, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="sayings")
    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="sayings")
    # From the number it has there; where it has none, from who said what and when.
    key = models.CharField(max_length=64)
    outside_id = models.CharField(max_length=LONGEST_ID, default="")
    text = models.TextField(max_length=LONGEST_WORDS)
    language = models.CharField(max_length=LONGEST_LANGUAGE, default="")
    link = models.CharField(max_length=LONGEST_LINK, default="")
    said_at = models.DateTimeField(null=True)
    pictures: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    # What came along and was not taken, as names of reasons.
    left_off: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    way = models.CharField(max_length=8, choices=[(way, way) for way in WAYS])
    brought_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    brought_at = models.DateTimeField()
    fate = models.CharField(max_length=8, choices=[(fate, fate) for fate in FATES])
    topic = models.ForeignKey(
        "topics.Topic", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    remark = models.ForeignKey(
        "remarks.Remark", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, default="")
    fated_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    fated_at = models.DateTimeField(null=True)

    class Meta:
        """The same word comes once."""

        constraints = (
            models.UniqueConstraint(fields=["origin", "key"], name="channels_one_saying"),
        )
        indexes = (
            models.Index(fields=["product", "fate", "id"], name="channels_sayings_by_fate"),
            models.Index(fields=["topic"], name="channels_sayings_in_topic"),
        )


class Reply(models.Model):
    """One thing that a guest should be told where they spoke; `carried_at` when somebody did."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="replies")
    # What they said that it answers.
    saying = models.ForeignKey(Saying, on_delete=models.CASCADE, related_name="replies")
    # Says the same thing only once, as of a notice.
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    at = models.DateTimeField()
    carried_at = models.DateTimeField(null=True)
    carried_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Nobody is told the same thing twice."""

        constraints = (
            models.UniqueConstraint(fields=["guest", "key"], name="channels_reply_once"),
        )
        indexes = (
            models.Index(
                fields=["product", "id"],
                name="channels_to_carry",
                condition=models.Q(carried_at__isnull=True),
            ),
        )
