"""All that can be done to people, invitations and keys."""

from canyu.members.services.change import (
    change_face,
    change_profile,
    choose_credit_name,
    choose_language,
    draw_face_again,
)
from canyu.members.services.invite import (
    make_invitation,
    make_recovery_link,
    make_start_link,
    revoke_invitation,
)
from canyu.members.services.leave import deactivate_member, forget_member
from canyu.members.services.make_key import make_key, member_by_key, revoke_key
from canyu.members.services.make_operator import make_operator
from canyu.members.services.recover import set_password_by_recovery
from canyu.members.services.register import (
    find_or_add_people,
    find_or_add_person,
    register_member,
)
from canyu.members.services.use_invitation import Grant, use_invitation

__all__ = [
    "Grant",
    "change_face",
    "change_profile",
    "choose_credit_name",
    "choose_language",
    "deactivate_member",
    "draw_face_again",
    "find_or_add_people",
    "find_or_add_person",
    "forget_member",
    "make_invitation",
    "make_key",
    "make_operator",
    "make_recovery_link",
    "make_start_link",
    "member_by_key",
    "register_member",
    "revoke_invitation",
    "revoke_key",
    "set_password_by_recovery",
    "use_invitation",
]
