"""The tests themselves run on both stores, and say so where one of them cannot be had."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres, stores
from tests.config.shell import as_in_a_terminal, is_alive
from tests.house.reading import ROOT
from tests.postgres import PostgresMissing, running


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    own = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "tests.stores", "-q", "-p", "no:cacheprovider", *words],
        cwd=ROOT,
        env={**own, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("told", "chosen"),
    [
        ("", ["sqlite", "postgresql"]),
        ("sqlite", ["sqlite"]),
        ("postgresql,sqlite", ["sqlite", "postgresql"]),
        (" postgresql ", ["postgresql"]),
    ],
)
def test_stores_are_chosen(told: str, chosen: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANYU_TEST_STORES", told)
    assert stores.chosen() == chosen


def test_a_short_run_leaves_to_one_store_what_the_other_is_asked_anyway(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CANYU_TEST_STORES", raising=False)
    assert stores.short_words("sqlite") == []
    assert {"--ignore=tests/journeys", "--ignore=tests/web/test_home.py"} < set(
        stores.short_words("postgresql")
    )
    assert all((ROOT / one).exists() for one in stores.LEFT_OUT)
    monkeypatch.setenv("CANYU_TEST_STORES", "postgresql")
    assert stores.short_words("postgresql") == []


def test_options_choose_no_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert not any(map(stores.is_any_test, ("-q", "--hypothesis-seed=3", "-x")))
    assert stores.is_any_test("tests/house/test_stores.py::test_options_choose_no_tests")
    assert stores.is_any_test("tests/reports")


def test_the_long_ones_that_come_first_are_there() -> None:
    assert [one for one in stores.LONG_FIRST if not (ROOT / "tests" / one).exists()] == []


def test_an_unknown_store_is_one_sentence() -> None:
    said = run(CANYU_TEST_STORES="mysql")
    assert said.returncode == 1
    assert said.stderr == "CANYU_TEST_STORES knows sqlite and postgresql, not mysql.\n"


def test_no_postgresql_is_one_sentence_and_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    monkeypatch.setattr(postgres, "PACKAGE", "no_such_package")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PostgresMissing, match="CANYU_TEST_STORES=sqlite"):
        postgres.find_programs()
    assert stores.run_on("postgresql", []) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert "none was found" in line


@pytest.mark.parametrize("whose", ["Debian's", "the package's"])
def test_a_server_comes_back_after_a_kill_and_leaves_nothing(
    whose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if whose != "Debian's":
        # What a package ships, as on a machine without Debian's.
        monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
        monkeypatch.setattr(postgres.shutil, "which", lambda _name: None)
    with running() as server:
        with psycopg.connect(server.address(), autocommit=True) as session:
            session.execute("CREATE TABLE kept (a int)")
            server.kill()
        server.start()
        with psycopg.connect(server.address()) as session:
            assert session.execute("SELECT count(*) FROM kept").fetchone() == (0,)
            (version,) = session.execute("SHOW server_version_num").fetchone() or ("",)
            assert int(version) >= 150_000
        assert server.process is not None
        last = server.process.pid
    assert not is_alive(last)
    assert not server.folder.exists()


def test_what_touches_no_store_does_not_run_twice() -> None:
    here = [
        *(f"tests/members/test_{name}.py" for name in ("rules", "queries")),
        *(f"tests/config/test_{name}.py" for name in ("command", "faults", "serve")),
    ]
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *here],
        cwd=ROOT,
        env={**os.environ, "CANYU_DATABASE": "postgresql://nobody@/nothing"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    for wanted in ("test_queries.py::test_searching", "test_serve.py::", "test_real_refusals"):
        assert wanted in said
    for unwanted in ("members/test_rules.py::", "test_a_database_that_is_none", "test_files_and_"):
        assert unwanted not in said


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where nobody else starts a server; its name is short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="c-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize(
    ("how", "stores_told"), [(signal.SIGINT, "postgresql"), (signal.SIGTERM, "sqlite,postgresql")]
)
def test_a_stop_takes_the_server_along(how: signal.Signals, stores_told: str, folder: Path) -> None:
    with as_in_a_terminal():
        tests = subprocess.Popen(
            [sys.executable, "-m", "tests.stores", "-q", "tests/members/test_queries.py"],
            cwd=ROOT,
            env={**os.environ, "CANYU_TEST_STORES": stores_told, "TMPDIR": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    with tests:
        until = time.monotonic() + 60
        while not list(folder.glob("canyu-pg-*/.s.PGSQL.*")):
            assert time.monotonic() < until
            time.sleep(0.1)
        if how is signal.SIGINT:
            # As Ctrl-C in a terminal, which all of them get.
            os.killpg(tests.pid, how)
        else:
            tests.send_signal(how)
        assert tests.wait(timeout=60) != 0
    assert list(folder.glob("canyu-pg-*")) == []
