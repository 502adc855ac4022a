"""What fails below the product is told as one sentence, and our own faults are not hidden."""

import errno
import sqlite3
from pathlib import Path

import pytest
from django.db import OperationalError

from canyu.config.faults import sentence_for
from canyu.journal.errors import NotFound


def as_django_raises_it(problem: sqlite3.Error) -> OperationalError:
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


@pytest.mark.parametrize("problem", [ValueError("x"), OSError("x"), sqlite3.OperationalError("no")])
def test_faults_of_our_own_keep_their_traceback(problem: Exception) -> None:
    assert sentence_for(problem) == ""
