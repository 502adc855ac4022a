"""Tables that must be spread over many machines one day could be, from their first migration on."""

import ast
from collections.abc import Callable
from zlib import crc32

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Now
from django.test.utils import isolate_apps

from canyu.reports.models import Report
from canyu.reports.rules import ReportCells, bucket_of
from tests import builders
from tests.builders import Town, fill, make_people, open_week
from tests.house import schema
from tests.house.reading import PACKAGE, place_of, tree_of
from tests.house.schema import SHARDED, model_problems, place_problem, table_problems

town = builders.town

A_WEEK = "the team writes it, some a week"
A_MEMBER = "grows with members, not with releases"
A_FEW = "only those who did something by themselves, not all who are asked"
LIBRARY = "a library's, by member; it grows with members, not with releases"

# Every other table, and why it may stay on one machine.
WHY_NOT: dict[str, str] = {
    "auth.Permission": "not used",
    "auth.Group": "not used",
    "auth.Group_permissions": "not used",
    "contenttypes.ContentType": "one a table",
    "sessions.Session": LIBRARY,
    "account.EmailAddress": LIBRARY,
    "account.EmailConfirmation": LIBRARY,
    "mfa.Authenticator": LIBRARY,
    "journal.Event": "one a fact; a report publishes none, its release publishes two",
    "journal.Version": "few rows of a name are kept",
    "journal.Delivery": "as many as events, times a few subscribers",
    "members.Member": A_MEMBER,
    "members.Invitation": A_FEW,
    "members.InvitationUse": "at most once a member and invitation",
    "members.Key": A_FEW,
    "products.Product": A_WEEK,
    "products.TeamMember": A_WEEK,
    "products.Area": A_WEEK,
    "products.WorkHours": A_WEEK,
    "products.AreaMaker": A_WEEK,
    "products.Ring": A_WEEK,
    "products.RingMember": A_MEMBER,
    "products.RingInvitation": A_MEMBER,
    "credits.Card": "at most as many as credits; most show none",
    "credits.Guest": "at most one a member",
    "painpoints.Wording": "one a text; the words of a report at most three, and most have none",
    "painpoints.Trace": "one a wording",
    "painpoints.Earlier": "three rows",
    "painpoints.Look": "one a topic that was begun, and only where something was like it",
    "painpoints.Placed": "one a wording",
    "painpoints.Evidence": "one a wording that many say; a few where nights doubt",
    "painpoints.Grouping": A_WEEK,
    "painpoints.Point": A_WEEK,
    "painpoints.Decision": "one a click of the team",
    "painpoints.DigNote": "one a line that the team writes",
    "painpoints.Proposal": "at most fifty a night",
    "painpoints.Asked": "one a voice of what shipped",
    "painpoints.Cap": A_WEEK,
    "products.Exposure": "one a ring, device, version and week, told by the team",
    # Answered, moved and shown singly, so that it has a number of its own; a report has at most
    # three, and most have none. What is unique of it contains its author.
    "remarks.Remark": "words that people wrote, which have ids of their own",
    "remarks.PastText": "one a change of such words",
    "remarks.Flag": A_FEW,
    "remarks.Seen": "one a member of a team",
    "topics.Topic": A_FEW,
    "topics.Voice": A_FEW,
    "topics.Follow": A_FEW,
    "topics.Edition": A_FEW,
    "topics.Deed": A_FEW,
    "plan.PlanItem": A_WEEK,
    "plan.PlanItemTopic": A_WEEK,
    "releases.Train": A_WEEK,
    "releases.Release": A_WEEK,
    "releases.RollOut": A_WEEK,
    "releases.Change": A_WEEK,
    "releases.ChangeMaker": A_WEEK,
    "releases.ChangeTopic": A_WEEK,
    "releases.Mention": "at most twenty a topic",
    "releases.FirstHour": "one a release",
    "releases.Opened": "one a release; a number, added to now and then",
    "reports.Window": "one a release",
    "reports.Count": "grows with what can be said of a release, not with who says it",
    "reports.Tally": "one a release",
    "reports.Repair": "one a release",
    "reports.RepairStep": "a few a release",
    "awards.Award": "one a release",
    "awards.AwardedChange": "one or two a release",
    "credits.Credit": A_FEW,
    "credits.Named": "one a person whom a record of the past names",
    "credits.Mark": "one a tap of the team",
    "credits.Entry": "one an owner wrote by hand",
    "credits.Noted": "one a line of a record of the past",
    "credits.Lead": "at most five wait; one for each that was decided about",
    "credits.LeadNight": A_WEEK,
    "credits.LeftAlone": A_FEW,
    # An invitation to a report goes to all, and takes the place of the one before.
    "channels.FeedKey": A_MEMBER,
    "channels.Browser": "at most ten a member, of those who turned it on",
    "channels.Push": "one a notice and browser, until it is told there",
    "channels.Mailbox": "at most one a member",
    "channels.Dispatch": "at most one a member and day, or one a notice wanted at once",
    "channels.Webhook": "at most twenty a product",
    "channels.Sending": "the newest of a webhook, and what waits",
    "channels.Notice": "one invitation a member and product at a time; the others to few",
    "channels.Origin": A_FEW,
    "channels.Guest": "one a person of another place whose words the team brought",
    "channels.Sheet": A_WEEK,
    "channels.Saying": "words that the team brought, which have ids of their own",
    "channels.Reply": "one a guest and answer",
    "demo.Town": "one",
}
# Tables that no model reads.
NO_MODELS = {
    "django_migrations": "one a migration",
    "web_limits": "of the sign-in limits; what is old is cleared away",
}
# What may grow by a report besides the reports themselves.
GROW_BY_A_REPORT = {"reports.Count", "remarks.Remark"}


def every_table() -> dict[str, str]:
    return {
        one._meta.label: one._meta.db_table for one in apps.get_models(include_auto_created=True)
    }


def test_every_table_is_spread_or_has_its_reason() -> None:
    assert set(every_table()) - {*SHARDED, *WHY_NOT} == set()
    assert {*SHARDED, *WHY_NOT} - set(every_table()) == set()
    assert set(SHARDED) & set(WHY_NOT) == set()


def test_the_store_has_no_other_table(db: None) -> None:
    there = set(connection.introspection.table_names())
    assert there == {*every_table().values(), *NO_MODELS}


@pytest.mark.parametrize("label", SHARDED)
def test_its_model_obeys(label: str) -> None:
    assert model_problems(apps.get_model(label)) == []


@pytest.mark.parametrize("label", SHARDED)
def test_its_table_obeys(db: None, label: str) -> None:
    assert table_problems(apps.get_model(label)._meta.db_table) == []


def test_no_upsert_reads_a_clock() -> None:
    found = [
        f"{place_of(path)}: {problem}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for problem in schema.upsert_problems(tree_of(path))
    ]
    assert found == []


def test_a_report_grows_tables_that_are_spread_and_two_that_are_told(town: Town) -> None:
    people = make_people(town.product, 12)
    week = open_week(town, 3)

    def sizes() -> dict[str, int]:
        return {
            label: apps.get_model(label)._default_manager.count()
            for label in every_table()
            if "_" not in label
        }

    before = sizes()
    for one in people:
        fill(
            week,
            one,
            lambda shown: ReportCells(
                mood="smile", best=shown[0], worst=shown[1], why_best="Yes!", wanted="A bell"
            ),
        )
    grown = {label for label, n in sizes().items() if n != before[label]}
    assert grown == {*SHARDED, *GROW_BY_A_REPORT}


def misplaced() -> list[tuple[int, int]]:
    """Reports that lie in another bucket than their member's, which no machine would find."""
    rows = Report.objects.values_list("bucket", "member_id")
    return [(bucket, member) for bucket, member in rows if bucket != crc32(b"%d" % member) % 64]


def test_every_report_lies_in_the_bucket_of_its_member(town: Town) -> None:
    people = make_people(town.product, 12)
    week = open_week(town, 3)
    for one in people:
        fill(week, one, ReportCells(mood="smile"))
    assert misplaced() == []
    assert {bucket_of(member) for member in range(1, 2_000)} == set(range(64))
    Report.objects.filter(member_id=people[0]).update(bucket=(bucket_of(people[0]) + 1) % 64)
    assert [member for _, member in misplaced()] == people[:1]


def test_the_bucket_of_a_member_never_changes() -> None:
    assert [bucket_of(member) for member in (1, 2, 3, 1_000_000)] == [55, 13, 27, 29]


# ---------------------------------------------------------------------- the rules can fail


def no_bucket() -> type[models.Model]:
    class Broken(models.Model):
        pk = models.CompositePrimaryKey("release_id", "member_id")
        release_id = models.BigIntegerField()
        member_id = models.BigIntegerField()

        class Meta:
            app_label = "reports"

    return Broken


def bucket_last() -> type[models.Model]:
    class Broken(models.Model):
        pk = models.CompositePrimaryKey("member_id", "bucket")
        bucket = models.IntegerField()
        member_id = models.BigIntegerField()

        class Meta:
            app_label = "reports"

    return Broken


def no_member() -> type[models.Model]:
    class Broken(models.Model):
        pk = models.CompositePrimaryKey("bucket", "release_id")
        bucket = models.IntegerField()
        release_id = models.BigIntegerField()

        class Meta:
            app_label = "reports"

    return Broken


def own_number() -> type[models.Model]:
    class Broken(models.Model):
        id = models.BigAutoField(primary_key=True)
        bucket = models.IntegerField()
        member_id = models.BigIntegerField()

        class Meta:
            app_label = "reports"

    return Broken


class Placed(models.Model):
    """What each of the following breaks in one thing."""

    pk = models.CompositePrimaryKey("bucket", "release_id", "member_id")
    bucket = models.IntegerField()
    release_id = models.BigIntegerField()
    member_id = models.BigIntegerField()

    class Meta:
        abstract = True
        app_label = "reports"


def unique_field() -> type[models.Model]:
    class Broken(Placed):
        edited = models.BigIntegerField(unique=True)

    return Broken


def unique_key() -> type[models.Model]:
    class Broken(Placed):
        class Meta(Placed.Meta):
            abstract = False
            constraints = (models.UniqueConstraint(fields=["release_id", "member_id"], name="one"),)

    return Broken


def together() -> type[models.Model]:
    class Broken(Placed):
        class Meta(Placed.Meta):
            abstract = False
            unique_together = (("release_id", "member_id"),)

    return Broken


def reference() -> type[models.Model]:
    class Broken(Placed):
        best = models.ForeignKey("releases.Change", models.CASCADE, related_name="+")

    return Broken


def clock() -> type[models.Model]:
    class Broken(Placed):
        at = models.DateTimeField(db_default=Now())

    return Broken


def pointed_at() -> type[models.Model]:
    class Broken(Placed):
        pass

    class Pointing(models.Model):
        bucket = models.IntegerField()
        release_id = models.BigIntegerField()
        member_id = models.BigIntegerField()
        report = models.ForeignObject(
            Broken,
            models.CASCADE,
            from_fields=["bucket", "release_id", "member_id"],
            to_fields=["bucket", "release_id", "member_id"],
        )

        class Meta:
            app_label = "reports"

    return Broken


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (no_bucket, "does not begin with the bucket"),
        (bucket_last, "does not begin with the bucket"),
        (no_member, "has no member"),
        (own_number, "id is numbered by one machine"),
        (unique_field, "edited is unique without a bucket"),
        (unique_key, "('release_id', 'member_id') has no bucket"),
        (together, "('release_id', 'member_id') has no bucket"),
        (reference, "best is a reference"),
        (clock, "at is filled in by each machine"),
        (pointed_at, "points at its rows"),
    ],
)
@isolate_apps("canyu.reports", "canyu.releases")
def test_a_broken_model_is_seen(broken: Callable[[], type[models.Model]], said: str) -> None:
    problems = model_problems(broken())
    assert any(said in one for one in problems), problems


@isolate_apps("canyu.reports")
def test_a_model_that_obeys_is_let_be() -> None:
    class Good(Placed):
        class Meta(Placed.Meta):
            abstract = False
            constraints = (
                models.UniqueConstraint(fields=["bucket", "member_id", "release_id"], name="one"),
            )

    assert model_problems(Good) == []


COLUMNS = "bucket smallint NOT NULL, release_id bigint NOT NULL, member_id bigint NOT NULL"
KEY = "PRIMARY KEY (bucket, release_id, member_id)"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (COLUMNS, "the primary key [] does not begin with the bucket"),
        (f"{COLUMNS}, PRIMARY KEY (release_id, member_id)", "does not begin with the bucket"),
        (f"{COLUMNS}, PRIMARY KEY (member_id, bucket)", "does not begin with the bucket"),
        (f"{COLUMNS}, PRIMARY KEY (bucket, release_id)", "has no member"),
        (f"{COLUMNS}, {KEY}, UNIQUE (release_id, member_id)", "has no bucket"),
        (f"{COLUMNS}, edited bigint UNIQUE, {KEY}", "has no bucket"),
        (f"{COLUMNS}, best_id bigint REFERENCES releases_change (id), {KEY}", "is a reference"),
    ],
)
def test_a_broken_table_is_seen(db: None, columns: str, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE broken ({columns})")
    problems = table_problems("broken")
    assert any(said in one for one in problems), problems


def test_a_table_that_obeys_is_let_be(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE obeying (mood varchar(8), {COLUMNS}, {KEY})")
        cursor.execute("CREATE UNIQUE INDEX one ON obeying (bucket, mood)")
    assert table_problems("obeying") == []


def test_a_number_of_the_machine_is_seen(db: None) -> None:
    number = (
        "n integer PRIMARY KEY"
        if connection.vendor == "sqlite"
        else f"n bigint GENERATED ALWAYS AS IDENTITY, m bigserial, {KEY}"
    )
    columns = f"{COLUMNS}, {number}" if connection.vendor != "sqlite" else f"{number}, {COLUMNS}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE broken ({columns})")
    assert "n is numbered by one machine" in table_problems("broken")
    assert connection.vendor == "sqlite" or "m is numbered by one machine" in table_problems(
        "broken"
    )


def test_a_table_that_points_at_it_is_seen(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE broken ({COLUMNS}, {KEY})")
        cursor.execute(
            f"CREATE TABLE pointing ({COLUMNS}, FOREIGN KEY (bucket, release_id, member_id) "
            "REFERENCES broken (bucket, release_id, member_id))"
        )
    assert set(table_problems("broken")) == {"pointing points at its rows"}


@pytest.mark.parametrize(
    "line",
    [
        'run("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET at = now()")',
        'run(f"INSERT INTO {t} (at) VALUES (CURRENT_TIMESTAMP) on conflict (a) DO NOTHING")',
        'run("INSERT INTO t VALUES (%s)" + "ON CONFLICT (a) DO UPDATE SET at = clock_timestamp()")',
        "Report.objects.bulk_create([Report(at=Now())], update_conflicts=True)",
    ],
)
def test_a_clock_in_an_upsert_is_seen(line: str) -> None:
    code = f"from django.db.models.functions import Now\n{line}" if "Now" in line else line
    assert schema.upsert_problems(ast.parse(code))


@pytest.mark.parametrize(
    "line",
    [
        'run("UPDATE t SET at = now()")',
        'run("INSERT INTO t VALUES (%s) ON CONFLICT (a) DO UPDATE SET at = excluded.at")',
        "at = now()",
    ],
)
def test_other_clocks_are_let_be(line: str) -> None:
    assert schema.upsert_problems(ast.parse(line)) == []


@pytest.mark.parametrize(
    ("ask", "is_placed"),
    [
        (Report.objects.all, False),
        (lambda: Report.objects.filter(member_id=1), False),
        (lambda: Report.objects.filter(bucket=1), False),
        (lambda: Report.objects.filter(is_team=True), False),
        (lambda: Report.objects.filter(filled_at__isnull=False).order_by("release_id"), False),
        (lambda: Report.objects.filter(release_id=1), True),
        (lambda: Report.objects.filter(release_id__in=[1, 2]), True),
        (lambda: Report.objects.filter(bucket=1, member_id__in=[1, 2]), True),
        (lambda: Report.objects.filter(pk=(1, 2, 3)), True),
    ],
)
def test_a_question_that_names_no_place_is_seen(
    ask: Callable[[], "models.QuerySet[Report]"], *, is_placed: bool
) -> None:
    problem = place_problem(str(ask().query), "reports_report")
    assert (problem is None) == is_placed, problem


@pytest.mark.parametrize(
    ("statement", "is_placed"),
    [
        ('SELECT r."mood" FROM "reports_report" AS r', False),
        ('SELECT r."mood" FROM "reports_report" AS r WHERE r."member_id" = ANY(%s)', False),
        (
            'SELECT 1 FROM "reports_report" AS r JOIN asked USING ("bucket", "member_id")',
            True,
        ),
        ('SELECT 1 FROM "reports_report" AS r JOIN asked USING ("member_id")', False),
        (
            'SELECT 1 FROM asked JOIN "reports_report" AS r ON r."release_id" = asked.a',
            True,
        ),
        ('UPDATE "reports_report" SET "release_id" = %s WHERE "reports_report"."mood" = %s', False),
        ('DELETE FROM "reports_report" WHERE ("reports_report"."release_id") IN (%s)', True),
        ('SELECT 1 FROM "reports_window"', True),
    ],
)
def test_statements_of_our_own_are_judged_alike(statement: str, *, is_placed: bool) -> None:
    assert (place_problem(statement, "reports_report") is None) == is_placed


def test_who_may_ask_for_all_is_still_there() -> None:
    assert [one for one in schema.MAY_ASK_ALL if not (PACKAGE / one).exists()] == []


def in_the_product(line: str) -> None:
    """Run a line as if it stood in a module of ours."""
    code = compile(line, str(PACKAGE / "reports" / "made_up.py"), "exec")
    exec(code, {"Report": Report})  # noqa: S102 - a line of this file


@pytest.mark.parametrize(
    "line",
    [
        "Report.objects.count()",
        "Report.objects.filter(member_id=7).update(mood='')",
        "Report.objects.filter(member_id=7).delete()",
        "list(Report.objects.filter(ring_key='weekly').values('release_id'))",
    ],
)
def test_the_product_is_watched_in_every_test(db: None, line: str) -> None:
    with pytest.raises(AssertionError, match=r"canyu/reports/made_up\.py asks reports_report with"):
        in_the_product(line)


def test_the_product_may_ask_by_release_and_tests_what_they_like(db: None) -> None:
    in_the_product("Report.objects.filter(release_id=7).update(mood='')")
    assert Report.objects.count() == 0
