"""What a handle, a name and a link may be."""

import hashlib
import itertools
import re
import unicodedata
from datetime import datetime

from canyu.journal.errors import gettext_noop as _
from canyu.members.errors import HandleRefused, InvitationRefused, KeyRefused, MemberRefused

HANDLE_LENGTH = 64
NAME_LENGTH = 80
ABOUT_LENGTH = 500
KEY_NAME_LENGTH = 80
# What a key may open: all that its member may, or only the words that people said elsewhere.
KEY_RIGHTS = ("", "words")
MAX_USES = 10_000
MAX_VALID_DAYS = 366
TURNING_SIGNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LANGUAGES = ("en", "zh-hans")
# What the handles of those begin with who asked to be forgotten.
FORMER = "former-"
# How somebody is named where credit is given.
CREDIT_WAYS = ("name", "alias", "none")
# Words that stand, or may stand, in an address where a handle would.
RESERVED_HANDLES = frozenset(
    (
        "about", "account", "accounts", "admin", "anonymous", "api", "canyu", "edit", "everyone",
        "export", "help", "join", "me", "member", "members", "new", "nobody", "operator", "owner",
        "root", "search", "settings", "signin", "signout", "static", "support", "system", "team",
        "you",
    )
)  # fmt: skip


def storable(text: str) -> str:
    """Return the text with a "?" for each sign that no store can look for: NUL, half a pair."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def fold_handle(handle: str) -> str:
    """Return the one form in which handles are stored and compared.

    NFKC, casefold and strip by turns until nothing changes: each may undo another's work.
    """
    folded = storable(handle)
    for _turn in range(4):
        cased = unicodedata.normalize("NFKC", folded).casefold()
        again = unicodedata.normalize("NFKC", cased).strip()
        if again == folded:
            break
        folded = again
    return folded


def check_handle(handle: str) -> str:
    """Return the folded handle; raise `HandleRefused`.

    Letters, their marks and digits of any script, and `-`, `_`, `.`; it begins with none of
    `.` `-` and a mark, and ends with none of `.` `-`; 1 to 64 signs after folding.
    """
    folded = fold_handle(handle)
    if not folded:
        raise HandleRefused(_("The handle is empty. Type at least one letter or digit."))
    if len(folded) > HANDLE_LENGTH:
        raise HandleRefused(
            _("The handle is too long. Use at most %(length)d characters."), length=HANDLE_LENGTH
        )
    if not all(_may_stand_in_handle(sign) for sign in folded):
        raise HandleRefused(
            _(
                "The handle has a character that it cannot have. Use letters, digits, “-”, “_” and"
                " “.”."
            )
        )
    if not any(sign.isalnum() for sign in folded):
        raise HandleRefused(_("The handle needs at least one letter or digit."))
    if folded[0] in "-." or unicodedata.category(folded[0]) == "Mn" or folded[-1] in "-.":
        raise HandleRefused(_("The handle must not begin or end with “-” or “.”."))
    if folded in RESERVED_HANDLES or folded.startswith(FORMER):
        raise HandleRefused(
            _("The handle “%(handle)s” is kept for Canyu itself. Choose another one."),
            handle=folded,
        )
    return folded


def _may_stand_in_handle(sign: str) -> bool:
    return sign in "-_." or unicodedata.category(sign)[0] in "LMN"


def handle_like(name: str) -> str:
    """Return an acceptable handle as near as possible to a name from elsewhere.

    For people in other systems' records, who cannot be asked to choose another handle. Raises
    `HandleRefused` if the name has neither a letter nor a digit.
    """
    signs = (sign if _may_stand_in_handle(sign) else "-" for sign in fold_handle(name))
    near = "".join(itertools.dropwhile(lambda sign: not sign.isalnum(), signs))
    near = re.sub("-{2,}", "-", near)[:HANDLE_LENGTH].rstrip("-.")
    is_kept = near in RESERVED_HANDLES or near.startswith(FORMER)
    return check_handle(f"_{near}"[:HANDLE_LENGTH] if is_kept else near)


def check_name(name: str, *, otherwise: str) -> str:
    """Return the name to show, in one line, or `otherwise` if it says nothing.

    Raises `MemberRefused`.
    """
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if len(tidy) > NAME_LENGTH:
        raise MemberRefused(
            _("The name is too long. Use at most %(length)d characters."), length=NAME_LENGTH
        )
    if any(_cannot_be_shown(sign) for sign in tidy):
        raise MemberRefused(_("The name has a character that cannot be shown. Type it again."))
    if all(unicodedata.category(sign)[0] in "CZM" for sign in tidy):
        return otherwise
    return tidy


def name_like(name: str, *, otherwise: str) -> str:
    """Return a name from elsewhere, cut and cleaned until it can be shown."""
    shown = "".join(" " if _cannot_be_shown(sign) else sign for sign in name)
    cut = " ".join(unicodedata.normalize("NFC", shown).split())[:NAME_LENGTH]
    return check_name(cut, otherwise=otherwise)


def check_credit_name(way: str, alias: str) -> tuple[str, str]:
    """Return how somebody is named for what they brought about; raise `MemberRefused`."""
    if way not in CREDIT_WAYS:
        raise MemberRefused(
            _("Nothing was saved: choose your name, another name, or not to be named.")
        )
    other = check_name(alias, otherwise="")
    if way == "alias" and not other:
        raise MemberRefused(
            _("Nothing was saved: write the other name, or choose not to be named.")
        )
    return way, other if way == "alias" else ""


def _cannot_be_shown(sign: str) -> bool:
    # Signs that turn the direction of writing could make a name read as somebody else's.
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign in TURNING_SIGNS


def check_about(about: str) -> str:
    """Return what a member says of themself; raise `MemberRefused`."""
    tidy = unicodedata.normalize("NFC", about.replace("\r\n", "\n")).strip()
    if len(tidy) > ABOUT_LENGTH:
        raise MemberRefused(
            _("What you say about yourself is too long. Use at most %(length)d characters."),
            length=ABOUT_LENGTH,
        )
    if any(_cannot_be_shown(sign) and sign != "\n" for sign in tidy):
        raise MemberRefused(_("The text has a character that cannot be shown. Type it again."))
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


def check_terms(*, n_uses: int, valid_days: int) -> None:
    """Raise `InvitationRefused` unless a link is for some people and some days."""
    if not 1 <= n_uses <= MAX_USES:
        raise InvitationRefused(
            _("The link was not made: it can be for 1 to %(most)d people."),
            status=400,
            most=MAX_USES,
        )
    if not 1 <= valid_days <= MAX_VALID_DAYS:
        raise InvitationRefused(
            _("The link was not made: it can be valid for 1 to %(most)d days."),
            status=400,
            most=MAX_VALID_DAYS,
        )


def check_key_name(name: str) -> str:
    """Return the name of a key; raise `KeyRefused`."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > KEY_NAME_LENGTH or any(map(_cannot_be_shown, tidy)):
        raise KeyRefused(
            _("The key was not made: name the program in 1 to %(length)d characters."),
            status=400,
            length=KEY_NAME_LENGTH,
        )
    return tidy


def check_right(right: str) -> str:
    """Return what a key may open; raise `KeyRefused`."""
    if right not in KEY_RIGHTS:
        raise KeyRefused(
            _("The key was not made: “%(right)s” is no right that a key may have."),
            status=400,
            right=right[:40],
        )
    return right


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
