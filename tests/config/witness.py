"""Settings for a server that tells how the very connection is set that writes reports.

CANYU_TEST_WITNESS names a file that gets a line for each transaction that writes reports: what that
connection, in that transaction, says of itself.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

from canyu.config.settings import *  # noqa: F403 - the settings of a real server, and a witness

FILE = Path(os.environ["CANYU_TEST_WITNESS"])
ASKED = {
    "sqlite": ("PRAGMA journal_mode", "PRAGMA synchronous"),
    "postgresql": ("SHOW synchronous_commit", "SHOW fsync", "SHOW full_page_writes"),
}


def watch(connection: Any, **_more: object) -> None:
    """Look over this connection's shoulder from now on."""
    connection.execute_wrappers.append(tell)


def tell(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
    """Run a statement; where it writes reports, ask its connection first."""
    connection = context["connection"]
    if "INSERT INTO" in sql and "reports_report" in sql:
        said = {"in a transaction": str(connection.in_atomic_block)}
        for question in ASKED[connection.vendor]:
            # By the driver, past Django, which would call us again.
            (value,) = connection.connection.execute(question).fetchone()
            said[question] = str(value)
        with FILE.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")
    return execute(sql, params, many, context)


connection_created.connect(watch)
