"""Tables of mail to people: what each wishes, and what was sent."""

from django.conf import settings
from django.db import models


class Mailbox(models.Model):
    """What one member wishes to be mailed, and to which address; made when they name one."""

    id = models.BigAutoField(primary_key=True)
    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # "" until an address is proved to be theirs.
    address = models.CharField(max_length=254, blank=True, default="")
    wanted_address = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=16)
    zone = models.CharField(max_length=64)
    answers = models.CharField(max_length=8, default="day")
    asked = models.CharField(max_length=8, default="day")
    report = models.CharField(max_length=8, default="day")
    team = models.CharField(max_length=8, default="day")
    # When the next daily and weekly mails are made.
    day_at = models.DateTimeField(null=True)
    week_at = models.DateTimeField(null=True)
    # Nothing goes to this address any more, since when, and what its server said.
    dead_address = models.CharField(max_length=254, blank=True, default="")
    dead_since = models.DateTimeField(null=True)
    dead_because = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        """Each morning those are found whose mail is to be made."""

        indexes = (
            models.Index(fields=["day_at"], name="channels_mail_by_day"),
            models.Index(fields=["week_at"], name="channels_mail_by_week"),
        )


class Dispatch(models.Model):
    """One mail to one person: due, sending, sent, passed (nothing was left to say), or given up."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    # The same mail is made once: "day:2026-11-23T08:00:00+08:00".
    key = models.CharField(max_length=80)
    address = models.CharField(max_length=254)
    notice_ids: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    # What a mail tells somebody who wrote to us; no other kind has one.
    reply = models.ForeignKey(
        "channels.Reply", on_delete=models.CASCADE, null=True, related_name="dispatches"
    )
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="due")
    next_at = models.DateTimeField()
    # While it is sent, the node that sends has it until then.
    claimed_until = models.DateTimeField(null=True)
    n_failures = models.PositiveIntegerField(default=0)
    # How often it may have arrived though nobody could write that down.
    n_unsure = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        """The same mail is made once; what is not ended is found in its order."""

        constraints = (
            models.UniqueConstraint(fields=["member", "key"], name="channels_dispatch_once"),
        )
        indexes = (
            models.Index(
                fields=["next_at", "id"],
                name="channels_dispatches_open",
                condition=models.Q(state__in=["due", "sending"]),
            ),
        )
