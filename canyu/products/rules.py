"""Who may do what with a product, and what its words may be."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import time

from canyu.journal.errors import NotAllowed
from canyu.journal.errors import gettext_noop as _
from canyu.products.errors import HoursRefused, ProductRefused, RingRefused, TeamRefused

VISIBILITIES = ("open", "members")
ROLES = ("owner", "maker")
# The three rings that every product begins with, the most eager first: key, names, joining.
FIRST_RINGS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("daily", {"en": "Daily", "zh-hans": "每日圈"}, "invited"),
    ("weekly", {"en": "Weekly", "zh-hans": "每周圈"}, "open"),
    ("everyone", {"en": "Everyone", "zh-hans": "所有人"}, "open"),
)
EVERYONE = "everyone"
SLUG_LENGTH = 40
NAME_LENGTH = 80
ABOUT_LENGTH = 2000
WORD_LENGTH = 64
N_WEEKDAYS = 7
MAX_LANGUAGES = 40
# Words that stand, or may stand, in an address where a slug would.
RESERVED_SLUGS = frozenset(
    (
        "about", "account", "accounts", "admin", "api", "areas", "edit", "export", "feed", "help",
        "join", "language", "me", "members", "new", "pictures", "plan", "products", "recover",
        "releases", "reports", "search", "settings", "start", "static", "team", "topics", "wall",
        "week",
    )
)  # fmt: skip
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")


def may_see(visibility: str, *, is_member: bool) -> bool:
    """Whether somebody may see a product: an open one anybody, else who has an account."""
    return visibility == "open" or is_member


def may_write_team(*, is_owner: bool, is_operator: bool) -> bool:
    """Whether somebody decides about a product, its team, areas and rings.

    The operator too, so that a product whose owners are gone can be given new ones.
    """
    return is_owner or is_operator


def check_may_write_team(*, is_owner: bool, is_operator: bool) -> None:
    """Raise `NotAllowed` unless `may_write_team`."""
    if not may_write_team(is_owner=is_owner, is_operator=is_operator):
        raise NotAllowed(_("Nothing was changed: only an owner of the product can do this."))


def check_role(role: str) -> str:
    """Return the role; raise `TeamRefused`."""
    if role not in ROLES:
        raise TeamRefused(
            _("There is no role “%(role)s” in a team. Choose one of: owner, maker."),
            status=400,
            role=role[:WORD_LENGTH],
        )
    return role


def check_owner_stays(*, is_owner: bool, n_owners: int) -> None:
    """Raise `TeamRefused` if a team would be left without an owner."""
    if is_owner and n_owners <= 1:
        raise TeamRefused(
            _("Nothing was changed: a product needs an owner. Make somebody else an owner first.")
        )


def check_may_join_ring(joining: str, *, is_invited: bool, is_team: bool) -> None:
    """Raise `RingRefused` unless the ring is open, or the member is invited or in the team."""
    if joining != "open" and not is_invited and not is_team:
        raise RingRefused(
            _("You are not in this ring: it is by invitation. Ask an owner of the product."),
            status=403,
        )


def check_hours(weekdays: Collection[int], opens_at: time, closes_at: time) -> list[int]:
    """Return the days of work in order, Monday is 0; raise `HoursRefused`.

    A team that never works could never be late: it needs a day, and a day an hour.
    """
    days = sorted(set(weekdays))
    if not days or not set(days) <= set(range(N_WEEKDAYS)):
        raise HoursRefused(
            _("The hours were not changed: choose at least one day on which somebody answers.")
        )
    if opens_at >= closes_at:
        raise HoursRefused(
            _("The hours were not changed: the day ends before it begins. Set a later end.")
        )
    return days


def check_slug(slug: str) -> str:
    """Return the slug; raise `ProductRefused`. Small letters, digits, single inner hyphens."""
    if not _SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        raise ProductRefused(
            _(
                "“%(slug)s” cannot be an address. Use 1 to %(length)d small letters a to z, digits"
                " and hyphens between them."
            ),
            slug=slug[:SLUG_LENGTH],
            length=SLUG_LENGTH,
        )
    if slug in RESERVED_SLUGS:
        raise ProductRefused(
            _("The address “%(slug)s” is kept for Canyu itself. Choose another one."), slug=slug
        )
    return slug


def check_visibility(visibility: str) -> str:
    """Return who may see the product; raise `ProductRefused`."""
    if visibility not in VISIBILITIES:
        raise ProductRefused(
            _("A product is “open” or for “members”, and not “%(word)s”."),
            word=visibility[:WORD_LENGTH],
        )
    return visibility


def check_language(language: str) -> str:
    """Return a language as "en" or "zh-hans"; raise `ProductRefused`."""
    tidy = language.strip().lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(tidy):
        raise ProductRefused(
            _("“%(language)s” is no language. Write it as “en” or “zh-hans”."),
            language=language[:WORD_LENGTH],
        )
    return tidy


def check_texts(texts: Mapping[str, str], *, length: int, required: bool = False) -> dict[str, str]:
    """Return {language: text} tidied, without empty texts; raise `ProductRefused`."""
    if len(texts) > MAX_LANGUAGES:
        raise ProductRefused(
            _("There are too many languages. Use at most %(most)d."), most=MAX_LANGUAGES
        )
    tidy = {check_language(language): _tidy_text(text) for language, text in texts.items()}
    tidy = {language: text for language, text in tidy.items() if text}
    if required and not tidy:
        raise ProductRefused(_("The name is empty. Type it in at least one language."))
    if any(len(text) > length for text in tidy.values()):
        raise ProductRefused(
            _("The text is too long. Use at most %(length)d characters."), length=length
        )
    return tidy


def _tidy_text(text: str) -> str:
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in tidy):
        raise ProductRefused(_("The text has a character that cannot be shown. Type it again."))
    return tidy


def check_word(text: str) -> str:
    """Return a device or version in one line; raise `ProductRefused`."""
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if len(tidy) > WORD_LENGTH:
        raise ProductRefused(
            _("“%(text)s…” is too long. Use at most %(length)d characters."),
            text=tidy[:20],
            length=WORD_LENGTH,
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in tidy):
        raise ProductRefused(_("The text has a character that cannot be shown. Type it again."))
    return tidy


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text nearest to a language: it, its kin, English, the first there is, "".

    Kin of "zh-hans" are "zh" and, failing that, "zh-hant"; of "en-gb" likewise. First is by the
    alphabet: not every store keeps the order in which languages were written down.
    """
    by_code = {code.lower().replace("_", "-"): text for code, text in sorted(texts.items()) if text}
    wanted = language.lower().replace("_", "-")
    for code in (wanted, _base(wanted)):
        if code in by_code:
            return by_code[code]
    for base in (_base(wanted), "en"):
        kin = next((text for code, text in by_code.items() if _base(code) == base), None)
        if kin is not None:
            return by_code.get(base, kin)
    return next(iter(by_code.values()), "")


def _base(code: str) -> str:
    return code.split("-", 1)[0]
