"""Tables of people, invitations and keys."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from canyu.members.rules import CREDIT_WAYS, NAME_LENGTH, fold_handle


class MemberLookup(BaseUserManager["Member"]):
    """How the sign-in library finds a member: by the folded handle, however it was typed."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        """Return the member of this handle; raise `Member.DoesNotExist`."""
        return self.get(handle=fold_handle(username or ""))

    def get(self, *args: Any, **wanted: Any) -> "Member":  # noqa: ANN401
        """Return the one member that is wanted; raise `Member.DoesNotExist`.

        By the key alone the query is written out: the sign-in library asks it for every page of a
        member, and building it anew costs several times what the store needs to answer.
        """
        if args or wanted.keys() != {"pk"}:
            return super().get(*args, **wanted)
        key = self.model._meta.pk.to_python(wanted["pk"])  # noqa: SLF001
        for found in self.raw("SELECT * FROM members_member WHERE id = %s", [key]):
            return found
        raise self.model.DoesNotExist


class Member(AbstractBaseUser):
    """A person. Without `joined_at`: known from a changelog, has not come here yet."""

    id = models.BigAutoField(primary_key=True)
    handle = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=16, blank=True, default="")
    face = models.CharField(max_length=64, blank=True, default="")
    about = models.CharField(max_length=500, blank=True, default="")
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    # How one is named where credit is given: by name, by another name, or not at all.
    credit_way = models.CharField(
        max_length=8, default="name", choices=[(one, one) for one in CREDIT_WAYS]
    )
    credit_alias = models.CharField(max_length=NAME_LENGTH, blank=True, default="")

    objects: ClassVar[MemberLookup] = MemberLookup()

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """Of a thousand who answer at once it is asked whose account was ended: nearly nobody's."""

        indexes = (
            models.Index(fields=["id"], name="members_ended", condition=models.Q(is_active=False)),
        )

    def clean(self) -> None:
        """Store the handle in the one form in which it is compared."""
        self.handle = fold_handle(self.handle)

    def get_full_name(self) -> str:
        """Return the name to show; the sign-in library asks for it under this name."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name to show; the sign-in library asks for it under this name."""
        return self.name


class Invitation(models.Model):
    """A link that lets somebody in, or back in. Only the hash of its token is kept."""

    START = "start"
    JOIN = "join"
    RECOVER = "recover"

    id = models.BigAutoField(primary_key=True)
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=16)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.CASCADE, related_name="recovery_links"
    )
    made_by = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="invitations_made"
    )
    grant: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    n_uses_left = models.PositiveIntegerField(default=1)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """There is one way to become the first owner at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["purpose"],
                name="members_one_live_start_link",
                condition=models.Q(purpose="start", revoked_at__isnull=True, n_uses_left__gt=0),
            ),
        )


class InvitationUse(models.Model):
    """Who came by which link."""

    id = models.BigAutoField(primary_key=True)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="uses")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitation_uses")
    at = models.DateTimeField()

    class Meta:
        """Coming twice by one link counts once."""

        constraints = (
            models.UniqueConstraint(
                fields=["invitation", "member"], name="members_invitation_used_once"
            ),
        )


class Key(models.Model):
    """What a program of a member signs in with. Only its hash and last four signs are kept."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    # "" opens all that its member may; else only what is named so.
    right = models.CharField(max_length=12, default="")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)
