"""People, profiles, keys and leaving."""

import contextlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate, get_user_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.queries import n_events
from canyu.members import queries, services
from canyu.members.errors import HandleRefused, KeyRefused, MemberRefused, PasswordRefused
from canyu.pictures.errors import PictureRefused

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_member_can_sign_in_however_the_handle_is_typed(at: datetime) -> None:
    member_id = services.register_member(
        handle="Straße", name=" Ana  Li ", language="zh-hans", password=PASSWORD, at=at
    )
    view = queries.member_of(member_id)
    assert (view.handle, view.name, view.language) == ("strasse", "Ana Li", "zh-hans")
    assert (view.has_joined, view.is_operator, view.has_face_picture) == (True, False, False)
    for typed in ("strasse", "STRASSE", "Straße"):
        signed_in = authenticate(username=typed, password=PASSWORD)
        assert signed_in is not None
        assert signed_in.pk == member_id
    assert authenticate(username="strasse", password="another one") is None
    assert n_events("MemberJoined") == 1


def test_without_a_password_nobody_signs_in(at: datetime) -> None:
    services.register_member(handle="ana", password=None, at=at)
    assert authenticate(username="ana", password="") is None


@pytest.mark.parametrize("handle", ["ana", "ANA", "ａｎａ"])
def test_a_handle_is_given_once(handle: str, ana: int, at: datetime) -> None:
    with pytest.raises(HandleRefused) as refusal:
        services.register_member(handle=handle, password=PASSWORD, at=at)
    assert refusal.value.status == 409
    assert queries.members_of([ana])[ana].name == "Ana Li"
    assert n_events("MemberJoined") == 1


@pytest.mark.parametrize("password", ["", "short", "password123", "a" * 1025, "liselotte1"])
def test_a_weak_password_makes_no_account(password: str, at: datetime) -> None:
    with pytest.raises(PasswordRefused):
        services.register_member(handle="liselotte", password=password, at=at)
    assert queries.n_members() == 0


@given(handle=st.text(max_size=70), name=st.text(max_size=90), language=st.text(max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_are_taken_or_refused(
    handle: str, name: str, language: str, at: datetime
) -> None:
    with contextlib.suppress(HandleRefused, MemberRefused):
        member_id = services.register_member(
            handle=handle, name=name, language=language, password=None, at=at
        )
        assert queries.member_by_handle(handle).id == member_id


def test_people_of_a_changelog_are_added_once(ana: int, at: datetime) -> None:
    people = {"MadCcc": "Mad", "renovate[bot]": "", "Ana": "Somebody else"}
    ids = services.find_or_add_people(people=people, at=at)
    assert services.find_or_add_people(people=people, at=at) == ids
    assert services.find_or_add_person(handle="madccc", name="Other", at=at) == ids["MadCcc"]
    assert ids["Ana"] == ana
    views = queries.members_of(ids.values())
    assert views[ids["MadCcc"]].name == "Mad"
    assert views[ids["renovate[bot]"]].handle == "renovate-bot"
    assert views[ids["renovate[bot]"]].name == "renovate[bot]"
    assert views[ana].name == "Ana Li"
    assert [views[key].has_joined for key in ids.values()] == [False, False, True]
    assert (n_events("PersonAdded"), queries.n_members()) == (2, 1)


def test_nobody_of_a_list_is_added_if_one_cannot_be(at: datetime) -> None:
    with pytest.raises(HandleRefused):
        services.find_or_add_people(people={"ok": "", "!!": ""}, at=at)
    with pytest.raises(NotFound):
        queries.member_by_handle("ok")


def test_known_people_are_found_in_a_constant_number_of_queries(
    at: datetime, django_assert_num_queries: Any
) -> None:
    for n_people in (1, 30):
        people = {f"person{n}": "" for n in range(n_people)}
        services.find_or_add_people(people=people, at=at)
        # One to look, two for the savepoint of the transaction around it.
        with django_assert_num_queries(3):
            services.find_or_add_people(people=people, at=at)


def test_an_imported_person_cannot_be_registered_over(at: datetime) -> None:
    services.find_or_add_person(handle="ana", at=at)
    with pytest.raises(HandleRefused):
        services.register_member(handle="ana", password=PASSWORD, at=at)


def test_a_profile_is_changed_whole_or_not(ana: int, at: datetime) -> None:
    services.change_profile(actor_id=ana, name="", about="I like trains.", at=at)
    profile = queries.profile_of(ana)
    assert (profile.member.name, profile.about, profile.joined_at) == ("ana", "I like trains.", at)
    with pytest.raises(MemberRefused):
        services.change_profile(actor_id=ana, name="a" * 81, about="New words.", at=at)
    assert queries.profile_of(ana).about == "I like trains."
    with pytest.raises(NotFound):
        services.change_profile(actor_id=0, name="x", about="", at=at)


def test_a_face_is_a_picture_or_drawn(
    ana: int, at: datetime, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    out = BytesIO()
    Image.new("RGB", (50, 50), "orange").save(out, "PNG")
    key = services.change_face(actor_id=ana, file=BytesIO(out.getvalue()), at=at)
    assert queries.member_of(ana).face_key == key
    with pytest.raises(PictureRefused):
        services.change_face(actor_id=ana, file=BytesIO(b"no picture"), at=at)
    assert queries.member_of(ana).has_face_picture
    services.draw_face_again(actor_id=ana, at=at)
    assert not queries.member_of(ana).has_face_picture


def test_a_language_is_chosen(ana: int, at: datetime) -> None:
    services.choose_language(actor_id=ana, language="zh-hans", at=at)
    services.choose_language(actor_id=ana, language="zh-hans", at=at)
    assert queries.member_of(ana).language == "zh-hans"
    assert n_events("ProfileChanged") == 1
    with pytest.raises(MemberRefused):
        services.choose_language(actor_id=ana, language="tlh", at=at)


def test_a_key_opens_until_it_is_taken_back(ana: int, bo: int, at: datetime) -> None:
    key = services.make_key(actor_id=ana, name="build", at=at)
    assert services.member_by_key(key=key, at=at).id == ana
    (view,) = queries.keys_of(ana)
    assert (view.name, view.hint, view.last_used_on) == ("build", key[-4:], at.date())
    with pytest.raises(NotFound):
        services.revoke_key(actor_id=bo, key_id=view.id, at=at)
    services.revoke_key(actor_id=ana, key_id=view.id, at=at)
    services.revoke_key(actor_id=ana, key_id=view.id, at=at)
    assert (queries.keys_of(ana), n_events("KeyRevoked")) == ([], 1)
    for bad in (key, "", "canyu_nothing", "\ud800", "参与"):
        with pytest.raises(KeyRefused) as refusal:
            services.member_by_key(key=bad, at=at)
        assert refusal.value.status == 401


def test_a_key_s_day_is_written_once_a_day(
    ana: int, at: datetime, django_assert_num_queries: Any
) -> None:
    key = services.make_key(actor_id=ana, name="build", at=at)
    with django_assert_num_queries(2):
        services.member_by_key(key=key, at=at)
    with django_assert_num_queries(1):
        services.member_by_key(key=key, at=at + timedelta(hours=1))
    with django_assert_num_queries(2):
        services.member_by_key(key=key, at=at + timedelta(days=1))


def test_no_more_keys_than_anybody_needs(ana: int, at: datetime) -> None:
    for n in range(50):
        services.make_key(actor_id=ana, name=f"key {n}", at=at)
    with pytest.raises(KeyRefused):
        services.make_key(actor_id=ana, name="one more", at=at)


def test_nothing_secret_is_stored_as_it_is(ana: int, at: datetime) -> None:
    key = services.make_key(actor_id=ana, name="build", at=at)
    token = services.make_start_link(at=at)
    member = get_user_model().objects.get(pk=ana)
    assert PASSWORD not in member.password
    everything = str(queries.personal_data_of(ana)) + str(list(member.keys.values()))
    assert key not in everything
    assert token not in str(queries.open_invitation(token, at=at))


def test_leaving_closes_every_door(ana: int, operator: int, at: datetime) -> None:
    key = services.make_key(actor_id=ana, name="build", at=at)
    recovery = services.make_recovery_link(actor_id=operator, member_id=ana, at=at)
    invitation = services.make_invitation(actor_id=ana, grant={}, n_uses=1, valid_days=7, at=at)
    Authenticator.objects.create(user_id=ana, type=Authenticator.Type.WEBAUTHN, data={})
    services.deactivate_member(actor_id=ana, member_id=ana, at=at)
    services.deactivate_member(actor_id=operator, member_id=ana, at=at)
    assert authenticate(username="ana", password=PASSWORD) is None
    assert not Authenticator.objects.filter(user_id=ana).exists()
    with pytest.raises(KeyRefused):
        services.member_by_key(key=key, at=at)
    for token in (recovery, invitation):
        with pytest.raises(Exception, match="taken back"):
            queries.open_invitation(token, at=at)
    view = queries.member_of(ana)
    assert (view.handle, view.is_active) == ("ana", False)
    assert n_events("MemberDeactivated") == 1


def test_only_oneself_or_the_operator_ends_an_account(ana: int, bo: int, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.deactivate_member(actor_id=bo, member_id=ana, at=at)
    assert queries.member_of(ana).is_active


def test_the_last_operator_stays(operator: int, at: datetime) -> None:
    for end in (services.deactivate_member, services.forget_member):
        with pytest.raises(MemberRefused):
            end(actor_id=operator, member_id=operator, at=at)
    assert queries.member_of(operator).is_active


def test_who_is_forgotten_leaves_no_name(ana: int, operator: int, at: datetime) -> None:
    services.change_profile(actor_id=ana, name="Ana Li", about="I like trains.", at=at)
    services.deactivate_member(actor_id=ana, member_id=ana, at=at)
    services.forget_member(actor_id=operator, member_id=ana, at=at)
    kept = str(queries.personal_data_of(ana))
    assert "ana" not in kept.lower()
    assert "trains" not in kept
    assert queries.member_of(ana).handle == f"former-{ana}"
    # The handle is free again, and the former member's cannot be taken.
    services.register_member(handle="ana", password=None, at=at)
    with pytest.raises(HandleRefused):
        services.register_member(handle=f"former-{ana}", password=None, at=at)
