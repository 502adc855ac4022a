"""Credits of the past: read whole, twice without effect, and kept when the ledger is made anew."""

import csv
import gzip
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from canyu.channels.imports.credits import CreditLine, parse, read_credits
from canyu.channels.imports.findings import Problem
from canyu.channels.services import import_credits
from canyu.credits import queries, services
from canyu.credits.models import Credit
from canyu.members.models import Member
from canyu.releases import queries as releases
from canyu.releases.models import Change
from tests.builders import FRIDAY, Town, publish
from tests.house.reading import ROOT

SHARED = Path(os.environ.get("CANYU_SHARED") or ROOT.parent / "shared")
DATA = SHARED / "data" / "curl_credits" / "credits.csv.gz"
HEAD = "commit,committed,release,release_date,area,subject,developer,role,credited_person"
LINES = (
    "c1,2020-01-02,7.1,2020-02-03,tls,tls: fix it,Dev A,report,<b>Ana</b>",
    "c1,2020-01-02,7.1,2020-02-03,tls,tls: fix it,Dev A,report,<b>Ana</b>",
    'c1,2020-01-02,7.1,2020-02-03,tls,tls: fix it,Dev A,review,"Olga, [x](javascript:1)"',
    "c2,2020-03-01,,,smtp,smtp: later,Dev A,patch,olga",
)


def table(folder: Path, *lines: str) -> Path:
    path = folder / "credits.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return path


def read(town: Town, path: Path) -> tuple[int, int, int, int]:
    said = import_credits(product_id=town.product, path=path, at=FRIDAY)
    return said.n_new, said.n_changed, said.n_same, len(said.problems)


def mend(town: Town) -> int:
    at = FRIDAY + timedelta(days=1)
    found = services.recompute_credits(product_id=town.product, at=at, is_mending=True)
    return sum(one.n for one in found)


def test_a_table_is_read_once_and_people_in_it_are_no_members(town: Town, tmp_path: Path) -> None:
    members = Member.objects.count()
    path = table(tmp_path, *LINES)

    # One line stands twice and is one fact; makers are facts too.
    assert read(town, path) == (5, 0, 0, 0)
    assert read(town, path) == (0, 0, 5, 0)
    assert Member.objects.count() == members
    count = queries.noted_count(town.product)
    assert count.by_word == {"report": 2, "made": 2, "review": 1, "patch": 1}
    assert count.n_waiting == 2
    change = Change.objects.get(key="c1")
    thanks = queries.thanks_for([change.pk])[change.pk]
    assert [(one.role, one.people[0].name, one.n_people) for one in thanks.roles] == [
        ("asked", "<b>Ana</b>", 1),
        ("reviewed", "Olga, [x](javascript:1)", 1),
        ("made", "Dev A", 1),
    ]
    rows = sorted(Credit.objects.values_list("named_id", "role"))
    assert mend(town) == 0
    Credit.objects.all().delete()
    assert mend(town) == 3
    assert sorted(Credit.objects.values_list("named_id", "role")) == rows


def test_what_waited_counts_once_it_shipped(town: Town, tmp_path: Path) -> None:
    read(town, table(tmp_path, *LINES))
    later = LINES[3].replace(",,,", ",7.2,2020-04-01,")

    assert read(town, table(tmp_path, *LINES[:3], later)) == (0, 2, 3, 0)
    assert queries.noted_count(town.product).n_waiting == 0
    assert Credit.objects.filter(change__key="c2").count() == 2


def test_a_version_of_ones_own_is_left_alone(town: Town, tmp_path: Path) -> None:
    publish(town, 1, version="7.1")
    said = import_credits(product_id=town.product, path=table(tmp_path, *LINES), at=FRIDAY)

    assert [one.message for one in said.skipped] == [
        "7.1 was written here: nobody was credited for it."
    ]
    assert not Change.objects.filter(key="c1").exists()
    assert not Credit.objects.filter(named__isnull=False).exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("c1,2020-01-02,7.1,2020-02-03,tls,x,Dev A,king,Ana", "'king' is none of report"),
        ("c1,2020-01-02,7.1,2020-02-03,tls,x,Dev A,report,\u202e", "no person"),
        ("c1,yesterday,7.1,2020-02-03,tls,x,Dev A,report,Ana", "2026-11-20"),
        ("c1,2020-01-02,7/1,2020-02-03,tls,x,Dev A,report,Ana", "cannot be a release"),
        ("../c1,2020-01-02,7.1,2020-02-03,tls,x,Dev A,report,Ana", "key of a change"),
        ("c1,2020-01-02,7.1,2020-02-03,tls,,Dev A,report,Ana", "no text"),
        ('c1,2020-01-02,"7.1,2020-02-03,tls,x,Dev A,report,Ana', "too few cells"),
    ],
)
def test_a_line_that_cannot_be_taken_is_told_with_its_number(line: str, said: str) -> None:
    first, second = parse([HEAD, line, LINES[0]], source="x.csv")

    assert isinstance(first, Problem)
    assert str(first).startswith("x.csv:2: ")
    assert said in first.message
    assert isinstance(second, CreditLine)


def test_a_table_without_its_columns_or_lines_is_no_table(tmp_path: Path) -> None:
    (missing,) = parse(["a,b,c", "1,2,3"], source="x.csv")
    (empty,) = parse([], source="x.csv")
    (nowhere,) = read_credits(tmp_path / "nowhere.csv")

    assert "Columns are missing: change, day" in str(missing)
    assert "no line" in str(empty)
    assert "cannot be opened" in str(nowhere)


# The others show that both stores take what is read; this one, that all is read.
@pytest.mark.sqlite
@pytest.mark.skipif(
    not DATA.exists(),
    reason=f"There is no {DATA}; set CANYU_SHARED to the folder that holds data/.",
)
def test_real_credits_are_counted_as_their_source_counts_them(town: Town) -> None:
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    words = {row["role"] for row in rows}

    assert read(town, DATA)[3] == 0
    noted = queries.noted_count(town.product).by_word
    assert {word: noted[word] for word in words} == Counter(row["role"] for row in rows)
    assert sum(noted[word] for word in words) == len(rows) == 3924
    assert queries.n_noted_by_person(town.product, words) == Counter(
        row["credited_person"] for row in rows
    )
    first = releases.published_ids(town.product)[0]
    one = services.recompute_release(release_id=first, at=FRIDAY, is_mending=False)
    assert one.n == 0
    most = queries.most_credited(town.product, is_named=True)
    assert most is not None
    assert most[1] == 2436
