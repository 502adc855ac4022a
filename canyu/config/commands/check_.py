"""`canyu check`."""

import argparse
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from canyu.config.command import OK, PROBLEM
from canyu.config.home import database_of, home_of
from canyu.config.store import OLDEST_POSTGRES, is_postgres, place_of

HELP = "look whether settings, database and files are in order; changes nothing by itself"
Finding = tuple[bool, str]
MOST_SHOWN = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--recount", action="store_true", help="prove that the live counts are those of the rows"
    )
    parser.add_argument(
        "--repair", action="store_true", help="with --recount: mend counts that differ"
    )
    # Only here can a wrong pair of options end as any other wrong option does.
    parser.set_defaults(refuse=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Print one line for each thing looked at; exit 1 when one is not in order."""
    if arguments.repair and not arguments.recount:
        arguments.refuse("--repair mends what --recount finds: give both")
    is_all_fine = _tell(_findings(home_of(os.environ)))
    if is_all_fine and arguments.recount:
        is_all_fine = _tell(_recounted(is_mending=arguments.repair))
    return OK if is_all_fine else PROBLEM


def _tell(findings: Iterable[Finding]) -> bool:
    is_all_fine = True
    for is_fine, sentence in findings:
        print(f"{'ok  ' if is_fine else 'FAIL'} {sentence}", flush=True)
        is_all_fine &= is_fine
    return is_all_fine


def _recounted(*, is_mending: bool) -> Iterator[Finding]:
    """Prove the counts of each release that has any; mended counts are in order again."""
    from canyu.reports import queries, services  # noqa: PLC0415

    release_ids = queries.reported_release_ids()
    names = _names(release_ids)
    for release_id in release_ids:
        differing = services.recount_reports(release_id=release_id, repair=is_mending)
        n_reports = queries.n_reports_of(release_id)
        said = f"{names[release_id]}: {n_reports} reports"
        if not differing:
            yield True, f"{said}, and the counts are theirs"
            continue
        first = "; ".join(
            f"{one.kind} {one.key} says {one.counted}, rows say {one.in_rows}"
            for one in differing[:MOST_SHOWN]
        )
        more = f"; and {len(differing) - MOST_SHOWN} more" if len(differing) > MOST_SHOWN else ""
        advice = "mended" if is_mending else "mend them with canyu check --recount --repair"
        yield is_mending, f"{said}, counts that differ: {len(differing)}, {advice} ({first}{more})"
    if not release_ids:
        yield True, "no reports yet, and nothing is counted"


def _names(release_ids: list[int]) -> dict[int, str]:
    from canyu.products import queries as products  # noqa: PLC0415
    from canyu.releases import queries as releases  # noqa: PLC0415

    found = releases.releases_by_id(release_ids)
    slugs = {product_id: slug for slug, product_id in products.product_ids_by_slug().items()}
    return {
        one: f"{slugs[found[one].product_id]} {found[one].version}"
        if one in found
        # Nothing points at a report, so nothing takes it away with its release.
        else f"release {one}, which is not there"
        for one in release_ids
    }


def _findings(home: Path) -> list[Finding]:
    # Settings make the folder and the key where they are missing, and opening a database makes
    # the file: whoever only looks must look before.
    if home.exists() and not home.is_dir():
        return [(False, f"{home} is no folder; point CANYU_HOME elsewhere")]
    if not home.exists():
        return [(False, f"{home} is not there; canyu serve makes it")]
    if not (home / "secret.key").exists():
        os.environ.setdefault("CANYU_SECRET_KEY", secrets.token_urlsafe())
    from canyu.config.setup import start_django  # noqa: PLC0415

    start_django()
    if not is_postgres(os.environ) and not database_of(home).exists():
        stored = [(False, f"{home} holds no database yet; canyu serve makes it")]
    else:
        stored = _database()
    return [_settings(), _home(home), *stored]


def _settings() -> Finding:
    from django.core import checks  # noqa: PLC0415

    faults = [one for one in checks.run_checks() if one.is_serious()]
    if faults:
        return False, f"settings: {faults[0].msg} (docs/settings.md says what each is for)"
    return True, "settings are understood"


def _home(home: Path) -> Finding:
    if not os.access(home, os.W_OK):
        return False, f"{home} cannot be written; give it to the account that runs Canyu"
    return True, f"{home} can be written"


def _database() -> list[Finding]:
    from django.db import DatabaseError, connection  # noqa: PLC0415

    from canyu.config.faults import sentence_for  # noqa: PLC0415
    from canyu.config.setup import (  # noqa: PLC0415
        is_migrated,
        is_of_newer_version,
        is_too_old,
    )

    name = place_of(connection.settings_dict)
    try:
        if is_too_old():
            return [(False, f"{name} is a PostgreSQL older than {OLDEST_POSTGRES}; update it")]
        if not connection.introspection.table_names():
            return [(False, f"{name} holds nothing yet; canyu serve makes the tables")]
        if is_of_newer_version():
            return [(False, f"{name} was written by a newer Canyu; update this one")]
        if not is_migrated():
            return [(False, f"{name} is of an older version; canyu serve brings it up to date")]
        kept = _promises() if is_postgres(os.environ) else _whole(name)
        return [kept, *_contents()]
    except DatabaseError as problem:
        sentence = sentence_for(problem) or f"{name} cannot be read ({problem})"
        return [(False, sentence.rstrip("."))]


def _whole(name: str) -> Finding:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        (verdict,) = cursor.fetchone()
    return verdict == "ok", f"{name} holds together ({verdict})"


def _promises() -> Finding:
    """Whether a PostgreSQL keeps what we acknowledge."""
    from django.db import connection  # noqa: PLC0415

    name = place_of(connection.settings_dict)
    major, minor = connection.get_database_version()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_encoding'), current_setting('synchronous_commit')"
        )
        encoding, commit = cursor.fetchone()
    if encoding != "UTF8":
        return False, f"{name} keeps words as {encoding}; make a database with UTF8"
    if commit == "off":
        return False, f"{name} may lose what was acknowledged; set synchronous_commit to on"
    return True, f"{name} answers (PostgreSQL {major}.{minor}) and keeps what was acknowledged"


def _contents() -> list[Finding]:
    from canyu.journal import queries as journal  # noqa: PLC0415
    from canyu.members import queries as members  # noqa: PLC0415

    has_owner = members.has_operator()
    return [
        (True, f"{members.n_members()} members; {journal.n_deliveries_owed()} deliveries wait"),
        (
            has_owner,
            "there is an owner"
            if has_owner
            else "nobody owns this Canyu yet; canyu serve prints the link",
        ),
    ]
