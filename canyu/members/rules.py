"""What a handle, a name and a link may be."""

import hashlib
import unicodedata
from datetime import datetime

from canyu.journal.errors import gettext_noop as _
from canyu.members.errors import HandleRefused, InvitationRefused, MemberRefused

HANDLE_LENGTH = 64
NAME_LENGTH = 80
ABOUT_LENGTH = 500
LANGUAGES = ("en", "zh-hans")
# Words that stand, or may stand, in an address where a handle would.
RESERVED_HANDLES = frozenset(
    (
        "about", "account", "accounts", "admin", "anonymous", "api", "canyu", "edit", "everyone",
        "export", "help", "join", "me", "member", "members", "new", "nobody", "operator", "owner",
        "root", "search", "settings", "signin", "signout", "static", "support", "system", "team",
        "you",
    )
)  # fmt: skip


def fold_handle(handle: str) -> str:
    """Return the one form in which handles are stored and compared.

    NFKC and casefold by turns until nothing changes: either may undo the other's work.
    """
    folded = handle.strip()
    for _turn in range(4):
        again = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
        if again == folded:
            break
        folded = again
    return folded


def check_handle(handle: str) -> str:
    """Return the folded handle; raise `HandleRefused`.

    Letters, their marks and digits of any script, and `-`, `_`, `.`; it begins with a letter or
    digit and ends with none of `.` `-`; 1 to 64 signs after folding.
    """
    folded = fold_handle(handle)
    if not folded:
        raise HandleRefused(_("The handle is empty. Type at least one letter or digit."))
    if len(folded) > HANDLE_LENGTH:
        raise HandleRefused(
            _("The handle is too long. Use at most %(length)d signs."), length=HANDLE_LENGTH
        )
    if not all(_may_stand_in_handle(sign) for sign in folded):
        raise HandleRefused(
            _("The handle has a sign that it cannot have. Use letters, digits, “-”, “_” and “.”.")
        )
    if not folded[0].isalnum() or folded[-1] in "-.":
        raise HandleRefused(
            _("The handle must begin with a letter or digit and not end with “-” or “.”.")
        )
    if folded in RESERVED_HANDLES:
        raise HandleRefused(
            _("The handle “%(handle)s” is kept for Canyu itself. Choose another one."),
            handle=folded,
        )
    return folded


def _may_stand_in_handle(sign: str) -> bool:
    return sign in "-_." or unicodedata.category(sign)[0] in "LMN"


def check_name(name: str, *, otherwise: str) -> str:
    """Return the name to show, in one line, or `otherwise` if it is empty; raise `MemberRefused`."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split()) or otherwise
    if len(tidy) > NAME_LENGTH:
        raise MemberRefused(
            _("The name is too long. Use at most %(length)d signs."), length=NAME_LENGTH
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Cn"} for sign in tidy):
        raise MemberRefused(_("The name has a sign that cannot be shown. Type it again."))
    return tidy


def check_about(about: str) -> str:
    """Return what a member says of themself; raise `MemberRefused`."""
    tidy = unicodedata.normalize("NFC", about.replace("\r\n", "\n")).strip()
    if len(tidy) > ABOUT_LENGTH:
        raise MemberRefused(
            _("What you say about yourself is too long. Use at most %(length)d signs."),
            length=ABOUT_LENGTH,
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n" for sign in tidy):
        raise MemberRefused(_("The text has a sign that cannot be shown. Type it again."))
    return tidy


def check_language(language: str) -> str:
    """Return the language, "" for what the browser asks for; raise `MemberRefused`."""
    if language and language not in LANGUAGES:
        raise MemberRefused(
            _("Canyu does not speak “%(language)s”. Choose one of: %(languages)s."),
            language=language[:20],
            languages=", ".join(LANGUAGES),
        )
    return language


def hash_token(token: str) -> str:
    """Return what is stored of a token. It is long and random, so one plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def check_invitation_open(
    *, expires_at: datetime, revoked_at: datetime | None, n_uses_left: int, at: datetime
) -> None:
    """Raise `InvitationRefused` if a link lets nobody in any more, and say why."""
    if revoked_at is not None:
        raise InvitationRefused(_("This link was taken back. Ask for a new one."))
    if n_uses_left < 1:
        raise InvitationRefused(_("This link has been used up. Ask for a new one."))
    if at >= expires_at:
        raise InvitationRefused(_("This link is no longer valid. Ask for a new one."))
