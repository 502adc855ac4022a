"""Tables of browsers that are told things at once, and of what waits to be told there."""

from django.conf import settings
from django.db import models

from canyu.channels.models.notices import Notice


class Browser(models.Model):
    """A browser in which one member wishes to be told; who turns it on there next has it."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Where its maker takes notices for it, and the keys by which only it can read them.
    endpoint = models.CharField(max_length=1000, unique=True)
    public_key = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    families: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    language = models.CharField(max_length=16)
    zone = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    # While something is sent to it, the node that sends has it until then.
    claimed_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    n_failures = models.PositiveIntegerField(default=0)


class Push(models.Model):
    """One notice that waits to be told in one browser; gone when that is done."""

    id = models.BigAutoField(primary_key=True)
    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    is_sending = models.BooleanField(default=False)
    # How often it may have arrived though nobody could write that down.
    n_unsure = models.PositiveIntegerField(default=0)

    class Meta:
        """The same is told once in a browser."""

        constraints = (
            models.UniqueConstraint(fields=["browser", "notice"], name="channels_push_once"),
        )
