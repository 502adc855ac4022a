"""Writing down what somebody else said: who may, and who is meant."""

import hashlib
from datetime import datetime

from django.http import HttpRequest

from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members
from canyu.members.services import find_or_add_person
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.topics import queries as topics
from canyu.topics import rules
from canyu.topics.errors import TopicRefused
from canyu.web.forms.topics import ForSomebodyForm
from canyu.web.request import member_id_of


def may_post_for_others(request: HttpRequest, product: ProductView) -> bool:
    """Whether the person who asks may write down what others said."""
    member_id = member_id_of(request)
    if member_id is None:
        return False
    return rules.may_post_for_others(
        is_team=products.is_team(product.id, member_id),
        n_solved=topics.n_solved_by(member_id, product.id),
    )


def person_meant(form: ForSomebodyForm, *, own_id: int, at: datetime) -> int:
    """The member whose words these are; somebody without an account becomes a name that counts.

    Raises `TopicRefused` for a handle that nobody has.
    """
    if not form.is_asked_for():
        return own_id
    handle, name = form.cleaned_data["handle"].lstrip("@ "), form.cleaned_data["name"]
    if handle:
        try:
            return members.member_by_handle(handle).id
        except NotFound:
            raise TopicRefused(
                gettext_noop(
                    "Nothing was posted: nobody has the handle “%(handle)s”. "
                    "If they have no account, write their name instead."
                ),
                status=404,
                handle=handle[:64],
            ) from None
    # Two people of one name are two people, and neither is a member who has it as a handle.
    mark = hashlib.sha256(f"{own_id} {at.isoformat()} {name}".encode()).hexdigest()[:10]
    return find_or_add_person(handle=f"guest-{mark}", name=name, at=at)
