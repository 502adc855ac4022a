"""People, products, releases and reports for tests, made by the same services that pages use."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from canyu.journal.services import deliver_due
from canyu.members import services as members
from canyu.members.models import Member
from canyu.products import services as products
from canyu.products.models import Ring, RingMember
from canyu.releases import services as releases
from canyu.releases.rules import Timetable
from canyu.reports import queries as report_queries
from canyu.reports import services as reports
from canyu.reports.models import Report, Window
from canyu.reports.rules import ReportCells, bucket_of, screen_for
from canyu.reports.submissions import Submission
from canyu.reports.tokens import ReportToken, signing_key
from tests.kept import Kept, Rows, all_rows, digest, write
from tests.places import IS_POSTGRES

FRIDAY = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
FEW = 2
Cells = ReportCells | Callable[[Sequence[int]], ReportCells]


@dataclass(frozen=True)
class Town:
    """A product with its owner and two makers."""

    product: int
    owner: int
    maker: int
    other_maker: int

    @property
    def team(self) -> tuple[int, ...]:
        return (self.owner, self.maker, self.other_maker)


def make_member(handle: str, *, at: datetime = FRIDAY) -> int:
    return members.register_member(handle=handle, password=None, at=at)


def make_operator(handle: str = "olga", *, at: datetime = FRIDAY) -> int:
    member_id = make_member(handle, at=at)
    members.use_invitation(token=members.make_start_link(at=at), member_id=member_id, at=at)
    return member_id


def make_town(*, at: datetime = FRIDAY) -> Town:
    return _usual.town() if at == FRIDAY else _make_town(at)


def _make_town(at: datetime) -> Town:
    owner = make_operator(at=at)
    product = make_product(owner, "lumen", at=at)
    makers = [make_member(handle, at=at) for handle in ("mika", "nils")]
    products.add_makers(actor_id=owner, product_id=product, member_ids=makers, at=at)
    return Town(product, owner, *makers)


class _Usual:
    """The usual town, and what is done with it: once for each state of all that is written."""

    def __init__(self) -> None:
        # Half of all tests begin with it.
        self._town = Kept(lambda: _make_town(FRIDAY))
        # By what was done and to what: the answer, and the tables that it changed.
        self._then: dict[Hashable, tuple[int, Rows]] = {}

    def town(self) -> Town:
        """The town, in the transaction of this test."""
        return self._town.again()

    def then(self, town: Town, what: Hashable, do: Callable[[], int]) -> int:
        """Do this to the usual town."""
        if town is not self._town.made or not connections["default"].in_atomic_block:
            return do()
        if IS_POSTGRES and self._has_others():
            return do()
        before = all_rows()
        known = (what, digest(before))
        if known in self._then:
            answer, changed = self._then[known]
            write(changed, is_over=True)
            return answer
        answer = do()
        after = all_rows()
        emptied = {table: (columns, []) for table, (columns, _) in before.items()}
        now = {**emptied, **after}
        changed = {table: told for table, told in now.items() if told != before.get(table)}
        # Whoever signed in before would be signed out by another's password.
        if "members_member" not in changed:
            self._then[known] = (answer, changed)
        return answer

    def _has_others(self) -> bool:
        """Whether people were added: there their numbers go on, and never come again."""
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM members_member")
            return bool(cursor.fetchone()[0] > len(self._town.rows["members_member"][1]))


_usual = _Usual()


def make_product(owner: int, slug: str, *, at: datetime = FRIDAY) -> int:
    return products.add_product(
        actor_id=owner, slug=slug, name={"en": slug.title(), "zh-hans": "流明"}, at=at
    )


def make_people(
    product: int, n: int, *, ring: str = "everyone", prefix: str = "", at: datetime = FRIDAY
) -> list[int]:
    """Members of one ring.

    A crowd is written as rows: each of them would do what the first two have done.
    """
    handles = [f"{prefix or ring}{number}" for number in range(n)]
    ids = [make_member(handle, at=at) for handle in handles[:FEW]]
    for member_id in ids:
        products.choose_ring(actor_id=member_id, product_id=product, ring_key=ring, at=at)
    if n <= FEW:
        return ids
    stay = Ring.objects.get(product_id=product, key=ring)
    crowd = Member.objects.bulk_create(
        Member(handle=handle, name=handle, password="!", joined_at=at) for handle in handles[FEW:]
    )
    RingMember.objects.bulk_create(
        RingMember(product_id=product, member=one, ring=stay, joined_at=at) for one in crowd
    )
    return [*ids, *(one.pk for one in crowd)]


def draft(
    town: Town,
    n_changes: int,
    *,
    version: str = "5.2",
    is_hotfix: bool = False,
    at: datetime = FRIDAY,
) -> int:
    release_id = releases.draft_release(
        actor_id=town.owner, product_id=town.product, version=version, at=at, is_hotfix=is_hotfix
    )
    for number in range(1, n_changes + 1):
        put_change(town, release_id, text=f"Change {number} of {version}", at=at)
    return release_id


def put_change(
    town: Town, release_id: int, *, text: str = "A change", at: datetime = FRIDAY, **more: Any
) -> int:
    return releases.put_change(
        **{
            "actor_id": town.owner,
            "release_id": release_id,
            "kind": "new",
            "text": {"en": text},
            "maker_ids": [town.maker],
            "at": at,
            **more,
        }
    )


def publish(
    town: Town,
    n_changes: int = 8,
    *,
    version: str = "5.2",
    is_hotfix: bool = False,
    at: datetime = FRIDAY,
    **more: Any,
) -> int:
    """A release that went out, heard of by everybody."""

    def do() -> int:
        release_id = draft(town, n_changes, version=version, is_hotfix=is_hotfix, at=at)
        releases.publish_release(actor_id=town.owner, release_id=release_id, at=at, **more)
        deliver_due(at=at)
        return release_id

    if more:
        return do()
    return _usual.then(town, ("publish", n_changes, version, is_hotfix, at), do)


def open_week(town: Town, n_changes: int = 8, **more: Any) -> int:
    """A release whose report is open since Tuesday at ten."""

    def do() -> int:
        release_id = publish(town, n_changes, **more)
        reports.open_due_reports(at=TUESDAY)
        return release_id

    return do() if more else _usual.then(town, ("open", n_changes), do)


def set_train(town: Town, timetable: Timetable | None = None, *, at: datetime = FRIDAY) -> None:
    releases.set_train(
        actor_id=town.owner, product_id=town.product, timetable=timetable or Timetable(), at=at
    )


def fill(
    release_id: int,
    member_id: int,
    cells: Cells,
    *,
    at: datetime = TUESDAY,
) -> int:
    """One member's report, as the page would send it."""
    page = report_queries.report_page_for(release_id, member_id, at=at)
    return reports.submit_report(
        token=page.token,
        cells=cells(page.shown) if callable(cells) else cells,
        at=at,
        member_id=member_id,
        base_revision=page.revision,
    )


def fill_all(
    release_id: int,
    cells: Mapping[int, Cells],
    *,
    ring: str = "everyone",
    at: datetime = TUESDAY,
) -> None:
    """The first reports of many of one ring, by member, as the door hands them in."""
    window = Window.objects.get(pk=release_id)
    submissions = []
    for member_id, said in cells.items():
        screen = screen_for(
            window.change_ids, key=signing_key(), release_id=release_id, member_id=member_id
        )
        told = ReportToken(release_id, member_id, ring, screen.number, screen.shown, at + WEEK)
        own = said(screen.shown) if callable(said) else said
        submissions.append(Submission(told, own, at=at))
    assert reports.take_reports(submissions) == [1] * len(submissions)


def likes(best: int, worst: int) -> Callable[[Sequence[int]], ReportCells]:
    """Best and worst as far as they were shown."""

    def cells(shown: Sequence[int]) -> ReportCells:
        return ReportCells(
            mood="smile",
            best=best if best in shown else None,
            worst=worst if worst in shown else None,
        )

    return cells


def fill_alike(
    release_id: int, best: int | None, worst: int | None, *, n: int = 40, first_member: int = 10_000
) -> None:
    """Many who saw the same and said the same.

    Written as rows, which no service does: these people have no names, and making them is slow.
    """
    changes = list(Window.objects.get(pk=release_id).change_ids)
    Report.objects.bulk_create(
        Report(
            bucket=bucket_of(member_id),
            release_id=release_id,
            member_id=member_id,
            revision=1,
            ring_key="everyone",
            is_team=False,
            screen=0,
            shown=changes,
            best_id=best,
            worst_id=worst,
            filled_at=TUESDAY,
            changed_at=TUESDAY,
        )
        for member_id in range(first_member, first_member + n)
    )


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Call all at the same moment, each in a thread and connection of its own.

    What a call raised stands in its place. Only with the fixture `on_disk`: SQLite's usual store
    of tests is in memory, and no two connections write to that.
    """
    gate = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        gate.wait(timeout=10)
        try:
            return call()
        except Exception as problem:  # noqa: BLE001 - the test asks what was raised
            return problem
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def move_store(path: Path) -> Callable[[], None]:
    """Copy the store in memory to a file and go on there; return what brings it back.

    A PostgreSQL is in use by many as it is, and stays.
    """
    if IS_POSTGRES:
        return lambda: None
    in_memory = connections["default"]
    with in_memory.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    name = in_memory.settings_dict["NAME"]
    in_memory.settings_dict["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")

    def back() -> None:
        connections["default"].close()
        in_memory.settings_dict["NAME"] = name
        connections["default"] = in_memory

    return back


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The store as it is in use, where several connections may write: SQLite's in a file."""
    back = move_store(tmp_path / "canyu.sqlite3")
    yield
    back()
