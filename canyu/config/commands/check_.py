"""`canyu check`."""

import argparse

from canyu.config.command import OK, PROBLEM

HELP = "look whether settings, database and files are in order; changes nothing"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are no options."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Print one line for each thing looked at; exit 1 when one is not in order."""
    del arguments
    from canyu.config.setup import start_django  # noqa: PLC0415

    start_django()
    findings = [_settings(), _home(), *_database()]
    for is_fine, sentence in findings:
        print(f"{'ok  ' if is_fine else 'FAIL'} {sentence}")
    return OK if all(is_fine for is_fine, _ in findings) else PROBLEM


def _settings() -> tuple[bool, str]:
    from django.core import checks  # noqa: PLC0415

    faults = [one for one in checks.run_checks() if one.is_serious()]
    if faults:
        return False, f"settings: {faults[0].msg} (docs/settings.md says what each is for)"
    return True, "settings are understood"


def _home() -> tuple[bool, str]:
    import os  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415

    home = settings.CANYU_HOME
    if not os.access(home, os.W_OK):
        return False, f"{home} cannot be written; give it to the account that runs Canyu"
    return True, f"{home} can be written"


def _database() -> list[tuple[bool, str]]:
    from django.db import DatabaseError, connection  # noqa: PLC0415

    from canyu.config.setup import is_migrated  # noqa: PLC0415
    from canyu.journal import queries as journal  # noqa: PLC0415
    from canyu.members import queries as members  # noqa: PLC0415

    name = connection.settings_dict["NAME"]
    try:
        if not is_migrated():
            return [(False, f"{name} is empty or of another version; canyu serve brings it up")]
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            (verdict,) = cursor.fetchone()
    except DatabaseError as problem:
        return [(False, f"{name} cannot be read ({problem}); restore it from a copy")]
    owed = journal.n_deliveries_owed()
    return [
        (verdict == "ok", f"{name} holds together ({verdict})"),
        (True, f"{members.n_members()} members; {owed} deliveries wait"),
        (
            members.has_operator(),
            "there is an owner"
            if members.has_operator()
            else "nobody owns this Canyu yet; canyu serve prints the link",
        ),
    ]
