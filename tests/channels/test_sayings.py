"""Words from elsewhere: brought once, placed by the team, never counted twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from canyu.channels import queries, services
from canyu.channels.errors import SayingRefused, SayingsRefused
from canyu.channels.models import Guest, Saying, Sheet
from canyu.channels.sayings.records import SayingRecord, Whence
from canyu.channels.sayings.tables import guessed
from canyu.credits.models import Credit
from canyu.journal.errors import NotAllowed
from canyu.journal.services import deliver_due
from canyu.members.models import Member
from canyu.painpoints.models import Wording
from canyu.painpoints.queries.heard import heard_in
from canyu.painpoints.voices import voices_in
from canyu.releases import services as releases
from canyu.remarks.models import Remark
from canyu.topics import queries as topics
from canyu.topics import services as forum
from tests.builders import FRIDAY, Town, draft, make_member, make_people, put_change

pytestmark = pytest.mark.django_db
GROUP = Whence("chat", "内测群")
MAY = datetime(2026, 5, 3, 6, 2, tzinfo=UTC)
LI = SayingRecord("夜间模式太亮了\n看不清字", GROUP, who="小李", said_at=MAY)


def bring(town: Town, *records: SayingRecord, at: datetime = FRIDAY) -> list[services.Brought]:
    return services.bring_words(
        actor_id=town.owner, product_id=town.product, records=records, way="paste", at=at
    )


def place(town: Town, ids: list[int], to: str, **more: Any) -> services.Placed:
    return services.place_words(
        actor_id=town.owner,
        product_id=town.product,
        saying_ids=ids,
        place=to,
        at=FRIDAY,
        **more,
    )


def raise_topic(town: Town, title: str = "The night mode is too bright") -> int:
    return forum.raise_topic(
        member_id=make_people(town.product, 1)[0],
        product_id=town.product,
        kind="trouble",
        title=title,
        words="",
        at=FRIDAY,
    )


def test_what_comes_twice_is_one_word(town: Town) -> None:
    (first,) = bring(town, LI)
    again = bring(town, LI, replace(LI, text="别的话"), LI)
    assert first.is_new
    assert [one.is_new for one in again] == [False, True, False]
    assert again[0].saying_id == again[2].saying_id == first.saying_id
    numbered = replace(LI, outside_id="m1", text="one")
    assert bring(town, numbered)[0].is_new
    assert not bring(town, replace(numbered, text="edited since"))[0].is_new
    assert bring(town, replace(numbered, whence=Whence("review", "内测群")))[0].is_new
    assert Guest.objects.filter(origin__kind="chat").count() == 1


def test_all_are_taken_or_none_and_only_the_team_brings(town: Town) -> None:
    with pytest.raises(SayingsRefused) as refused:
        bring(
            town, LI, replace(LI, text=" \u200d\0 "), replace(LI, said_at=FRIDAY.replace(year=2030))
        )
    assert [number for number, _ in refused.value.problems] == [2, 3]
    assert Saying.objects.count() == 0
    with pytest.raises(SayingsRefused):
        bring(town, replace(LI, whence=Whence("spaceship")))
    with pytest.raises(NotAllowed):
        services.bring_words(
            actor_id=make_member("ann"),
            product_id=town.product,
            records=[LI],
            way="paste",
            at=FRIDAY,
        )


def test_a_word_becomes_a_topic_of_whoever_said_it(town: Town) -> None:
    nasty = replace(LI, who="<b>\u202e小李\0</b>", text="太亮了" + "\0")
    (one,) = bring(town, nasty)
    placed = place(town, [one.saying_id], "topic", kind="trouble")
    topic = topics.topic_of(placed.topic_id or 0, at=FRIDAY)
    author = Member.objects.get(pk=topic.author_id)
    assert (author.name, author.joined_at) == ("<b> 小李 </b>", None)
    assert (topic.title, topic.posted_by_id, topic.heard_in) == ("太亮了", town.owner, "chat")
    # People asked in May, and could be answered since today.
    assert (topic.said_at, topic.raised_at) == (MAY, FRIDAY)
    deliver_due(at=FRIDAY)
    assert Wording.objects.get(kind="topic").at == MAY
    (where,) = queries.whereabouts_in([topic.id])
    assert (where.kind, where.where, where.said_at, where.brought_by_id) == (
        "chat",
        "内测群",
        MAY,
        town.owner,
    )


def test_a_person_is_one_voice_however_often_they_said_it(town: Town) -> None:
    topic_id = raise_topic(town)
    found = bring(
        town,
        LI,
        replace(LI, text="还是太亮"),
        replace(LI, who="Nils"),
        # Of the same name in another place: somebody else, as far as anybody knows.
        replace(LI, whence=Whence("chat", "another")),
    )
    assert place(town, [one.saying_id for one in found], "voice", topic_id=topic_id).n == 4
    assert topics.topic_of(topic_id, at=FRIDAY).n_voices == 4
    with pytest.raises(SayingRefused):
        place(town, [one.saying_id for one in found], "voice", topic_id=topic_id)
    assert queries.n_by_fate(town.product) == {"voice": 4}


def test_words_without_a_name_are_a_person_each_and_copies_are_one_voice(town: Town) -> None:
    topic_id = raise_topic(town)
    deliver_due(at=FRIDAY)
    text = "Please make the night mode darker, I cannot read a thing in bed and it hurts my eyes"
    reviews = [
        SayingRecord(text, Whence("review", "store"), said_at=MAY + n * timedelta(hours=1))
        for n in range(6)
    ]
    found = bring(town, *reviews)
    place(town, [one.saying_id for one in found], "voice", topic_id=topic_id)
    assert topics.topic_of(topic_id, at=FRIDAY).n_voices == 7
    voices = voices_in(heard_in([Wording.objects.get(kind="topic").pk]))
    assert voices.n == 2
    assert len(voices.copies[0].people) == 6


def test_several_words_are_one_new_topic(town: Town) -> None:
    found = bring(town, LI, replace(LI, who="Nils", text="Too bright at night"))
    placed = place(town, [one.saying_id for one in found], "topic", kind="trouble")
    topic = topics.topic_of(placed.topic_id or 0, at=FRIDAY)
    assert (topic.title, topic.words, topic.n_voices) == ("夜间模式太亮了", LI.text, 2)


def test_a_word_is_left_out_with_a_reason_and_may_wait_again(town: Town) -> None:
    (one,) = bring(town, LI)
    place(town, [one.saying_id], "left", reason="Spam")
    (left,) = queries.sayings_in(town.product, fate="left").sayings
    assert left.reason == "Spam"
    services.wait_again(
        actor_id=town.owner, product_id=town.product, saying_id=one.saying_id, at=FRIDAY
    )
    assert queries.n_waiting(town.product) == 1


def test_the_answer_is_noted_once_a_person_and_marked_when_carried(town: Town) -> None:
    topic_id = raise_topic(town)
    found = bring(town, LI, replace(LI, text="再说一遍"), SayingRecord("anonymous", GROUP))
    place(town, [one.saying_id for one in found], "voice", topic_id=topic_id)
    forum.comment_on_topic(
        member_id=town.owner, topic_id=topic_id, text="下一版会暗一些", at=FRIDAY
    )
    forum.set_status(
        actor_id=town.owner,
        topic_id=topic_id,
        status="shipped",
        version="5.2",
        reason="",
        at=FRIDAY,
    )
    deliver_due(at=FRIDAY)
    answer, shipped = queries.replies_to_carry(town.product, at=FRIDAY)
    assert (answer.who, answer.kind, answer.language) == ("小李", "answer", "zh-hans")
    assert "下一版会暗一些" in answer.text
    assert (shipped.kind, "5.2" in shipped.text) == ("shipped", True)
    services.mark_carried(
        actor_id=town.owner, product_id=town.product, reply_id=answer.id, is_carried=True, at=FRIDAY
    )
    assert queries.n_to_carry(town.product) == 1
    # Who asks for it later hears at once that it is there.
    (late,) = bring(town, replace(LI, who="Nils", text="Is there a darker night mode?"))
    place(town, [late.saying_id], "voice", topic_id=topic_id)
    (_, told) = queries.replies_to_carry(town.product, at=FRIDAY)
    assert (told.who, told.kind, told.language) == ("Nils", "shipped", "en")


def test_a_guest_turns_out_to_be_a_member_and_counts_once(town: Town) -> None:
    topic_id = raise_topic(town)
    li = make_member("li")
    forum.add_voice(member_id=li, topic_id=topic_id, at=FRIDAY)
    found = bring(town, LI, replace(LI, text="another trouble"))
    place(town, [found[0].saying_id], "voice", topic_id=topic_id)
    own = place(town, [found[1].saying_id], "topic").topic_id or 0
    assert topics.topic_of(topic_id, at=FRIDAY).n_voices == 3
    guest = Guest.objects.get()
    with pytest.raises(NotAllowed):
        services.link_guest(
            actor_id=li, product_id=town.product, guest_id=guest.pk, handle="li", at=FRIDAY
        )
    services.link_guest(
        actor_id=town.owner, product_id=town.product, guest_id=guest.pk, handle="@li", at=FRIDAY
    )
    deliver_due(at=FRIDAY)
    assert topics.topic_of(topic_id, at=FRIDAY).n_voices == 2
    assert topics.topic_of(own, at=FRIDAY).author_id == li
    assert Wording.objects.get(subject_id=own).member_id == li
    guest.refresh_from_db()
    assert (guest.member_id, guest.how_linked, guest.linked_by_id) == (li, "team", town.owner)


def test_credits_follow_whoever_a_guest_turns_out_to_be(town: Town) -> None:
    li = make_member("li")
    (one,) = bring(town, LI)
    topic_id = place(town, [one.saying_id], "topic").topic_id or 0
    release_id = draft(town, 0)
    change_id = put_change(town, release_id, text="Darker nights", topic_ids=[topic_id])
    releases.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    deliver_due(at=FRIDAY)
    guest = Guest.objects.get()
    assert asked_for(change_id) == [guest.member_id]
    services.link_guest(
        actor_id=town.owner, product_id=town.product, guest_id=guest.pk, handle="li", at=FRIDAY
    )
    deliver_due(at=FRIDAY)
    assert asked_for(change_id) == [li]


def asked_for(change_id: int) -> list[int | None]:
    rows = Credit.objects.filter(change_id=change_id, role="asked").order_by("id")
    return list(rows.values_list("member_id", flat=True))


def test_a_member_shows_who_they_are_elsewhere_by_a_code_that_is_good_once(town: Town) -> None:
    li = make_member("li")
    (before,) = bring(town, LI)
    own = place(town, [before.saying_id], "topic").topic_id or 0
    code = services.claim_code(member_id=li, at=FRIDAY)
    thief = replace(LI, who="Eve", text=code)
    forged = replace(LI, who="Max", text=code[:-1] + ("0" if code[-1] != "0" else "1"))
    late = replace(LI, who="Tom", text=services.claim_code(member_id=li, at=MAY))
    staff = replace(LI, who="Ben", text=services.claim_code(member_id=town.owner, at=FRIDAY))
    mailed = replace(LI, who="Ann", text=code, is_proved=False)
    bring(town, mailed, forged, late, staff, replace(LI, text=f"It is me: {code}"), thief)
    linked = Guest.objects.exclude(how_linked="")
    assert [(one.name, one.member_id, one.how_linked) for one in linked] == [("小李", li, "code")]
    assert topics.topic_of(own, at=FRIDAY).author_id == li
    assert queries.n_by_fate(town.product) == {"topic": 1, "claim": 1, "waiting": 5}


def test_a_forgotten_guest_leaves_no_words(town: Town) -> None:
    joined, alone = raise_topic(town), 0
    found = bring(
        town,
        LI,
        replace(LI, text="只有我这么说"),
        replace(LI, text="补充一句"),
        replace(LI, text="还没看过的"),
        replace(LI, who="Nils", text="stays"),
    )
    ids = [one.saying_id for one in found]
    place(town, [ids[0]], "voice", topic_id=joined)
    alone = place(town, [ids[1]], "topic").topic_id or 0
    place(town, [ids[2]], "remark", topic_id=joined)
    guest = Guest.objects.get(name="小李")
    services.forget_guest(
        actor_id=town.owner, product_id=town.product, guest_id=guest.pk, at=FRIDAY
    )
    deliver_due(at=FRIDAY)
    assert topics.topic_of(joined, at=FRIDAY).n_voices == 1
    assert topics.topic_of(alone, at=FRIDAY).is_hidden
    assert [one.text for one in Saying.objects.all()] == ["stays"]
    assert not Member.objects.filter(name="小李").exists()
    assert not Wording.objects.filter(is_gone=False, text__contains="我").exists()
    assert [one.text for one in Remark.objects.all()] == [""]


# ---------------------------------------------------------------------- tables

ROWS = "编号,时间,昵称,评论\n" + "".join(
    f"{n},2026-05-03 14:0{n % 10},user{n % 7},It is too bright number {n}\n" for n in range(1, 1202)
)


def keep(town: Town, data: bytes) -> int:
    return services.keep_sheet(
        actor_id=town.owner, product_id=town.product, name="reviews.csv", data=data, at=FRIDAY
    )


def take(town: Town, sheet_id: int, data: bytes) -> int:
    return services.take_sheet(
        actor_id=town.owner,
        product_id=town.product,
        sheet_id=sheet_id,
        reading=guessed(data),
        zone="UTC",
        at=FRIDAY,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_table_is_taken_in_parts_and_bad_rows_are_told(town: Town, encoding: str) -> None:
    text = ROWS + "1300,tomorrow perhaps,a,b\n1301,2026-05-03,a,\n" if encoding == "utf-8" else ROWS
    data = text.encode(encoding)
    assert guessed(data).encoding == encoding
    sheet_id = keep(town, data)
    assert Saying.objects.count() == 0
    n_wrong = take(town, sheet_id, data)
    while deliver_due(at=FRIDAY):
        pass
    sheet = queries.sheet_of(sheet_id, product_id=town.product)
    assert (sheet.is_done, sheet.n_new, sheet.n_known, sheet.data) == (True, 1201, 0, b"")
    assert [line for line, *_ in sheet.problems] == ([1203, 1204] if n_wrong else [])
    assert Guest.objects.count() == 7
    with pytest.raises(SayingRefused):
        take(town, sheet_id, data)
    again = keep(town, data)
    take(town, again, data)
    while deliver_due(at=FRIDAY):
        pass
    assert (Sheet.objects.get(pk=again).n_new, Saying.objects.count()) == (0, 1201)


def test_archives_and_endless_lines_are_refused_and_told(town: Town) -> None:
    for bomb in (
        b"PK\x03\x04" + b"\0" * 100,
        b"\x1f\x8b\x08" + b"\0" * 100,
        b"  ",
        b"a" * 9_000_000,
    ):
        with pytest.raises(SayingRefused):
            keep(town, bomb)
    data = ("text,who\n" + "好" * 400_000 + ",a\nfine,b\n" + 'x"y,c\n"never ends,d\n').encode()
    read = list(services.read_rows(data, guessed(data), zone="UTC", at=FRIDAY))
    assert [row.number for row in read if row.problem] == [2]
    assert [row.record.text for row in read if row.record][:2] == ["fine", 'x"y']
