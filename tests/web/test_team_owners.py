"""What owners decide: awards, the train, people, areas, exposure, the product."""

import io
import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client

from canyu.awards.queries import AwardView, award_of
from canyu.members.queries import invitations_granting
from canyu.products.queries import areas_of, exposure_of, product_of, team_of
from canyu.releases.queries import train_of
from tests.web.hamlet import AT, PASSWORD, Hamlet, judge, make_hamlet, ship
from tests.web.test_team_drafts import picture

pytestmark = pytest.mark.django_db
HERE = "/p/lumen/team/"


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


@pytest.fixture
def award(hamlet: Hamlet) -> AwardView:
    at = AT - timedelta(weeks=1)
    release_id = ship(hamlet, at=at)
    judge(hamlet, release_id, n_people=36, opened_at=at + timedelta(days=4))
    found = award_of(release_id)
    assert found is not None
    return found


def as_member(client: Client, handle: str) -> Client:
    assert client.login(username=handle, password=PASSWORD)
    return client


def roles(hamlet: Hamlet) -> dict[int, str]:
    return {person.member_id: person.role for person in team_of(hamlet.product_id)}


def link_in(page: str) -> str:
    found = re.search(r'id="new-link" value="http://testserver([^"]+)"', page)
    assert found is not None
    return found[1]


def test_an_owner_certifies_with_citation_and_picture(
    client: Client, hamlet: Hamlet, award: AwardView
) -> None:
    as_member(client, "olga")
    here = f"{HERE}awards/{award.id}/"
    assert f'href="{here}"' in client.get(HERE).content.decode()
    assert "nobody can choose another winner" in client.get(here).content.decode()
    said = {"citation_en": "Soup no more.", "citation_zh": "", "picture": picture()}
    assert client.post(here, said).status_code == 303
    certified = award_of(award.release_id)
    assert certified is not None
    assert (certified.state, certified.number) == ("certified", 1)
    assert dict(certified.citation) == {"en": "Soup no more."}
    assert certified.picture

    gift = {"gift": "two cinema seats", "gift_on": "2026-11-19"}
    assert client.post(here + "gift/", gift).status_code == 303
    given = award_of(award.release_id)
    assert given is not None
    assert (given.gift, given.gift_on) == ("two cinema seats", date(2026, 11, 19))


def test_a_refused_picture_certifies_nothing(
    client: Client, hamlet: Hamlet, award: AwardView
) -> None:
    as_member(client, "olga")
    text = io.BytesIO(b"no picture")
    text.name = "wall.png"
    said = {"citation_en": "Kept words.", "picture": text}
    answer = client.post(f"{HERE}awards/{award.id}/", said)
    assert answer.status_code == 400
    assert "it is not a JPEG, PNG, WebP or GIF file" in answer.content.decode()
    assert "Kept words." in answer.content.decode()
    again = award_of(award.release_id)
    assert again is not None
    assert again.state == "proposed"


def test_a_maker_sees_an_award_and_cannot_certify_it(
    client: Client, hamlet: Hamlet, award: AwardView
) -> None:
    as_member(client, "lin")
    here = f"{HERE}awards/{award.id}/"
    assert "An owner of the product decides here." in client.get(here).content.decode()
    answer = client.post(here, {"citation_en": "Me!"})
    assert answer.status_code == 403
    gift = client.post(here + "gift/", {"gift": "a car"})
    assert gift.status_code == 403
    assert client.get(f"{HERE}awards/999/").status_code == 404


def timetable(**other: str) -> dict[str, str]:
    return {
        "zone": "Asia/Shanghai",
        "weekday": "3",
        "leaves_at": "18:30",
        "n_freeze_hours": "12",
        "opens_weekday": "0",
        "opens_at": "09:00",
        "closes_weekday": "1",
        "closes_at": "09:00",
        **other,
    }


def test_an_owner_sets_and_pauses_the_train(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    assert client.post(HERE + "train/", timetable()).status_code == 303
    train = train_of(hamlet.product_id, at=AT)
    assert train is not None
    assert (train.timetable.zone, train.timetable.weekday) == ("Asia/Shanghai", 3)
    assert (train.timetable.leaves_at, train.timetable.n_freeze_hours) == (time(18, 30), 12)
    assert "The next one leaves on Thursday 26 November, 18:30" in (
        client.get(HERE + "train/").content.decode()
    )
    assert client.post(HERE + "train/pause/").status_code == 303
    paused = train_of(hamlet.product_id, at=AT)
    assert paused is not None
    assert paused.is_paused


def test_an_impossible_timetable_stays_in_the_form(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    for wrong in ({"zone": "Moon/Sea"}, {"n_freeze_hours": "999"}, {"leaves_at": "noonish"}):
        answer = client.post(HERE + "train/", timetable(**wrong))
        assert answer.status_code == 400, wrong
        assert 'value="09:00"' in answer.content.decode()
    assert train_of(hamlet.product_id, at=AT) is None
    as_member(client, "lin")
    assert client.post(HERE + "train/", timetable()).status_code == 403


def test_the_team_grows_changes_and_shrinks(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    people = HERE + "people/"
    assert client.post(people + "add/", {"handle": "Ana", "role": "maker"}).status_code == 303
    assert roles(hamlet)[hamlet.ana] == "maker"
    again = client.post(people + "add/", {"handle": "ana", "role": "maker"})
    assert again.status_code == 409
    assert "in the team already" in again.content.decode()
    unknown = client.post(people + "add/", {"handle": "nobody-here", "role": "maker"})
    assert unknown.status_code == 404
    assert "There is no such member." in unknown.content.decode()
    assert 'value="nobody-here"' in unknown.content.decode()
    client.post(f"{people}{hamlet.ana}/role/", {"role": "owner"})
    assert roles(hamlet)[hamlet.ana] == "owner"
    client.post(f"{people}{hamlet.ana}/out/")
    assert hamlet.ana not in roles(hamlet)
    last = client.post(f"{people}{hamlet.owner}/role/", {"role": "maker"})
    assert last.status_code == 409


def test_a_maker_may_leave_but_decides_nothing(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    people = HERE + "people/"
    page = client.get(people).content.decode()
    assert "Leave the team" in page
    assert "Make the link" not in page
    assert client.post(people + "add/", {"handle": "ana", "role": "maker"}).status_code == 403
    assert client.post(people + "invite/", {"n_uses": 1, "valid_days": 7}).status_code == 403
    assert client.post(f"{people}{hamlet.deng}/out/").status_code == 403
    answer = client.post(f"{people}{hamlet.lin}/out/")
    assert answer["Location"] == "/p/lumen/"
    assert hamlet.lin not in roles(hamlet)


def test_an_invitation_is_shown_once_and_taken_back(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    people = HERE + "people/"
    said = {"role": "", "ring": "daily", "n_uses": "5", "valid_days": "3"}
    made = client.post(people + "invite/", said)
    link = link_in(made.content.decode())
    assert "no-store" in made["Cache-Control"]
    assert Client().get(link).status_code == 200
    page = client.get(people).content.decode()
    assert link not in page
    assert "Into the ring “Daily”" in page
    invitation = invitations_granting("product", "lumen", at=AT)[0]
    assert invitation.n_uses_left == 5
    client.post(f"{people}links/{invitation.id}/back/")
    assert not invitations_granting("product", "lumen", at=AT)
    wrong = client.post(people + "invite/", {**said, "n_uses": "0"})
    assert wrong.status_code == 400


def test_a_recovery_link_is_for_members_not_for_owners(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    people = HERE + "people/"
    made = client.post(people + "recover/", {"handle": "ana"})
    assert "The link for Ana Li." in made.content.decode()
    assert Client().get(link_in(made.content.decode())).status_code == 200
    client.post(f"{people}{hamlet.lin}/role/", {"role": "owner"})
    as_member(client, "lin")
    refused = client.post(people + "recover/", {"handle": "olga"})
    assert refused.status_code == 403
    assert "only the operator" in refused.content.decode()


def test_areas_are_added_and_changed(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    new = {"slug": "sync", "name_en": "Sync", "name_zh": "同步"}
    assert client.post(HERE + "areas/", new).status_code == 303
    again = client.post(HERE + "areas/", new)
    assert again.status_code == 409
    assert "there is one at “sync”" in again.content.decode()
    area = areas_of(hamlet.product_id)[1]
    said = {"name_en": "Syncing", "makers": [str(hamlet.deng)]}
    assert client.post(f"{HERE}areas/{area.id}/", said).status_code == 303
    changed = areas_of(hamlet.product_id)[1]
    assert (dict(changed.name), changed.maker_ids) == ({"en": "Syncing"}, (hamlet.deng,))
    nameless = client.post(f"{HERE}areas/{area.id}/", {"makers": [str(hamlet.lin)]})
    assert nameless.status_code == 400
    assert areas_of(hamlet.product_id)[1].maker_ids == (hamlet.deng,)
    assert client.post(f"{HERE}areas/999/", said).status_code == 404
    as_member(client, "lin")
    assert "Change it" not in client.get(HERE + "areas/").content.decode()
    assert client.post(HERE + "areas/", {**new, "slug": "mine"}).status_code == 403


def table(text: str | bytes) -> io.BytesIO:
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = "exposure.csv"
    return file


def test_exposure_is_told_by_a_table(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    text = "week,ring,n_people,version\n2026-11-18,everyone,48210,5.1\n"
    assert client.post(HERE + "exposure/", {"table": table(text)}).status_code == 303
    assert [row.n_people for row in exposure_of(hamlet.product_id, "5.1")] == [48210]
    page = client.get(HERE + "exposure/?version=5.1").content.decode()
    assert "Monday 16 November" in page
    assert "48210" in page


def test_what_is_wrong_in_a_table_is_told_line_by_line(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    text = "week,ring,n_people\n2026-11-18,everyone,5\nsoon,everyone,5\n2026-11-18,moon,5\n"
    answer = client.post(HERE + "exposure/", {"table": table(text)})
    assert answer.status_code == 400
    assert "Line 3: “soon” is no date" in answer.content.decode()
    for broken, sentence in (
        (b"\xff\xfe\x00", "not written in UTF-8"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (b"a,b\n1,2\n", "line 1 must name the columns"),
    ):
        answer = client.post(HERE + "exposure/", {"table": table(broken)})
        assert answer.status_code in {400, 413}
        assert sentence in answer.content.decode()
    assert client.post(HERE + "exposure/", {}).status_code == 400
    assert not exposure_of(hamlet.product_id, "")


def test_the_product_is_renamed_or_keeps_what_was_typed(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    said = {
        "name_en": "Lumen Notes",
        "about_en": "Notes that stay.",
        "visibility": "members",
        "language": "zh-hans",
    }
    assert client.post(HERE + "product/", said).status_code == 303
    product = product_of("lumen", hamlet.ana)
    assert dict(product.name) == {"en": "Lumen Notes"}
    assert (product.visibility, product.language) == ("members", "zh-hans")
    refused = client.post(HERE + "product/", {**said, "name_en": ""})
    assert refused.status_code == 400
    assert "Notes that stay." in refused.content.decode()
    as_member(client, "lin")
    assert client.post(HERE + "product/", said).status_code == 403
    assert "decides here" in client.get(HERE + "product/").content.decode()
