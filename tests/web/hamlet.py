"""A few people around one product, made through services: what the pages' tests start from."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from canyu.journal.services import deliver_due
from canyu.members.services import (
    change_profile,
    make_start_link,
    register_member,
    use_invitation,
)
from canyu.plan.services import put_plan_item
from canyu.products.services import (
    add_area,
    add_product,
    add_team_member,
    choose_ring,
    put_makers_on_area,
)
from canyu.releases.rules import Timetable
from canyu.releases.services import draft_release, publish_release, put_change, set_train
from canyu.reports.rules import ReportCells
from canyu.reports.services import close_report, open_report
from canyu.topics.services import add_voice, raise_topic
from tests.builders import fill_all, make_people
from tests.kept import Kept

PASSWORD = "a long walk home"
AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@dataclass
class Hamlet:
    """Whom and what there is, by id."""

    product_id: int
    owner: int
    lin: int
    deng: int
    ana: int
    bo: int
    cai: int
    area_id: int
    paste: int
    dark: int
    release_id: int = 0
    change_id: int = 0
    other_change_id: int = 0
    plan_doing: int = 0
    plan_declined: int = 0


def settle(at: datetime) -> None:
    """Deliver everything that is owed, and what follows from that."""
    while deliver_due(at=at):
        pass


def person(handle: str, name: str, *, language: str = "") -> int:
    return register_member(
        handle=handle, name=name, password=PASSWORD, language=language, at=AT - timedelta(days=60)
    )


def make_hamlet() -> Hamlet:
    """One product "lumen" with an owner, two makers, three members and two topics."""
    # Tests write on it what they made.
    return replace(_kept.again())


def _make_hamlet() -> Hamlet:
    before = AT - timedelta(days=30)
    owner = person("olga", "Olga Stern")
    use_invitation(token=make_start_link(at=before), member_id=owner, at=before)
    lin, deng = person("lin", "Lin Yue"), person("deng", "Deng Hao")
    ana, bo, cai = person("ana", "Ana Li"), person("bo", "Bo Weber"), person("cai", "Cai Wen")
    product_id = add_product(
        actor_id=owner,
        slug="lumen",
        name={"en": "Lumen", "zh-hans": "流明"},
        about={"en": "Notes."},
        at=before,
    )
    for maker in (lin, deng):
        add_team_member(actor_id=owner, product_id=product_id, member_id=maker, at=before)
    for member, ring in ((ana, "weekly"), (bo, "everyone"), (cai, "everyone")):
        choose_ring(actor_id=member, product_id=product_id, ring_key=ring, at=before)
    area_id = add_area(
        actor_id=owner,
        product_id=product_id,
        slug="editor",
        name={"en": "Editor", "zh-hans": "编辑器"},
        at=before,
    )
    put_makers_on_area(actor_id=owner, area_id=area_id, member_ids=[lin], at=before)
    change_profile(
        actor_id=lin, name="Lin Yue", about="I make the editor. Tell me when it bites.", at=before
    )
    paste = raise_topic(
        member_id=ana,
        product_id=product_id,
        kind="trouble",
        title="Paste a table and it turns to soup",
        words="From a **spreadsheet**: every cell on a line of its own. <script>alert(1)</script>",
        language="en",
        area_id=area_id,
        at=AT - timedelta(days=20),
    )
    dark = raise_topic(
        member_id=bo,
        product_id=product_id,
        kind="idea",
        title="Dark pages at night",
        words="",
        language="en",
        at=AT - timedelta(days=2),
    )
    add_voice(member_id=bo, topic_id=paste, at=AT - timedelta(days=19))
    add_voice(member_id=cai, topic_id=paste, at=AT - timedelta(days=18))
    settle(AT)
    return Hamlet(product_id, owner, lin, deng, ana, bo, cai, area_id, paste, dark)


_kept = Kept(_make_hamlet)


def plan_something(hamlet: Hamlet) -> None:
    """One item that is being made, and one no."""
    hamlet.plan_doing = put_plan_item(
        actor_id=hamlet.lin,
        product_id=hamlet.product_id,
        title={"en": "Dark pages", "zh-hans": "夜间配色"},
        state="doing",
        reason={"en": "Many of you read in bed.", "zh-hans": "很多人在床上看。"},
        due_version="5.2",
        due_on=(AT + timedelta(days=7)).date(),
        topic_ids=[hamlet.dark],
        at=AT,
    )
    hamlet.plan_declined = put_plan_item(
        actor_id=hamlet.deng,
        product_id=hamlet.product_id,
        title={"en": "A note store of our own"},
        state="declined",
        reason={"en": "Your files stay yours, where you put them."},
        at=AT,
    )
    settle(AT)


def ship(hamlet: Hamlet, *, version: str = "5.1", at: datetime = AT, n_plain: int = 1) -> int:
    """Publish a release: Lin's change that came from the topic, and plain ones of Deng."""
    set_train(
        actor_id=hamlet.owner,
        product_id=hamlet.product_id,
        timetable=Timetable(),
        at=at - timedelta(days=1),
    )
    release_id = draft_release(
        actor_id=hamlet.owner, product_id=hamlet.product_id, version=version, at=at
    )
    hamlet.change_id = put_change(
        actor_id=hamlet.owner,
        release_id=release_id,
        kind="better",
        text={"en": "Paste a table and it stays a table", "zh-hans": "粘贴表格，还是表格"},
        maker_ids=[hamlet.lin, hamlet.deng],
        topic_ids=[hamlet.paste],
        area_id=hamlet.area_id,
        at=at,
    )
    for number in range(n_plain):
        hamlet.other_change_id = put_change(
            actor_id=hamlet.owner,
            release_id=release_id,
            kind="new",
            text={"en": f"A bell that rings {number + 1} times"},
            maker_ids=[hamlet.deng],
            at=at,
        )
    publish_release(actor_id=hamlet.owner, release_id=release_id, at=at)
    settle(at)
    hamlet.release_id = release_id
    return release_id


def judge(hamlet: Hamlet, release_id: int, *, n_people: int, opened_at: datetime) -> None:
    """Open the report, let so many people like the first change most, and close it."""
    open_report(release_id=release_id, at=opened_at)
    people = make_people(hamlet.product_id, n_people, prefix=f"p{release_id}-", at=opened_at)
    cells = ReportCells(
        mood="smile", best=hamlet.change_id, worst=hamlet.other_change_id, why_best="Yes!"
    )
    fill_all(release_id, dict.fromkeys(people, cells), at=opened_at)
    close_report(release_id=release_id, at=opened_at + timedelta(days=1))
    settle(opened_at + timedelta(days=1))
