"""Looking up everybody of an answer at once."""

from collections.abc import Iterable

from canyu.api.fields import Person
from canyu.members import queries as members


class People:
    """Members by id, fetched in one query; who has gone is left out."""

    def __init__(self, member_ids: Iterable[int | None]) -> None:
        """Fetch all these members."""
        wanted = {one for one in member_ids if one is not None}
        self._views = members.members_of(wanted)
        self._known = {
            member_id: Person(handle=view.handle, name=view.name)
            for member_id, view in self._views.items()
        }

    def one(self, member_id: int | None) -> Person | None:
        """The member, or None."""
        return self._known.get(member_id) if member_id is not None else None

    def many(self, member_ids: Iterable[int]) -> list[Person]:
        """These members in this order."""
        return [self._known[one] for one in member_ids if one in self._known]

    def makers(self, member_ids: Iterable[int]) -> list[Person]:
        """These members in this order, each as they wish to be named for what they made."""
        views = (members.as_credited(self._views[one]) for one in member_ids if one in self._views)
        return [Person(handle=view.handle, name=view.name) for view in views if view is not None]
