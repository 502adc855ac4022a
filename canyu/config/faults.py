"""What went wrong, told as one sentence: refusals, files, disk, database."""

import errno
import sqlite3
import sys

from canyu.config.errors import SettingWrong
from canyu.journal.errors import Refused

# By the beginning of SQLite's name for it.
SQLITE = {
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
# By the beginning of PostgreSQL's code for it (its manual, appendix A).
POSTGRES = {
    "25006": "the database takes no writing (%s). Point CANYU_DATABASE at the one that does.",
    "28": "PostgreSQL does not let us in (%s). Look at user and password in CANYU_DATABASE.",
    "3D000": "there is no such database (%s). Make it with createdb, or mend CANYU_DATABASE.",
    "40P01": "two programs waited for one another (%s). Run the same command again.",
    "42501": "the account in CANYU_DATABASE may not do that (%s). Make it the database's owner.",
    "53100": "the disk of the database is full (%s). Make room and run the same command again.",
    "53300": "PostgreSQL has no connection left (%s). Raise max_connections, or use fewer.",
    "53": "PostgreSQL has not enough of something (%s). Look at its log.",
    "55P03": "the database is locked (%s). Wait for what writes to it and try again.",
    "57P": "PostgreSQL is stopping or starting (%s). Wait for it and try again.",
    "58": "the disk failed while the database was used (%s). Look at the disk and its log.",
    "XX": "the database cannot be read (%s). Look at PostgreSQL's log.",
    "08": "the connection to PostgreSQL broke (%s). Look whether it runs, and try again.",
}
# Whoever is turned away at the door gets words and no code. What they say, and the code it has.
AT_THE_DOOR = {
    "password": "28P01",
    "authentication": "28000",
    "pg_hba": "28000",
    "role ": "28000",
    "too many": "53300",
    "connection slots": "53300",
    "starting up": "57P03",
    "shutting down": "57P03",
    "database ": "3D000",
}
UNREACHED = (
    "the database cannot be reached (%s). Look whether PostgreSQL runs and CANYU_DATABASE is right."
)


def sentence_for(problem: Exception) -> str:
    """One sentence on what failed and what to do next; "" where the fault is our own.

    Django's database errors carry the driver's own as their cause.
    """
    below = problem.__cause__
    is_told_below = isinstance(below, Exception) and (
        isinstance(below, sqlite3.Error) or _is_postgres(below)
    )
    cause = below if is_told_below else problem
    if isinstance(cause, sqlite3.Error):
        return _sqlite_sentence(cause)
    if isinstance(cause, Exception) and _is_postgres(cause):
        return _postgres_sentence(cause)
    if isinstance(cause, Refused):
        return str(cause)
    if isinstance(cause, SettingWrong):
        return f"{cause}."
    if isinstance(cause, OSError):
        return _file_sentence(cause)
    return ""


def _sqlite_sentence(problem: sqlite3.Error) -> str:
    name = getattr(problem, "sqlite_errorname", "")
    return next((words % problem for start, words in SQLITE.items() if name.startswith(start)), "")


def _is_postgres(problem: Exception, kind: str = "Error") -> bool:
    # Not imported here: it takes a while, and where nobody has, nothing of it was raised.
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(problem, getattr(driver, kind))


def _postgres_sentence(problem: Exception) -> str:
    # The first line says it; hints and each address that was tried come after it.
    said = (str(problem).strip().splitlines() or [""])[0].removeprefix("connection failed: ")
    code = getattr(problem, "sqlstate", None)
    if code is None:
        if not _is_postgres(problem, "OperationalError"):
            return ""
        why = said.rpartition("failed: ")[2]
        code = next((code for word, code in AT_THE_DOOR.items() if word in why), "")
        if not code:
            return UNREACHED % said
    return next((words % said for start, words in POSTGRES.items() if code.startswith(start)), "")


def _file_sentence(problem: OSError) -> str:
    if problem.errno == errno.ENOSPC:
        return "the disk is full. Make room and run the same command again."
    if problem.filename is None:
        # One that names no file came from a place that should have said more.
        return ""
    why = (problem.strerror or str(problem)).lower()
    return f"{problem.filename} cannot be used ({why}). Check that it is there and may be written."
