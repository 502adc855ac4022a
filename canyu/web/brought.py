"""What one person brought about, release by release: the page of a member, and of a name."""

from collections.abc import Mapping
from dataclasses import dataclass

from canyu.credits import queries as credits_
from canyu.credits.queries import NOBODY
from canyu.credits.rules import ASKING, Who
from canyu.members.queries import MemberView
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.web.cards import People, change_href

A_PAGE = 40


@dataclass(frozen=True)
class BroughtChange:
    """One change that somebody brought about, what they did for it, and with whom."""

    change: ChangeView
    asking: str
    """"asked", "joined" or ""."""
    other_roles: tuple[str, ...]
    makers: tuple[MemberView, ...]
    made_by: tuple[credits_.Credited, ...]
    n_others: int
    """People who asked for it too, besides this one."""
    href: str


@dataclass(frozen=True)
class BroughtRelease:
    """What somebody brought about in one release."""

    release: ReleaseView
    product: ProductView
    changes: tuple[BroughtChange, ...]


@dataclass(frozen=True)
class BroughtLeaf:
    """One page of it, the newest release first."""

    releases: tuple[BroughtRelease, ...]
    number: int
    n_pages: int
    n_changes: int

    @property
    def change_ids(self) -> list[int]:
        """The changes on this page."""
        return [deed.change.id for one in self.releases for deed in one.changes]


def brought_page(who: Who, visible: Mapping[int, ProductView], *, page: int = 1) -> BroughtLeaf:
    """What somebody brought about in the products that the reader sees; ten queries at most."""
    found = credits_.brought_about_by(who, list(visible), page=page, size=A_PAGE)
    changes = releases.changes_by_id(one.change_id for one in found.brought)
    shipped = releases.releases_by_id({one.release_id for one in found.brought})
    thanks = credits_.thanks_for(list(changes), n_first=2, roles=(*ASKING, "made"))
    people = People(maker for one in changes.values() for maker in one.maker_ids)
    by_release: dict[int, list[BroughtChange]] = {}
    for one in found.brought:
        change = changes.get(one.change_id)
        if change is None or one.release_id not in shipped:
            continue
        named = thanks.get(change.id, NOBODY)
        # Who made it alone is not told so twice.
        is_alone = "made" in one.roles and named.made.n_people == 1
        by_release.setdefault(one.release_id, []).append(
            BroughtChange(
                change=change,
                asking=next((role for role in one.roles if role in ASKING), ""),
                other_roles=tuple(role for role in one.roles if role not in ASKING),
                makers=people.makers(change.maker_ids) if not is_alone else (),
                made_by=() if change.maker_ids or is_alone else named.made.people,
                n_others=max(0, named.asked.n_people - 1) if "asked" in one.roles else 0,
                href=change_href(visible[change.product_id].slug, change.id),
            )
        )
    return BroughtLeaf(
        releases=tuple(
            BroughtRelease(shipped[one], visible[shipped[one].product_id], tuple(some))
            for one, some in by_release.items()
        ),
        number=found.number,
        n_pages=found.n_pages,
        n_changes=found.n_changes,
    )
