"""Whether a password is good enough, by the rules of the settings."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from canyu.journal.errors import gettext_noop as _
from canyu.members.errors import PasswordRefused
from canyu.members.models import Member

MAX_LENGTH = 1024


def check_password(password: str, member: Member) -> None:
    """Raise `PasswordRefused` with all the reasons, in the language of the request."""
    if len(password) > MAX_LENGTH:
        raise PasswordRefused(
            _("The password was not set: it is longer than %(length)d characters."),
            length=MAX_LENGTH,
        )
    try:
        validate_password(password, member)
    except ValidationError as problem:
        raise PasswordRefused(
            _("The password was not set. %(reasons)s"), reasons=" ".join(problem.messages)
        ) from problem
