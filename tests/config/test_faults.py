"""What fails below the product is told as one sentence, and our own faults are not hidden."""

import errno
import os
import sqlite3
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError

from canyu.config.faults import sentence_for
from canyu.config.store import StoreUnknown, store_of
from canyu.journal.errors import NotFound


def as_django_raises_it(problem: sqlite3.Error | psycopg.Error) -> OperationalError:
    error = OperationalError(*problem.args)
    error.__cause__ = problem
    return error


def test_a_lock_that_does_not_go_away(tmp_path: Path) -> None:
    one = sqlite3.connect(tmp_path / "x", isolation_level=None)
    other = sqlite3.connect(tmp_path / "x", isolation_level=None, timeout=0)
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        other.execute("BEGIN IMMEDIATE")
    one.close()
    other.close()
    assert "locked" in sentence_for(as_django_raises_it(caught.value))


def test_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "x").close()
    store = sqlite3.connect(f"file:{tmp_path / 'x'}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as caught:
        store.execute("CREATE TABLE t (a)")
    store.close()
    assert "cannot be written" in sentence_for(as_django_raises_it(caught.value))


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/x"), "/srv/x cannot be used"),
        (NotFound("There is no such member."), "There is no such member."),
    ],
)
def test_files_and_refusals(problem: Exception, words: str) -> None:
    assert words in sentence_for(problem)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://canyu@127.0.0.1:1/say", "cannot be reached"),
        ("postgresql://canyu@/say?host=/nowhere", "cannot be reached"),
        ("postgresql://canyu@no-such-host.invalid/say", "cannot be reached"),
    ],
)
def test_a_postgresql_that_cannot_be_reached(address: str, words: str) -> None:
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(address, connect_timeout=5)
    assert words in sentence_for(as_django_raises_it(caught.value))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('FATAL:  password authentication failed for user "canyu"', "Look at user and password"),
        ('FATAL:  role "canyu" does not exist', "Look at user and password"),
        ("FATAL:  no pg_hba.conf entry for host", "Look at user and password"),
        ('FATAL:  database "say" does not exist', "createdb"),
        ("FATAL:  sorry, too many clients already", "max_connections"),
        ("FATAL:  remaining connection slots are reserved", "max_connections"),
        ("FATAL:  the database system is starting up", "Wait for it"),
    ],
)
def test_a_postgresql_that_turns_us_away(said: str, words: str) -> None:
    problem = psycopg.OperationalError(f"connection failed: connection to server failed: {said}")
    sentence = sentence_for(as_django_raises_it(problem))
    assert words in sentence
    assert said in sentence


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (psycopg.errors.DiskFull, "Make room"),
        (psycopg.errors.ReadOnlySqlTransaction, "takes no writing"),
        (psycopg.errors.InsufficientPrivilege, "owner"),
        (psycopg.errors.AdminShutdown, "Wait for it"),
        (psycopg.errors.TooManyConnections, "max_connections"),
        (psycopg.errors.DataCorrupted, "log"),
        (psycopg.errors.DeadlockDetected, "again"),
        (psycopg.errors.ConnectionFailure, "broke"),
        (psycopg.errors.UndefinedTable, ""),
        (psycopg.errors.UniqueViolation, ""),
    ],
)
def test_what_a_postgresql_says_by_its_code(kind: type[psycopg.Error], words: str) -> None:
    sentence = sentence_for(as_django_raises_it(kind("so it is")))
    assert (words in sentence and "so it is" in sentence) if words else sentence == ""


@pytest.mark.postgresql
def test_real_refusals_of_a_postgresql() -> None:
    for change, words in (
        ({"dbname": "no_such"}, "createdb"),
        ({"user": "nobody_here"}, "Look at user and password"),
    ):
        with pytest.raises(psycopg.OperationalError) as caught:
            psycopg.connect(os.environ["CANYU_DATABASE"], **{"dbname": "postgres", **change})
        assert words in sentence_for(as_django_raises_it(caught.value))
    with psycopg.connect(os.environ["CANYU_DATABASE"], dbname="postgres") as session:
        session.read_only = True
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction) as refused:
            session.execute("CREATE TABLE t (a int)")
    assert "takes no writing" in sentence_for(as_django_raises_it(refused.value))


def test_a_store_that_is_unknown_is_one_sentence() -> None:
    with pytest.raises(StoreUnknown) as caught:
        store_of({"CANYU_DATABASE": "mysql://db/say"}, Path("/srv"))
    assert sentence_for(caught.value).endswith("in CANYU_HOME.")


@pytest.mark.parametrize(
    "problem",
    [
        ValueError("x"),
        OSError("x"),
        sqlite3.OperationalError("no"),
        psycopg.ProgrammingError("no"),
    ],
)
def test_faults_of_our_own_keep_their_traceback(problem: Exception) -> None:
    assert sentence_for(problem) == ""
