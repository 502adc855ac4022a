"""All that can be done to products, their teams, areas, rings and exposure."""

from canyu.products.services.add_product import add_product, change_product
from canyu.products.services.change_areas import add_area, change_area, put_makers_on_area
from canyu.products.services.change_team import (
    add_makers,
    add_team_member,
    change_role,
    leave_all_teams,
    remove_team_member,
)
from canyu.products.services.choose_ring import (
    choose_ring,
    invite_to_ring,
    join_product,
    leave_all_rings,
    leave_ring,
    state_device,
)
from canyu.products.services.invite import (
    Accepted,
    accept_invitation,
    invite,
    make_recovery_link,
    take_back_invitation,
)
from canyu.products.services.record_exposure import record_exposure
from canyu.products.services.rows import hold_product
from canyu.products.services.set_hours import set_hours

__all__ = [
    "Accepted",
    "accept_invitation",
    "add_area",
    "add_makers",
    "add_product",
    "add_team_member",
    "change_area",
    "change_product",
    "change_role",
    "choose_ring",
    "hold_product",
    "invite",
    "invite_to_ring",
    "join_product",
    "leave_all_rings",
    "leave_all_teams",
    "leave_ring",
    "make_recovery_link",
    "put_makers_on_area",
    "record_exposure",
    "remove_team_member",
    "set_hours",
    "state_device",
    "take_back_invitation",
]
