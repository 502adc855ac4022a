"""The team's desk, and writing a release from the draft to the moment when it is out."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from canyu.releases.queries import (
    change_of,
    changes_of,
    drafts_of,
    latest_release,
    release_by_id,
    roll_out_of,
)
from canyu.releases.rules import Timetable
from canyu.releases.services import draft_release, put_change, set_train
from canyu.reports.queries import window_of
from canyu.topics.services import raise_topic
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, plan_something, settle, ship

pytestmark = pytest.mark.django_db
TEAM_PAGES = (
    "",
    "releases/new/",
    "train/",
    "people/",
    "areas/",
    "exposure/",
    "product/",
    "plan/new/",
)


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


@pytest.fixture
def draft(hamlet: Hamlet) -> int:
    return draft_release(
        actor_id=hamlet.lin, product_id=hamlet.product_id, version="5.1", at=AT, notes={"en": "Hi"}
    )


def as_member(client: Client, handle: str) -> Client:
    assert client.login(username=handle, password=PASSWORD)
    return client


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, "PNG")
    file.seek(0)
    file.name = "shot.png"
    return file


def a_change(hamlet: Hamlet, **other: Any) -> dict[str, Any]:
    return {
        "kind": "new",
        "text_en": "Tables stay tables",
        "text_zh": "表格还是表格",
        "makers": [str(hamlet.lin)],
        **other,
    }


@pytest.mark.parametrize("page", TEAM_PAGES)
def test_only_the_team_comes_to_its_pages(client: Client, hamlet: Hamlet, page: str) -> None:
    address = f"/p/lumen/team/{page}"
    assert client.get(address).status_code == 302
    answer = as_member(client, "ana").get(address)
    assert answer.status_code == 403
    assert "for the team of this product" in answer.content.decode()
    assert as_member(client, "lin").get(address).status_code == 200


def test_the_desk_shows_what_waits_for_whom(client: Client, hamlet: Hamlet, draft: int) -> None:
    plan_something(hamlet)
    set_train(
        actor_id=hamlet.owner,
        product_id=hamlet.product_id,
        timetable=Timetable(),
        at=AT - timedelta(days=16),
    )
    page = as_member(client, "lin").get("/p/lumen/team/").content.decode()
    assert f'href="/p/lumen/team/releases/{draft}/"' in page
    assert "The next train leaves on Friday 27 November, 17:00." in page
    assert "Paste a table and it turns to soup" in page
    assert "13 days late" in page
    assert "Weeks without a train" in page
    assert "Dark pages" not in page


@pytest.mark.parametrize("n_more", [1, 3])
def test_the_desk_asks_the_store_the_same_whatever_waits(
    client: Client, hamlet: Hamlet, django_assert_num_queries: Any, n_more: int
) -> None:
    for number in range(n_more):
        draft_release(
            actor_id=hamlet.lin, product_id=hamlet.product_id, version=f"5.{number}", at=AT
        )
        raise_topic(
            member_id=hamlet.ana,
            product_id=hamlet.product_id,
            kind="idea",
            title=f"Number {number}",
            words="",
            area_id=hamlet.area_id,
            at=AT,
        )
    as_member(client, "lin")
    with django_assert_num_queries(31):
        client.get("/p/lumen/team/")


def test_a_release_is_begun_or_its_words_stay(client: Client, hamlet: Hamlet, draft: int) -> None:
    as_member(client, "lin")
    said = {"version": "5.2", "notes_en": "A **good** week.", "notes_zh": "", "is_hotfix": "on"}
    answer = client.post("/p/lumen/team/releases/new/", said)
    newest = drafts_of(hamlet.product_id)[0]
    assert answer.status_code == 303
    assert answer["Location"] == f"/p/lumen/team/releases/{newest.id}/"
    assert (newest.version, newest.is_hotfix) == ("5.2", True)
    again = client.post("/p/lumen/team/releases/new/", said)
    assert again.status_code == 409
    assert "there is a 5.2 already" in again.content.decode()
    assert "A **good** week." in again.content.decode()


def test_a_draft_is_changed_and_thrown_away(client: Client, hamlet: Hamlet, draft: int) -> None:
    as_member(client, "lin")
    here = f"/p/lumen/team/releases/{draft}/"
    assert client.post(here, {"version": "5.1.0", "notes_zh": "你好"}).status_code == 303
    changed = release_by_id(draft, with_drafts=True)
    assert (changed.version, dict(changed.notes)) == ("5.1.0", {"zh-hans": "你好"})
    refused = client.post(here, {"version": "5/1", "notes_en": "kept words"})
    assert refused.status_code == 400
    assert "cannot be a version" in refused.content.decode()
    assert "kept words" in refused.content.decode()
    assert client.post(here + "away/", {"version": "nonsense"}).status_code == 400
    assert client.post(here + "away/", {"version": "5.1.0"}).status_code == 303
    assert not drafts_of(hamlet.product_id)


def test_a_change_is_added_with_makers_topics_and_picture(
    client: Client, hamlet: Hamlet, draft: int
) -> None:
    as_member(client, "lin")
    here = f"/p/lumen/team/releases/{draft}/changes/new/"
    said = a_change(
        hamlet,
        makers=[str(hamlet.lin), str(hamlet.deng)],
        topics=[],
        find=f"#{hamlet.paste}",
        area=str(hamlet.area_id),
        picture=picture(),
    )
    assert client.post(here, said).status_code == 303
    change = changes_of([draft])[0]
    assert dict(change.text) == {"en": "Tables stay tables", "zh-hans": "表格还是表格"}
    assert set(change.maker_ids) == {hamlet.lin, hamlet.deng}
    assert change.topic_ids == (hamlet.paste,)
    assert change.area_id == hamlet.area_id
    assert change.picture
    page = client.get(f"/p/lumen/team/releases/{draft}/changes/{change.id}/").content.decode()
    assert 'value="Tables stay tables"' in page
    assert "Paste a table and it turns to soup" in page


def test_topics_are_looked_for_before_the_change_is_sent(
    client: Client, hamlet: Hamlet, draft: int
) -> None:
    as_member(client, "lin")
    here = f"/p/lumen/team/releases/{draft}/changes/new/"
    page = client.post(here, a_change(hamlet, find="soup", look="1"))
    assert page.status_code == 200
    assert "Paste a table and it turns to soup" in page.content.decode()
    assert 'value="Tables stay tables"' in page.content.decode()
    # Enter in the field presses another button; the words are looked for all the same.
    assert client.post(here, a_change(hamlet, find="soup")).status_code == 200
    assert not changes_of([draft])
    sent = a_change(hamlet, find="soup", looked_for="soup", topics=[str(hamlet.paste)])
    assert client.post(here, sent).status_code == 303
    assert changes_of([draft])[0].topic_ids == (hamlet.paste,)


def test_what_cannot_be_a_change_stays_in_the_form(
    client: Client, hamlet: Hamlet, draft: int
) -> None:
    as_member(client, "lin")
    here = f"/p/lumen/team/releases/{draft}/changes/new/"
    for said, sentence, status in (
        (a_change(hamlet, text_en="", text_zh="", detail_en="kept"), "say in one line", 400),
        (a_change(hamlet, kind="rant", detail_en="kept"), "Select a valid choice", 400),
        (a_change(hamlet, makers=[str(hamlet.ana)], detail_en="kept"), "valid choice", 400),
        (a_change(hamlet, text_en="x" * 2001, detail_en="kept"), "2001 characters", 413),
    ):
        answer = client.post(here, said)
        assert answer.status_code == status
        assert sentence in answer.content.decode()
        assert "kept" in answer.content.decode()
    assert not changes_of([draft])


def test_a_refused_picture_keeps_the_words(client: Client, hamlet: Hamlet, draft: int) -> None:
    as_member(client, "lin")
    text = io.BytesIO(b"not a picture")
    text.name = "shot.png"
    said = a_change(hamlet, picture=text)
    answer = client.post(f"/p/lumen/team/releases/{draft}/changes/new/", said)
    change = changes_of([draft])[0]
    assert answer.status_code == 400
    assert "it is not a JPEG, PNG, WebP or GIF file" in answer.content.decode()
    # Sent again, it is the same change, not a second one.
    again = f"/p/lumen/team/releases/{draft}/changes/{change.id}/"
    assert f'action="{again}"' in answer.content.decode()
    client.post(again, a_change(hamlet, picture=picture()))
    assert len(changes_of([draft])) == 1
    assert change_of(change.id, with_drafts=True).picture
    client.post(again, a_change(hamlet, without_picture="on"))
    assert not change_of(change.id, with_drafts=True).picture


def test_a_change_is_taken_out(client: Client, hamlet: Hamlet, draft: int) -> None:
    as_member(client, "lin")
    client.post(f"/p/lumen/team/releases/{draft}/changes/new/", a_change(hamlet))
    change = changes_of([draft])[0]
    here = f"/p/lumen/team/releases/{draft}/changes/{change.id}/out/"
    assert client.post(here).status_code == 303
    assert not changes_of([draft])
    assert client.post(here).status_code == 404


def test_a_frozen_release_is_told_and_kept_from_makers(
    client: Client, hamlet: Hamlet, draft: int, monkeypatch: Any
) -> None:
    set_train(actor_id=hamlet.owner, product_id=hamlet.product_id, timetable=Timetable(), at=AT)
    eve = AT + timedelta(days=6, hours=12)
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: eve)
    here = f"/p/lumen/team/releases/{draft}/"
    as_member(client, "lin")
    page = client.get(here).content.decode()
    assert "only an owner changes it now" in page
    assert "Add a change" not in page
    refused = client.post(here + "changes/new/", a_change(hamlet))
    assert refused.status_code == 409
    assert "is frozen until it leaves" in refused.content.decode()
    as_member(client, "olga")
    assert "you are one" in client.get(here).content.decode()
    assert client.post(here + "changes/new/", a_change(hamlet)).status_code == 303


def test_more_than_sixty_changes_are_picked(client: Client, hamlet: Hamlet, draft: int) -> None:
    as_member(client, "lin")
    ids = [
        put_change(
            actor_id=hamlet.lin,
            release_id=draft,
            kind="new",
            text={"en": f"Change {number}"},
            maker_ids=[hamlet.lin],
            at=AT,
        )
        for number in range(61)
    ]
    here = f"/p/lumen/team/releases/{draft}/"
    assert "Pick the 60 to be judged" in client.get(here).content.decode()
    client.post(here + "pick/", {"picked": [str(one) for one in ids[1:]]})
    assert [one.is_picked for one in changes_of([draft])] == [False] + [True] * 60
    answer = client.post(here + "pick/", {"picked": [str(one) for one in ids]}, follow=True)
    assert "The first 60 of what you ticked are picked" in answer.content.decode()


def test_the_preview_shows_who_will_be_thanked(client: Client, hamlet: Hamlet, draft: int) -> None:
    as_member(client, "lin")
    said = a_change(hamlet, topics=[str(hamlet.paste)])
    client.post(f"/p/lumen/team/releases/{draft}/changes/new/", {**said, "find": str(hamlet.paste)})
    page = client.get(f"/p/lumen/team/releases/{draft}/preview/").content.decode()
    assert "Tables stay tables" in page
    assert "Asked for by Ana Li and 2 others" in page
    assert "Nobody sees it yet" in page


def test_publishing_says_what_follows_and_then_does_it(
    client: Client, hamlet: Hamlet, draft: int
) -> None:
    set_train(
        actor_id=hamlet.owner,
        product_id=hamlet.product_id,
        timetable=Timetable(zone="Asia/Shanghai"),
        at=AT,
    )
    as_member(client, "olga")
    here = f"/p/lumen/team/releases/{draft}/"
    client.post(here + "changes/new/", a_change(hamlet, find=str(hamlet.paste)))
    page = client.get(here + "publish/").content.decode()
    assert "3 people who asked are thanked and told." in page
    assert "Its report opens on Tuesday 24 November, 10:00" in page
    assert "(Asia/Shanghai)" in page
    assert latest_release(hamlet.product_id) is None

    refused = client.post(here + "publish/", {"ring_weekly": "soon"})
    assert refused.status_code == 400
    answer = client.post(here + "publish/", {"ring_weekly": "2026-11-23T09:00"})
    assert answer.status_code == 303
    assert answer["Location"] == "/p/lumen/releases/5.1/"
    settle(AT)
    rings = roll_out_of(draft)
    assert rings["everyone"] == AT
    assert rings["weekly"].isoformat() == "2026-11-23T01:00:00+00:00"
    assert window_of(draft) is not None
    assert client.post(here + "publish/", {}).status_code == 409


def test_a_release_without_changes_or_makers_does_not_go_out(
    client: Client, hamlet: Hamlet, draft: int
) -> None:
    as_member(client, "lin")
    here = f"/p/lumen/team/releases/{draft}/"
    assert "holds no change" in client.post(here + "publish/", {}).content.decode()
    client.post(here + "changes/new/", a_change(hamlet, makers=[]))
    assert "names no maker yet" in client.get(here + "publish/").content.decode()
    assert "names no maker" in client.post(here + "publish/", {}).content.decode()
    assert not release_by_id(draft, with_drafts=True).is_published


def test_of_a_release_that_is_out_only_the_notes_change(client: Client, hamlet: Hamlet) -> None:
    release_id = ship(hamlet, at=AT - timedelta(hours=1))
    as_member(client, "lin")
    here = f"/p/lumen/team/releases/{release_id}/"
    page = client.get(here).content.decode()
    assert "This release is out" in page
    assert "Add a change" not in page
    client.post(here, {"version": "9.9", "notes_en": "Corrected."})
    release = release_by_id(release_id)
    assert (release.version, dict(release.notes)) == ("5.1", {"en": "Corrected."})
    assert client.post(here + "changes/new/", a_change(hamlet)).status_code == 409


def test_a_release_of_another_product_is_not_here(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    assert client.get("/p/lumen/team/releases/999/").status_code == 404
    assert client.get("/p/lumen/team/releases/999/publish/").status_code == 404
