"""Topics: the list, raising one, one topic and what is done there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from canyu.releases.rules import Timetable
from canyu.releases.services import set_train
from canyu.remarks.queries import remarks_on
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics.services import raise_topic
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, ship

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


def as_member(client: Client, handle: str) -> Client:
    assert client.login(username=handle, password=PASSWORD)
    return client


def test_the_list_shows_the_newest_first_and_who_owes_a_late_answer(
    client: Client, hamlet: Hamlet
) -> None:
    page = client.get("/p/lumen/topics/").content.decode()
    assert page.index("Dark pages at night") < page.index("Paste a table")
    assert "13 days late" in page
    assert "Lin Yue owes the answer." in page
    assert page.count("days late") == 1


def test_the_list_is_narrowed_by_kind_status_words_and_mine(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    for query, titles in {
        "kind=idea": {"Dark"},
        "kind=nonsense": {"Dark", "Paste"},
        "status=declined": set(),
        "q=soup": {"Paste"},
        "mine=1": {"Paste"},
        "page=x": {"Dark", "Paste"},
    }.items():
        page = client.get(f"/p/lumen/topics/?{query}").content.decode()
        found = {word for word in ("Dark", "Paste") if f">{word} " in page}
        assert found == titles, query
    assert "No topic fits" in client.get("/p/lumen/topics/?q=zebra").content.decode()


@pytest.mark.parametrize("n_more", [1, 3])
def test_the_list_asks_the_store_the_same_whatever_its_length(
    client: Client, hamlet: Hamlet, django_assert_num_queries: Any, n_more: int
) -> None:
    for number in range(n_more):
        raise_topic(
            member_id=hamlet.cai,
            product_id=hamlet.product_id,
            kind="idea",
            title=f"Number {number}",
            words="",
            at=AT,
        )
    with django_assert_num_queries(8):
        client.get("/p/lumen/topics/")


def test_a_topic_tells_the_time_of_the_train(client: Client, hamlet: Hamlet) -> None:
    topic_id = raise_topic(
        member_id=hamlet.cai,
        product_id=hamlet.product_id,
        kind="idea",
        title="Late",
        words="",
        at=AT,
    )
    address = f"/p/lumen/topics/{topic_id}/"
    assert "Friday 20 November, 17:00" in client.get(address).content.decode()
    set_train(
        actor_id=hamlet.owner,
        product_id=hamlet.product_id,
        timetable=Timetable(zone="Asia/Shanghai"),
        at=AT,
    )
    assert "Saturday 21 November, 01:00" in client.get(address).content.decode()


def test_raising_asks_strangers_to_sign_in(client: Client, hamlet: Hamlet) -> None:
    answer = client.get("/p/lumen/topics/new/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/sign-in/?next=")


def test_similar_topics_are_shown_once_before_a_new_one_is_posted(
    client: Client, hamlet: Hamlet
) -> None:
    as_member(client, "cai")
    said = {"title": "Dark pages by night", "kind": "idea", "words": "My *eyes*."}
    first = client.post("/p/lumen/topics/new/", said)
    page = first.content.decode()
    assert "Is it one of these?" in page
    assert "Dark pages at night" in page
    assert "My *eyes*." in page
    assert topics.topics_of(hamlet.product_id, at=AT).n_topics == 2

    second = client.post("/p/lumen/topics/new/", {**said, "seen": "Dark pages by night"})
    assert second.status_code == 303
    newest = topics.topics_of(hamlet.product_id, at=AT).topics[0]
    assert second["Location"] == f"/p/lumen/topics/{newest.id}/"
    assert (newest.title, newest.author_id) == ("Dark pages by night", hamlet.cai)


def test_a_topic_unlike_all_others_is_posted_at_once(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    said = {"title": "导出为 PDF", "kind": "idea", "words": "", "area": str(hamlet.area_id)}
    assert client.post("/p/lumen/topics/new/", said).status_code == 303
    newest = topics.topics_of(hamlet.product_id, at=AT).topics[0]
    assert (newest.title, newest.keeper_id) == ("导出为 PDF", hamlet.lin)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": "", "kind": "idea", "words": "Long thought."}, "it has no title"),
        ({"title": "x" * 201, "kind": "idea", "words": "Long thought."}, "201 characters"),
        ({"title": "Fine", "kind": "rant", "words": "Long thought."}, "Select a valid choice"),
        ({"title": "Fine", "words": "Long thought."}, "This field is required"),
    ],
)
def test_what_cannot_be_raised_stays_in_the_form(
    client: Client, hamlet: Hamlet, said: dict[str, str], sentence: str
) -> None:
    as_member(client, "cai")
    answer = client.post("/p/lumen/topics/new/", said)
    assert answer.status_code in {400, 413}
    assert sentence in answer.content.decode()
    assert "Long thought." in answer.content.decode()
    assert topics.topics_of(hamlet.product_id, at=AT).n_topics == 2


def test_the_page_shows_words_made_safe_and_whose_voices_there_are(
    client: Client, hamlet: Hamlet
) -> None:
    page = client.get(f"/p/lumen/topics/{hamlet.paste}/").content.decode()
    assert "<strong>spreadsheet</strong>" in page
    assert "<script>alert" not in page
    assert "3 people ask this." in page
    assert "Lin Yue looks after this and owes the answer." in page
    assert page.count("<h1") == 1


def test_a_topic_of_another_product_is_not_here(client: Client, hamlet: Hamlet) -> None:
    assert client.get("/p/lumen/topics/999999/").status_code == 404
    assert client.get(f"/p/elsewhere/topics/{hamlet.paste}/").status_code == 404


def test_me_too_and_back(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    here = f"/p/lumen/topics/{hamlet.dark}/"
    assert client.post(here + "voice/", {"voice": "add"}).status_code == 303
    assert client.post(here + "voice/", {"voice": "add"}).status_code == 303
    assert "You and 1 other ask this." in client.get(here).content.decode()
    client.post(here + "voice/", {"voice": "withdraw"})
    assert topics.topic_of(hamlet.dark, at=AT).n_voices == 1
    assert client.get(here + "voice/").status_code == 405


def test_the_author_cannot_take_the_first_voice_back(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "bo")
    answer = client.post(f"/p/lumen/topics/{hamlet.dark}/voice/", {"voice": "withdraw"})
    assert answer.status_code == 400
    assert "this topic is your own" in answer.content.decode()


def test_comments_and_answers_of_the_team(client: Client, hamlet: Hamlet) -> None:
    here = f"/p/lumen/topics/{hamlet.paste}/"
    assert client.post(here, {"text": "Me as well."}).status_code == 303
    as_member(client, "cai")
    answer = client.post(here, {"text": "Also from *mail*."})
    remark = remarks_on(Subject("topic", hamlet.paste))[0]
    assert answer.status_code == 303
    assert answer["Location"] == f"{here}#remark-{remark.id}"

    as_member(client, "lin")
    page = client.get(f"{here}?reply={remark.id}").content.decode()
    assert "You answer Cai Wen." in page
    client.post(here, {"text": "Coming.", "parent": str(remark.id)})
    page = client.get(here).content.decode()
    assert "of the team, answers" in page
    assert "days late" not in page


def test_a_comment_that_is_too_long_stays_in_the_form(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    answer = client.post(f"/p/lumen/topics/{hamlet.paste}/", {"text": "soup " * 1001})
    assert answer.status_code == 413
    assert "5000 fit" in answer.content.decode()
    assert "soup soup" in answer.content.decode()
    assert not remarks_on(Subject("topic", hamlet.paste))


def test_the_team_says_where_it_stands(client: Client, hamlet: Hamlet) -> None:
    here = f"/p/lumen/topics/{hamlet.paste}/"
    as_member(client, "lin")
    refused = client.post(here + "status/", {"status": "declined", "reason": ""})
    assert refused.status_code == 400
    assert "it has no reason" in refused.content.decode()
    done = client.post(here + "status/", {"status": "planned", "reason": "In **5.1**."})
    assert done.status_code == 303
    page = client.get(here).content.decode()
    assert "In <strong>5.1</strong>." in page
    assert "Planned" in page


def test_only_the_team_says_where_it_stands(client: Client, hamlet: Hamlet) -> None:
    here = f"/p/lumen/topics/{hamlet.paste}/"
    as_member(client, "cai")
    assert "For the team" not in client.get(here).content.decode()
    answer = client.post(here + "status/", {"status": "planned", "reason": "Because."})
    assert answer.status_code == 403
    assert client.post(here + "keeper/", {"keeper": str(hamlet.deng)}).status_code == 403
    assert topics.topic_of(hamlet.paste, at=AT).status == "received"


def test_the_keeper_is_changed(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    here = f"/p/lumen/topics/{hamlet.paste}/"
    assert client.post(here + "keeper/", {"keeper": str(hamlet.deng)}).status_code == 303
    assert topics.topic_of(hamlet.paste, at=AT).keeper_id == hamlet.deng
    assert client.post(here + "keeper/", {"keeper": str(hamlet.cai)}).status_code == 400


def test_what_shipped_is_shown_and_confirmed_by_those_who_asked(
    client: Client, hamlet: Hamlet
) -> None:
    ship(hamlet, at=AT - timedelta(hours=1))
    here = f"/p/lumen/topics/{hamlet.paste}/"
    as_member(client, "bo")
    page = client.get(here).content.decode()
    assert "It is in 5.1" in page
    assert "Paste a table and it stays a table" in page
    assert "It is solved for me" in page
    assert client.post(here + "solved/").status_code == 303
    assert topics.topic_of(hamlet.paste, at=AT).status == "confirmed"


def test_others_cannot_confirm(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - timedelta(hours=1))
    here = f"/p/lumen/topics/{hamlet.paste}/"
    as_member(client, "olga")
    assert "It is solved for me" not in client.get(here).content.decode()
    assert client.post(here + "solved/").status_code == 403
