"""Bringing Django and the database up for a command."""

from collections.abc import Iterable

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from canyu.config.alone import alone
from canyu.config.command import CommandFailed
from canyu.config.store import OLDEST_POSTGRES, place_of, pool_for


def start_django() -> None:
    """Make models and settings usable."""
    django.setup()


def is_too_old() -> bool:
    """Whether the database is a PostgreSQL from before those that Canyu is tested on."""
    if connection.vendor != "postgresql":
        return False
    major, _minor = connection.get_database_version()
    return int(major) < OLDEST_POSTGRES


def keep_connections(n_threads: int) -> None:
    """Let this process keep connections for so many requests at once, where that saves time.

    Only after the last fork: connections and the threads that look after them stay behind in one.
    """
    store = connections.databases["default"]
    if connection.vendor == "postgresql":
        store["OPTIONS"]["pool"] = pool_for(n_threads)


def keep_connection() -> None:
    """Let each thread of this process keep the connection that it has opened."""
    connections.databases["default"]["CONN_MAX_AGE"] = None


def is_migrated(executor: MigrationExecutor | None = None) -> bool:
    """Whether the database has every table of this version."""
    executor = executor or MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def is_any_newer(applied: Iterable[tuple[str, str]], loader: MigrationLoader | None = None) -> bool:
    """Whether any of these migrations, as (app, name), is of a later version of Canyu."""
    loader = loader or MigrationLoader(None)
    ours = {app for app, _ in loader.disk_migrations}
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    return any(one[0] in ours and one not in known for one in applied)


def is_of_newer_version(loader: MigrationLoader | None = None) -> bool:
    """Whether a later version of Canyu has changed this database."""
    loader = loader or MigrationLoader(connection)
    return is_any_newer(loader.applied_migrations, loader)


def migrate() -> None:
    """Bring the database to this version; raises `CommandFailed`."""
    if is_too_old():
        msg = (
            f"the database {place_of(connection.settings_dict)} is a PostgreSQL older than "
            f"{OLDEST_POSTGRES}. Update it, then run the same command again."
        )
        raise CommandFailed(msg)
    # Every start does this, and reading all migrations takes the most of it: once is enough.
    executor = MigrationExecutor(connection)
    if is_of_newer_version(executor.loader):
        msg = (
            f"the database {place_of(connection.settings_dict)} was written by a newer Canyu. "
            "Update this one, or restore the copy that you made before the update."
        )
        raise CommandFailed(msg)
    if is_migrated(executor):
        return
    with alone(settings.CANYU_HOME, "migrate"):
        # Whoever was first has done it.
        if not is_migrated():
            call_command("migrate", interactive=False, verbosity=0)


def start_with_database() -> None:
    """Make everything usable that a command needs; raises `CommandFailed`."""
    start_django()
    settings.CANYU_HOME.mkdir(parents=True, exist_ok=True)
    migrate()


def product_id_of(slug: str) -> int:
    """The product of this slug; raises `CommandFailed` naming those that there are."""
    from canyu.products import queries as products  # noqa: PLC0415

    slugs = products.product_ids_by_slug()
    if slug not in slugs:
        known = ", ".join(sorted(slugs)) or "none yet"
        msg = (
            f"there is no product “{slug}” (there are: {known}). "
            "Make it on the pages, or with: canyu product SLUG --name NAME --owner HANDLE"
        )
        raise CommandFailed(msg)
    return slugs[slug]


def release_id_of(product_id: int, version: str) -> int:
    """The published release of this version; raises `CommandFailed`."""
    from canyu.journal.errors import NotFound  # noqa: PLC0415
    from canyu.releases import queries as releases  # noqa: PLC0415

    try:
        return releases.release_of(product_id, version).id
    except NotFound:
        newest = ", ".join(one.version for one in releases.releases_of(product_id).releases[:5])
        msg = f"there is no published release “{version}” (the newest: {newest or 'none'})."
        raise CommandFailed(msg) from None
