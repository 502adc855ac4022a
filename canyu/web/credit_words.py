"""What people are named for, in words."""

from django.utils.translation import gettext, gettext_noop, pgettext_lazy

from canyu.credits.rules import BY_FACT, BY_HAND

# As the head of names: "Idea: Ana".
ROLE_NAMES = {
    "asked": pgettext_lazy("before names", "Asked for by"),
    "joined": pgettext_lazy("before names", "Asked too"),
    "designed": pgettext_lazy("before names", "Idea"),
    "explained": pgettext_lazy("before names", "Explained"),
    "tested": pgettext_lazy("before names", "Tested"),
    "reviewed": pgettext_lazy("before names", "Reviewed"),
    "translated": pgettext_lazy("before names", "Translated"),
    "made": pgettext_lazy("before names", "Made by"),
}
# Of one person and one change, on the page of the person.
BROUGHT = {
    "asked": gettext_noop("asked for it"),
    "joined": gettext_noop("asked for it too"),
    "designed": gettext_noop("had the idea"),
    "explained": gettext_noop("explained it"),
    "tested": gettext_noop("tested it"),
    "reviewed": gettext_noop("reviewed it"),
    "translated": gettext_noop("translated it"),
    "made": gettext_noop("made it"),
}
MARK_NAMES = {
    "idea": gettext_noop("This is the idea we took"),
    "cause": gettext_noop("This showed us the cause"),
    "test": gettext_noop("This was a test"),
    "translation": gettext_noop("We took this translation"),
}
HAND = gettext_noop("was written down by hand")


def role_name(role: str) -> str:
    """What stands before the names of those who are named for it."""
    return str(ROLE_NAMES.get(role, role))


def brought(role: str) -> str:
    """What somebody did for a change."""
    return gettext(BROUGHT[role]) if role in BROUGHT else role


def reason_of(fact: str) -> str:
    """Why somebody is named: the line of the table, in words."""
    if fact == BY_HAND:
        return gettext(HAND)
    return gettext(BY_FACT[fact].says) if fact in BY_FACT else ""
