"""What went wrong, told as one sentence: refusals, files, disk, database."""

import errno
import sqlite3

from canyu.journal.errors import Refused

# By the beginning of SQLite's name for it.
DATABASE = {
    "SQLITE_BUSY": "the database is locked (%s). Wait for what writes to it and try again.",
    "SQLITE_LOCKED": "the database is locked (%s). Wait for what writes to it and try again.",
    "SQLITE_READONLY": "the database cannot be written (%s). Give CANYU_HOME to this account.",
    "SQLITE_CANTOPEN": "the database cannot be opened (%s). Look whether CANYU_HOME is right.",
    "SQLITE_PERM": "the database cannot be opened (%s). Give CANYU_HOME to this account.",
    "SQLITE_FULL": "the disk is full (%s). Make room and run the same command again.",
    "SQLITE_NOTADB": "the database cannot be read (%s). Restore it from a copy.",
    "SQLITE_CORRUPT": "the database cannot be read (%s). Restore it from a copy.",
    "SQLITE_IOERR": "the disk failed while the database was used (%s). Look at the disk.",
}


def sentence_for(problem: Exception) -> str:
    """One sentence on what failed and what to do next; "" where the fault is our own.

    Django's database errors carry sqlite3's own as their cause.
    """
    cause = problem.__cause__ if isinstance(problem.__cause__, sqlite3.Error) else problem
    if isinstance(cause, sqlite3.Error):
        return _database_sentence(cause)
    if isinstance(cause, Refused):
        return str(cause)
    if isinstance(cause, OSError):
        return _file_sentence(cause)
    return ""


def _database_sentence(problem: sqlite3.Error) -> str:
    name = getattr(problem, "sqlite_errorname", "")
    return next(
        (words % problem for start, words in DATABASE.items() if name.startswith(start)), ""
    )


def _file_sentence(problem: OSError) -> str:
    if problem.errno == errno.ENOSPC:
        return "the disk is full. Make room and run the same command again."
    if problem.filename is None:
        # One that names no file came from a place that should have said more.
        return ""
    why = (problem.strerror or str(problem)).lower()
    return f"{problem.filename} cannot be used ({why}). Check that it is there and may be written."
