"""What members change about themselves."""

from datetime import datetime
from typing import IO

from django.db import transaction

from canyu.journal.services import publish
from canyu.members.events import ProfileChanged
from canyu.members.rules import check_about, check_credit_name, check_language, check_name
from canyu.members.services.rows import member_for_update
from canyu.pictures.rules import PictureKey
from canyu.pictures.services import store_picture


def change_profile(*, actor_id: int, name: str, about: str, at: datetime) -> None:
    """Change the name that is shown (empty: the handle) and the words about oneself.

    Raises `MemberRefused`.
    """
    about = check_about(about)
    with transaction.atomic():
        member = member_for_update(actor_id)
        member.name = check_name(name, otherwise=member.handle)
        member.about = about
        member.save(update_fields=["name", "about"])
        publish(ProfileChanged(at=at, member_id=actor_id))


def change_face(*, actor_id: int, file: IO[bytes], at: datetime) -> PictureKey:
    """Take a picture as one's face; return its key. Raises `PictureRefused`."""
    key = store_picture(file=file, at=at)
    _set_face(actor_id, key, at)
    return key


def draw_face_again(*, actor_id: int, at: datetime) -> None:
    """Go back from a picture to the face that is drawn from the handle."""
    _set_face(actor_id, "", at)


def _set_face(member_id: int, face: str, at: datetime) -> None:
    with transaction.atomic():
        member = member_for_update(member_id)
        member.face = face
        member.save(update_fields=["face"])
        publish(ProfileChanged(at=at, member_id=member_id))


def choose_language(*, actor_id: int, language: str, at: datetime) -> None:
    """Choose the language of the pages; "" follows the browser. Raises `MemberRefused`."""
    language = check_language(language)
    with transaction.atomic():
        member = member_for_update(actor_id)
        if member.language == language:
            return
        member.language = language
        member.save(update_fields=["language"])
        publish(ProfileChanged(at=at, member_id=actor_id))


def choose_credit_name(*, actor_id: int, way: str, alias: str, at: datetime) -> None:
    """Choose how one is named for what one brought about, from now on and for what is past.

    By one's name, by another name, or not at all. Raises `MemberRefused`.
    """
    way, alias = check_credit_name(way, alias)
    with transaction.atomic():
        member = member_for_update(actor_id)
        if (member.credit_way, member.credit_alias) == (way, alias):
            return
        member.credit_way, member.credit_alias = way, alias
        member.save(update_fields=["credit_way", "credit_alias"])
        publish(ProfileChanged(at=at, member_id=actor_id))
