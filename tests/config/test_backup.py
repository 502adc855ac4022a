"""`canyu backup` in the middle of a rush, and `canyu restore` into an empty place."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.config.shell import canyu, done, environment, refused
from tests.places import IS_POSTGRES, ask, copy_home
from tests.postgres import find_programs

# Hands in group after group, and says after each how many are acknowledged.
RUSH = """
import django
django.setup()
from datetime import timedelta
from itertools import count
from canyu.journal.clock import now
from canyu.products.queries import product_ids_by_slug
from canyu.releases.queries import release_of
from canyu.reports.queries import window_of
from canyu.reports.rules import ReportCells
from canyu.reports.services import take_reports
from canyu.reports.submissions import Submission
from canyu.reports.tokens import ReportToken
release_id = release_of(product_ids_by_slug()["lumen"], "1.1.0").id
shown = tuple(window_of(release_id).change_ids)
until = now() + timedelta(hours=1)
for group in count():
    first = 1_000 + group * 100
    told = [ReportToken(release_id, first + n, "everyone", 0, shown, until) for n in range(100)]
    cells = ReportCells("smile", shown[0], shown[1])
    outcomes = take_reports([Submission(one, cells, now()) for one in told])
    assert outcomes == [1] * 100
    print(first + 100 - 1_000, flush=True)
"""
MEMBERS = "SELECT member_id FROM reports_report"
PICTURE = b"not looked at, only carried"


@pytest.fixture
def busy(opened_home: Path, tmp_path: Path) -> Path:
    """A home with an open report and a picture."""
    home = tmp_path / "home"
    copy_home(opened_home, home)
    place = home / "pictures" / "ab" / "abcd.webp"
    place.parent.mkdir(parents=True)
    place.write_bytes(PICTURE)
    return home


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    # Those that belong to the server of the tests, wherever it comes from.
    if IS_POSTGRES:
        monkeypatch.setenv("PATH", f"{find_programs()}{os.pathsep}{os.environ['PATH']}")


@contextmanager
def rushing(home: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", RUSH],
        env=environment(home, DJANGO_SETTINGS_MODULE="canyu.config.settings"),
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        try:
            yield writer
        finally:
            writer.send_signal(signal.SIGKILL)


def test_a_backup_in_a_rush_holds_all_that_was_acknowledged(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "rush.tar"
    with rushing(busy) as writer:
        assert writer.stdout is not None
        n_before = [int(writer.stdout.readline()) for _ in range(5)][-1]
        said = done(canyu(busy, "backup", file))
        # It goes on all the while: nobody waits for a backup.
        n_after = int(writer.stdout.readline())
    assert "1 pictures" in said
    assert "whoever has this file can sign in as anybody" in said
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []

    place = tmp_path / "empty"
    done(canyu(place, "restore", file))
    restored = {member for (member,) in ask(place, MEMBERS)}
    assert set(range(1_000, 1_000 + n_before)) <= restored
    assert n_after > n_before
    # A group is in it or not, never a part of one.
    assert len(restored) % 100 == 0
    checked = done(canyu(place, "check", "--recount"))
    assert f"{len(restored)} reports, and the counts are theirs" in checked
    assert (place / "secret.key").read_text() == (busy / "secret.key").read_text()
    assert (place / "secret.key").stat().st_mode & 0o077 == 0
    assert (place / "pictures" / "ab" / "abcd.webp").read_bytes() == PICTURE
    assert {one.name for one in place.iterdir()} <= {"canyu.sqlite3", "secret.key", "pictures"}


def test_a_small_one_is_restored_too(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.tar.gz"
    done(canyu(busy, "backup", file))
    assert file.read_bytes()[:2] == b"\x1f\x8b"
    done(canyu(tmp_path / "empty", "restore", file))
    done(canyu(tmp_path / "empty", "check"))


def test_a_backup_takes_no_place_of_another(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "there.tar"
    file.write_text("mine")
    assert "is there already" in refused(canyu(busy, "backup", file))
    assert file.read_text() == "mine"
    assert "no folder" in refused(canyu(busy, "backup", tmp_path / "nowhere" / "a.tar"))


def test_where_nothing_is_nothing_is_backed_up(tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    sentence = refused(canyu(tmp_path / "no-home", "backup", file))
    assert "holds no Canyu" in sentence
    assert not (tmp_path / "no-home").exists()
    assert not file.exists()


def test_a_key_of_the_environment_stays_there(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    said = done(canyu(busy, "backup", file, CANYU_SECRET_KEY="said by somebody else"))
    assert "CANYU_SECRET_KEY" in said
    with tarfile.open(file) as archive:
        assert "secret.key" not in archive.getnames()
    said = done(canyu(tmp_path / "empty", "restore", file))
    assert "Set CANYU_SECRET_KEY as it was" in said
    assert not (tmp_path / "empty" / "secret.key").exists()


def test_only_an_empty_place_is_filled(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    done(canyu(busy, "backup", file))
    before = sorted(one.name for one in busy.iterdir())
    assert "is not empty" in refused(canyu(busy, "restore", file))
    assert sorted(one.name for one in busy.iterdir()) == before


@pytest.mark.postgresql
def test_only_an_empty_database_is_filled(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    done(canyu(busy, "backup", file))
    shutil.rmtree(busy)
    before = ask(busy, "SELECT count(*) FROM members_member")
    assert "is not empty" in refused(canyu(busy, "restore", file))
    assert ask(busy, "SELECT count(*) FROM members_member") == before


def test_a_file_that_is_no_backup_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "letter"
    file.write_text("Dear you,")
    place = tmp_path / "empty"
    assert "no backup of Canyu" in refused(canyu(place, "restore", file))
    assert not place.exists()
    assert "no such file" in refused(canyu(place, "restore", tmp_path / "nothing"))


def test_a_backup_cut_short_fills_nothing(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    done(canyu(busy, "backup", file))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    place = tmp_path / "empty"
    sentence = refused(canyu(place, "restore", file))
    assert "nothing was restored" in sentence
    assert list(place.iterdir()) == []
    # And so the next one may come.
    file.unlink()
    done(canyu(busy, "backup", file))
    done(canyu(place, "restore", file))


def test_a_database_that_is_not_what_the_manifest_says_is_refused(
    busy: Path, tmp_path: Path
) -> None:
    file, other, place = tmp_path / "a.tar", tmp_path / "other.tar", tmp_path / "empty"
    done(canyu(busy, "backup", file))
    with tarfile.open(file) as archive, tarfile.open(other, "w") as changed:
        for member in archive:
            stream = archive.extractfile(member)
            assert stream is not None
            body = stream.read()
            if member.name == "manifest.json":
                told = json.loads(body)
                told["rows"]["reports_window"] += 1
                body = json.dumps(told).encode()
                member.size = len(body)
            changed.addfile(member, io.BytesIO(body))
    sentence = refused(canyu(place, "restore", other))
    assert "not what its manifest says" in sentence
    assert ("Drop the database" in sentence) == IS_POSTGRES
    assert list(place.iterdir()) == []


@pytest.mark.sqlite
def test_a_backup_goes_into_its_own_kind_of_store(busy: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    done(canyu(busy, "backup", file))
    place = tmp_path / "empty"
    sentence = refused(canyu(place, "restore", file, CANYU_DATABASE="postgresql://nobody@/none"))
    assert "no other kind of store" in sentence
    assert "Unset CANYU_DATABASE" in sentence
    assert not place.exists()


@pytest.mark.sqlite
def test_a_backup_of_a_newer_canyu_is_left_alone(busy: Path, tmp_path: Path) -> None:
    ask(
        busy,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('reports', '0099_from_the_future', '2030-01-01')",
    )
    assert "canyu check says why" in refused(canyu(busy, "backup", tmp_path / "a.tar"))


@pytest.mark.sqlite
def test_a_database_with_traps_in_it_is_not_restored(busy: Path, tmp_path: Path) -> None:
    ask(
        busy,
        "CREATE TRIGGER trap AFTER INSERT ON members_member BEGIN DELETE FROM members_member; END",
    )
    assert "triggers" in refused(canyu(busy, "backup", tmp_path / "a.tar"))


@pytest.mark.sqlite
def test_a_copy_is_quick_beside_a_writer_that_holds_the_lock(busy: Path, tmp_path: Path) -> None:
    """A reader waits for no writer: WAL."""
    import sqlite3  # noqa: PLC0415
    from contextlib import closing  # noqa: PLC0415

    with closing(sqlite3.connect(busy / "canyu.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        done(canyu(busy, "backup", tmp_path / "a.tar"))
        assert time.monotonic() - began < 30
        other.rollback()
