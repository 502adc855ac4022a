"""What bands of people are called, without pointing at anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from canyu.reports.figures import LeftOutFigures


@dataclass(frozen=True)
class Named:
    """What ids and keys are called here, in the reader's language."""

    titles: Mapping[int, str]
    rings: Mapping[str, str]

    def change(self, change_id: int | None) -> str:
        """Return the title of a change in quotation marks."""
        title = self.titles.get(change_id or 0) or _("another change")
        return _("“%(title)s”") % {"title": title}


def who_are(one: LeftOutFigures, named: Named) -> str:
    """Say of whom a group is; below five people nobody is pointed at."""
    said = {"n": one.n, "name": named.rings.get(one.name, one.name)}
    if one.kind == "pattern":
        sentence = ngettext(
            "%(n)s of the unusually many answers with %(best)s most and %(worst)s least",
            "%(n)s of the unusually many answers with %(best)s most and %(worst)s least",
            one.n,
        )
        said = {**said, "best": named.change(one.best), "worst": named.change(one.worst)}
        return sentence % said
    if one.kind == "hour":
        return _hour(one, named)
    return _members(one.kind, one.n, has_name=bool(one.name)) % said


def _hour(one: LeftOutFigures, named: Named) -> str:
    sentence = ngettext(
        "%(n)s person who answered in one hour (%(hour)s UTC), in which unusually many chose"
        " %(change)s",
        "%(n)s people who answered in one hour (%(hour)s UTC), in which unusually many chose"
        " %(change)s",
        one.n,
    )
    chosen = one.best if one.best is not None else one.worst
    return sentence % {"n": one.n, "hour": one.name, "change": named.change(chosen)}


def _members(kind: str, n: int, *, has_name: bool) -> str:
    if kind == "invited":
        return ngettext(
            "%(n)s person who came by the invitations of one person, or of those so invited",
            "%(n)s people who came by the invitations of one person, or of those so invited",
            n,
        )
    if kind in {"joined_hour", "joined_day"} and has_name:
        return ngettext(
            "%(n)s person who joined at one time (%(name)s UTC)",
            "%(n)s people who joined at one time (%(name)s UTC)",
            n,
        )
    if kind == "ring" and has_name:
        return ngettext(
            "%(n)s person of the ring “%(name)s”", "%(n)s people of the ring “%(name)s”", n
        )
    if kind == "device" and has_name:
        return ngettext("%(n)s person with “%(name)s”", "%(n)s people with “%(name)s”", n)
    return ngettext("%(n)s person of one group", "%(n)s people of one group", n)


def say_kinds(tried: Sequence[LeftOutFigures]) -> str:
    """Say how many of each kind these are, in one row of words."""
    counts: dict[str, int] = {}
    for one in tried:
        kind = "joined" if one.kind.startswith("joined") else one.kind
        counts[kind] = counts.get(kind, 0) + 1
    words = [_kind(kind, n) % {"n": n} for kind, n in counts.items()]
    return pgettext("between names", ", ").join(words)


def _kind(kind: str, n: int) -> str:
    return {
        "ring": ngettext("%(n)s ring", "%(n)s rings", n),
        "device": ngettext("%(n)s device line", "%(n)s device lines", n),
        "invited": ngettext("%(n)s tree of invitations", "%(n)s trees of invitations", n),
        "joined": ngettext(
            "%(n)s group that joined together", "%(n)s groups that joined together", n
        ),
        "hour": ngettext("%(n)s unusual hour", "%(n)s unusual hours", n),
        "pattern": ngettext(
            "%(n)s heap of identical answers", "%(n)s heaps of identical answers", n
        ),
    }.get(kind, ngettext("%(n)s other", "%(n)s others", n))
