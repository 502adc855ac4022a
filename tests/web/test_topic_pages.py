"""What members and the team do on the pages of a topic, beside talking."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from canyu.members.services import register_member
from canyu.products.services import add_product
from canyu.remarks.queries import flagged_in, remarks_on
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics import services
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, settle, ship

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ODD_WORDS = {
    "empty": "",
    "one sign": "x",
    "a megabyte": "很" * 350_000,
    "emoji": "🍿" * 50,
    "right to left": "\u202eمرحبا بالعالم",
    "control": "a\0b\x1b[31m\x07",
    "nothing to see": "\u200d\ufe0f\u200b",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "[x](javascript:alert(1)) ![y](https://elsewhere.example/y.png)",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


def as_member(client: Client, handle: str) -> Client:
    assert client.login(username=handle, password=PASSWORD)
    return client


def here(topic_id: int, rest: str = "") -> str:
    return f"/p/lumen/topics/{topic_id}/{rest}"


def a_picture() -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (40, 30), (224, 108, 10)).save(file, "PNG")
    return SimpleUploadedFile("tap.png", file.getvalue(), "image/png")


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_list_is_narrowed_by_part_release_and_what_waits(
    client: Client, hamlet: Hamlet
) -> None:
    services.comment_on_topic(member_id=hamlet.ana, topic_id=hamlet.dark, text="Yes.", at=AT)
    ship(hamlet, at=AT - timedelta(hours=1))
    for query, titles in {
        "area=editor": {"Paste"},
        "area=nowhere": {"Paste", "Dark"},
        "version=5.1": {"Paste"},
        "unanswered=1": set(),
        "q=spreadsheet": {"Paste"},
        "sort=waiting": {"Paste", "Dark"},
        "sort=newest&kind=idea&area=editor": set(),
    }.items():
        page = text_of(client, f"/p/lumen/topics/?{query}")
        assert {word for word in ("Dark", "Paste") if f">{word} " in page} == titles, query


def test_what_is_new_stands_above_what_many_said_long_ago(client: Client, hamlet: Hamlet) -> None:
    page = text_of(client, "/p/lumen/topics/")
    assert page.index("Dark pages") < page.index("Paste a table")
    services.add_voice(member_id=hamlet.deng, topic_id=hamlet.paste, at=AT)
    page = text_of(client, "/p/lumen/topics/")
    assert page.index("Paste a table") < page.index("Dark pages")


@pytest.mark.parametrize("n_more", [1, 3])
def test_a_topic_asks_the_store_the_same_however_much_was_said(
    client: Client, hamlet: Hamlet, django_assert_num_queries: Any, n_more: int
) -> None:
    for number in range(n_more):
        other = services.raise_topic(
            member_id=hamlet.cai,
            product_id=hamlet.product_id,
            kind="idea",
            title=f"Night {number}",
            words="@lin",
            at=AT,
        )
        services.comment_on_topic(member_id=hamlet.ana, topic_id=other, text="So?", at=AT)
        services.merge_topics(actor_id=hamlet.lin, topic_id=other, into_id=hamlet.dark, at=AT)
    with django_assert_num_queries(19):
        page = text_of(client, here(hamlet.dark))
    assert page.count("Night ") >= n_more


def test_me_too_with_a_word_about_ones_own_case(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    client.post(here(hamlet.dark, "voice/"), {"voice": "add", "words": "On the <b>train</b>."})
    assert "On the &lt;b&gt;train&lt;/b&gt;." in text_of(client, here(hamlet.dark))
    too_long = client.post(here(hamlet.dark, "voice/"), {"words": "x" * 501})
    assert too_long.status_code == 413
    client.post(here(hamlet.dark, "voice/"), {"voice": "add", "words": "In bed."})
    voice = topics.voice_of(hamlet.dark, hamlet.cai)
    assert voice is not None
    assert voice.words == "In bed."


def test_follow_mute_and_neither(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    for wish in ("follow", "mute", "", "nonsense"):
        assert client.post(here(hamlet.dark, "wish/"), {"wish": wish}).status_code == 303
        kept = wish if wish in {"follow", "mute"} else ""
        assert topics.wish_of(hamlet.dark, hamlet.cai) == kept


def test_a_topic_is_changed_and_its_past_can_be_read(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "bo")
    assert "Dark pages at night" in text_of(client, here(hamlet.dark, "edit/"))
    said = {"title": "Darker pages", "words": "Please.", "kind": "idea", "area": ""}
    assert client.post(here(hamlet.dark, "edit/"), said).status_code == 303
    assert "changed later" in text_of(client, here(hamlet.dark))
    assert "Dark pages at night" in text_of(client, here(hamlet.dark, "history/"))
    refused = client.post(here(hamlet.dark, "edit/"), {**said, "title": " "})
    assert refused.status_code == 400
    as_member(client, "lin")
    form = text_of(client, here(hamlet.dark, "edit/"))
    assert 'name="title"' not in form
    client.post(here(hamlet.dark, "edit/"), {**said, "title": "Mine", "kind": "trouble"})
    topic = topics.topic_of(hamlet.dark, at=AT)
    assert (topic.title, topic.words, topic.kind) == ("Darker pages", "Please.", "trouble")
    as_member(client, "cai")
    assert client.get(here(hamlet.dark, "edit/")).status_code == 403


def test_the_team_merges_and_parts(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    assert client.get(here(hamlet.dark, "merge/")).status_code == 403
    as_member(client, "lin")
    assert "Paste a table" in text_of(client, here(hamlet.dark, "merge/?q=table"))
    assert "No other topic fits" in text_of(client, here(hamlet.dark, "merge/?q=zebra"))
    assert client.post(here(hamlet.dark, "merge/"), {"into": "999"}).status_code == 400
    done = client.post(here(hamlet.dark, "merge/"), {"into": str(hamlet.paste)})
    assert done["Location"] == here(hamlet.paste)
    assert client.get(here(hamlet.dark))["Location"] == here(hamlet.paste)
    page = text_of(client, here(hamlet.paste))
    assert "Dark pages at night" in page
    assert "3 people ask this." in page
    assert client.post(here(hamlet.dark, "unmerge/")).status_code == 303
    assert client.post(here(hamlet.dark, "unmerge/")).status_code == 409
    assert text_of(client, here(hamlet.dark))


def test_a_topic_is_moved_and_its_old_address_leads_on(client: Client, hamlet: Hamlet) -> None:
    elsewhere = add_product(actor_id=hamlet.owner, slug="kettle", name={"en": "Kettle"}, at=AT)
    as_member(client, "lin")
    assert client.post(here(hamlet.dark, "move/"), {"product": "1000"}).status_code == 400
    done = client.post(here(hamlet.dark, "move/"), {"product": str(elsewhere)})
    assert done["Location"] == f"/p/kettle/topics/{hamlet.dark}/"
    assert client.get(here(hamlet.dark))["Location"] == done["Location"]
    assert "Dark pages" not in text_of(client, "/p/lumen/topics/")


def test_a_locked_topic_says_so(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    assert client.post(here(hamlet.dark, "lock/"), {"lock": "lock"}).status_code == 400
    said = {"lock": "lock", "lock-reason": "Heated."}
    assert client.post(here(hamlet.dark, "lock/"), said).status_code == 303
    as_member(client, "cai")
    assert "has locked this topic" in text_of(client, here(hamlet.dark))
    assert client.post(here(hamlet.dark), {"text": "But"}).status_code == 409
    as_member(client, "lin")
    client.post(here(hamlet.dark, "lock/"), {"lock": "open"})
    assert client.post(here(hamlet.dark), {"text": "So."}).status_code == 303


def test_what_is_flagged_is_decided_by_the_team(client: Client, hamlet: Hamlet) -> None:
    remark_id = services.comment_on_topic(
        member_id=hamlet.bo, topic_id=hamlet.paste, text="Buy my soup!", at=AT
    )
    as_member(client, "cai")
    assert client.get("/p/lumen/team/moderation/").status_code == 403
    flag = here(hamlet.paste, f"flag/{remark_id}/")
    assert "Flag this remark" in text_of(client, flag)
    assert client.post(flag, {"reason": "dull"}).status_code == 400
    assert client.post(flag, {"reason": "spam", "words": "Soup."}).status_code == 303
    client.post(here(hamlet.dark, "flag/"), {"reason": "other"})
    as_member(client, "lin")
    queue = text_of(client, "/p/lumen/team/moderation/")
    assert queue.index("Buy my soup!") < queue.index("Dark pages at night")
    act = here(hamlet.paste, f"remarks/{remark_id}/hide/")
    done = client.post(act, {"hide": "hide", "back": "moderation"})
    assert done["Location"] == "/p/lumen/team/moderation/"
    client.post(here(hamlet.dark, "hide/"), {"hide": "hide", "hide-reason": "We agree."})
    assert flagged_in(hamlet.product_id, limit=9) == []
    assert "Buy my soup!" in text_of(client, here(hamlet.paste))
    as_member(client, "cai")
    assert "Buy my soup!" not in text_of(client, here(hamlet.paste))
    assert "The team has hidden this." in text_of(client, here(hamlet.paste))
    assert client.get(here(hamlet.dark)).status_code == 404
    as_member(client, "bo")
    assert "Only its author and the team" in text_of(client, here(hamlet.dark))


def test_an_answer_solves_and_whoever_asks_the_same_sees_it(client: Client, hamlet: Hamlet) -> None:
    remark_id = services.comment_on_topic(
        member_id=hamlet.lin, topic_id=hamlet.paste, text="Press *twice*.", at=AT
    )
    as_member(client, "cai")
    solve = here(hamlet.paste, "answered/")
    assert client.post(solve, {"remark": str(remark_id)}).status_code == 403
    as_member(client, "ana")
    assert client.post(solve, {"remark": str(remark_id)}).status_code == 303
    assert 'id="solution"' in text_of(client, here(hamlet.paste))
    client.post(solve, {"open": "1"})
    assert 'id="solution"' not in text_of(client, here(hamlet.paste))
    assert client.post(solve, {"remark": "x"}).status_code == 303
    assert topics.topic_of(hamlet.paste, at=AT).solution_id is None


def test_help_shows_who_waits_and_how_long_people_wait(client: Client, hamlet: Hamlet) -> None:
    settle(AT)
    services.raise_unanswered(at=AT)
    as_member(client, "lin")
    page = text_of(client, "/p/lumen/team/help/")
    assert page.index("Risen") < page.index("Paste a table") < page.index("Not answered yet")
    assert "not known yet" in page
    services.comment_on_topic(member_id=hamlet.lin, topic_id=hamlet.paste, text="Twice.", at=AT)
    page = text_of(client, "/p/lumen/team/help/")
    assert "Paste a table" not in page
    assert "20 days" in page
    as_member(client, "cai")
    assert client.get("/p/lumen/team/help/").status_code == 403


def test_somebody_posts_for_another(client: Client, hamlet: Hamlet) -> None:
    said = {"title": "It hums", "kind": "trouble", "words": "", "for-heard_in": "meetup"}
    as_member(client, "cai")
    assert "for somebody else" not in text_of(client, "/p/lumen/topics/new/")
    client.post("/p/lumen/topics/new/", {**said, "for-handle": "bo"})
    newest = topics.topics_of(hamlet.product_id, at=AT).topics[0]
    assert (newest.author_id, newest.posted_by_id) == (hamlet.cai, None)
    assert client.get(here(newest.id, "voice/somebody/")).status_code == 404

    as_member(client, "lin")
    lost = client.post("/p/lumen/topics/new/", {**said, "title": "Tea", "for-handle": "nobody9"})
    assert lost.status_code == 404
    assert "nobody has the handle" in lost.content.decode()
    client.post("/p/lumen/topics/new/", {**said, "title": "Tea", "for-handle": "@Bo"})
    newest = topics.topics_of(hamlet.product_id, at=AT).topics[0]
    assert (newest.author_id, newest.posted_by_id) == (hamlet.bo, hamlet.lin)
    assert "written down by Lin Yue, at a meetup" in text_of(client, here(newest.id))
    client.post(
        here(newest.id, "voice/somebody/"),
        {"for-name": "Old Wang", "for-heard_in": "phone", "words": "Mine too."},
    )
    page = text_of(client, here(newest.id))
    assert "Old Wang" in page
    assert "2 people ask this." in page


def test_pictures_are_shown_and_stay_when_the_form_comes_back(
    client: Client, hamlet: Hamlet
) -> None:
    as_member(client, "cai")
    said = {"title": "Dark pages by night", "kind": "idea", "words": "Look:"}
    first = client.post("/p/lumen/topics/new/", {**said, "pictures": a_picture()})
    page = first.content.decode()
    assert "Is it one of these?" in page
    assert "![](/pictures/" in page
    client.post(here(hamlet.dark), {"text": "So", "pictures": [a_picture(), a_picture()]})
    (remark,) = remarks_on(Subject("topic", hamlet.dark))
    assert remark.text.count("![](/pictures/") == 2
    assert '<img src="/pictures/' in text_of(client, here(hamlet.dark))


@pytest.mark.parametrize("kind", ["bomb", "words", "empty", "many"])
def test_what_is_no_picture_is_refused_with_a_sentence(
    client: Client, hamlet: Hamlet, kind: str
) -> None:
    as_member(client, "cai")
    bomb = BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    sent: Any = {
        "bomb": SimpleUploadedFile("bomb.png", bomb.getvalue(), "image/png"),
        "words": SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png"),
        "empty": SimpleUploadedFile("a.png", b"", "image/png"),
        "many": [a_picture() for _ in range(5)],
    }[kind]
    answer = client.post(here(hamlet.dark), {"text": "Look", "pictures": sent})
    assert answer.status_code in {400, 409, 413}
    assert "Look" in answer.content.decode()
    assert remarks_on(Subject("topic", hamlet.dark)) == []


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
def test_odd_words_are_taken_or_refused_with_a_sentence(
    client: Client, hamlet: Hamlet, words: str
) -> None:
    as_member(client, "cai")
    raised = client.post("/p/lumen/topics/new/", {"title": words, "kind": "idea", "words": words})
    assert raised.status_code in {303, 400, 413}
    said = client.post(here(hamlet.dark), {"text": words})
    assert said.status_code in {303, 400, 413}
    joined = client.post(here(hamlet.dark, "voice/"), {"voice": "add", "words": words})
    assert joined.status_code in {303, 400, 413}
    for address in ("/p/lumen/topics/", here(hamlet.dark), "/p/lumen/topics/?q=" + words[:50]):
        page = client.get(address)
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b"javascript:" not in page.content.replace(b"(javascript:", b"")
        assert b'src="https://elsewhere' not in page.content


def test_who_came_lately_writes_less_often(client: Client, hamlet: Hamlet) -> None:
    register_member(handle="newcomer", password=PASSWORD, at=AT - DAY)
    as_member(client, "newcomer")
    statuses = [
        client.post(
            "/p/lumen/topics/new/",
            {"title": f"Number {number}", "kind": "idea", "words": "", "seen": f"Number {number}"},
        ).status_code
        for number in range(4)
    ]
    assert statuses == [303, 303, 303, 429]
    as_member(client, "cai")
    said = {"title": "Mine", "kind": "idea", "words": "", "seen": "Mine"}
    assert client.post("/p/lumen/topics/new/", said).status_code == 303


def test_words_are_quoted_and_members_named(client: Client, hamlet: Hamlet) -> None:
    remark_id = services.comment_on_topic(
        member_id=hamlet.bo, topic_id=hamlet.dark, text="One.\nTwo @lin, @nobody.", at=AT
    )
    as_member(client, "cai")
    page = text_of(client, here(hamlet.dark, f"?quote={remark_id}"))
    assert "&gt; One.\n&gt; Two @lin" in page
    assert page.count('href="/members/lin/"') >= 1
    assert 'href="/members/nobody/"' not in page


def test_what_a_remark_said_before_can_be_read(client: Client, hamlet: Hamlet) -> None:
    remark_id = services.comment_on_topic(
        member_id=hamlet.cai, topic_id=hamlet.dark, text="First <i>words</i>.", at=AT
    )
    as_member(client, "cai")
    client.post(f"/remarks/{remark_id}/edit/", {"text": "Second words."})
    past = f"/remarks/{remark_id}/history/"
    assert past in text_of(client, here(hamlet.dark))
    assert "First &lt;i&gt;words" in text_of(client, past)
    services.hide_remark(actor_id=hamlet.lin, topic_id=hamlet.dark, remark_id=remark_id, at=AT)
    assert client.get(past).status_code == 404
    assert client.get("/remarks/999999999999/history/").status_code == 404


def test_a_case_is_flagged_and_hidden_and_the_voice_stays(client: Client, hamlet: Hamlet) -> None:
    services.add_voice(member_id=hamlet.bo, topic_id=hamlet.paste, words="Buy my soup!", at=AT)
    voice = topics.voice_of(hamlet.paste, hamlet.bo)
    assert voice is not None
    as_member(client, "cai")
    flag = here(hamlet.paste, f"flag/voice/{voice.id}/")
    assert flag in client.get(here(hamlet.paste)).content.decode()
    nobody = here(hamlet.paste, f"flag/voice/{10**9}/")
    assert client.post(nobody, {"reason": "spam"}).status_code == 404
    assert client.post(flag, {"reason": "spam"}).status_code == 303
    act = here(hamlet.paste, f"voices/{voice.id}/hide/")
    assert client.post(act, {"hide": "hide"}).status_code == 403
    as_member(client, "lin")
    assert "Buy my soup!" in text_of(client, "/p/lumen/team/moderation/")
    done = client.post(act, {"hide": "hide", "back": "moderation"})
    assert done["Location"] == "/p/lumen/team/moderation/"
    assert flagged_in(hamlet.product_id, limit=9) == []
    assert "Buy my soup!" in text_of(client, here(hamlet.paste))
    as_member(client, "bo")
    assert "The team has hidden your words." in text_of(client, here(hamlet.paste))
    as_member(client, "cai")
    assert "Buy my soup!" not in text_of(client, here(hamlet.paste))
