"""`canyu check --recount` proves the counts, and mends them only when told."""

from pathlib import Path

import pytest

from canyu.config.command import main
from tests.config.shell import canyu, done, run_program
from tests.places import ask, copy_home

HAND_IN = """
import json, django
django.setup()
from datetime import timedelta
from canyu.journal.clock import now
from canyu.products.queries import product_ids_by_slug
from canyu.releases.queries import release_of
from canyu.reports.queries import window_of
from canyu.reports.rules import ReportCells
from canyu.reports.services import take_reports
from canyu.reports.submissions import Submission
from canyu.reports.tokens import ReportToken
release_id = release_of(product_ids_by_slug()["lumen"], "1.1.0").id
shown = window_of(release_id).change_ids
told = [
    ReportToken(release_id, 100 + n, "everyone", 0, tuple(shown), now() + timedelta(hours=1))
    for n in range(5)
]
take_reports([Submission(one, ReportCells("smile", shown[0], shown[1]), now()) for one in told])
"""


@pytest.fixture(scope="module")
def counted_home(opened_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("counted") / "home"
    copy_home(opened_home, home)
    run_program(home, HAND_IN)
    return home


@pytest.fixture
def counted(counted_home: Path, tmp_path: Path) -> Path:
    """A home with five reports."""
    home = tmp_path / "home"
    copy_home(counted_home, home)
    return home


def test_counts_that_are_those_of_the_rows_are_in_order(counted: Path) -> None:
    said = done(canyu(counted, "check", "--recount"))
    assert said.splitlines()[-1] == "ok   lumen 1.1.0: 5 reports, and the counts are theirs"


def test_what_differs_is_shown_and_mended_only_when_told(counted: Path) -> None:
    before = ask(counted, "SELECT kind, key, n FROM reports_count ORDER BY kind, key")
    ask(counted, "UPDATE reports_count SET n = n + 2 WHERE kind = 'moods'")
    for _ in range(2):
        looked = canyu(counted, "check", "--recount")
        assert looked.returncode == 1
        last = looked.stdout.splitlines()[-1]
        assert last.startswith(
            "FAIL lumen 1.1.0: 5 reports, counts that differ: 1, mend them with "
        )
        assert "moods everyone|0|smile says 7, rows say 5" in last
    mended = done(canyu(counted, "check", "--recount", "--repair")).splitlines()[-1]
    assert mended.startswith("ok   lumen 1.1.0: 5 reports, counts that differ: 1, mended (moods")
    assert ask(counted, "SELECT kind, key, n FROM reports_count ORDER BY kind, key") == before
    done(canyu(counted, "check", "--recount"))


def test_only_the_first_differences_are_shown(counted: Path) -> None:
    ask(counted, "DELETE FROM reports_count")
    said = canyu(counted, "check", "--recount").stdout.splitlines()[-1]
    assert said.count("rows say") == 3
    assert "; and " in said


def test_without_reports_there_is_nothing_to_prove(home: Path) -> None:
    said = done(canyu(home, "check", "--recount"))
    assert said.splitlines()[-1] == "ok   no reports yet, and nothing is counted"


def test_repair_alone_is_asked_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["check", "--repair"])
    assert end.value.code == 2
    assert "--recount" in capsys.readouterr().err
