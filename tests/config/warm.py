"""Starts `canyu` from a process that has read all modules already: a second saved each time.

Each is a process of its own still, with an environment, a folder, settings and an end of its own:
settings are read anew, and what Django kept of others is forgotten as Django's own tests forget it.
A true start, as a person makes it, is tested by whoever asks `serving` for one, and by those tests
of commands that make a process themselves.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import django
from asgiref.local import Local
from django.conf import LazySettings, empty, settings
from django.core.signals import setting_changed
from django.db import connections
from django.db.migrations.loader import MigrationLoader

# What takes long to read and says nothing until it is used.
LIBRARIES = (
    "asyncio",
    "django.contrib.messages.middleware",
    "django.core.management",
    "django.core.handlers.wsgi",
    "django.db.migrations.executor",
    "django.db.backends.sqlite3.base",
    "django.forms",
    "django.template.loader",
    "django.views.decorators.http",
    "fido2.server",
    "granian.server",
    "markdown_it",
    "nh3",
    "numpy",
    "PIL.Image",
    "prometheus_client",
    "psycopg",
    "psycopg_pool",
    "pydantic.main",
    "pydantic.networks",
    "pydantic.type_adapter",
    "scipy.special",
    "unittest.mock",
    "whitenoise.base",
    "zoneinfo",
)
PARENT = "CANYU_TEST_PARENT"
SETTINGS = "canyu.config.settings"
# What follows from settings when it is read, and which.
FOLLOWING = {"canyu.config.urls": "CANYU_DEMO"}
LARGEST = 1 << 20
# A process tells its number, and at its end the code that it ended with.
NUMBER = struct.Struct("=i")


class WarmProcess:
    """A `canyu`, or another program in Python, that was started so; used like a `Popen`."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        out: IO[Any],
        err: IO[Any],
        *,
        program: str = "",
        start_new_session: bool = False,
    ) -> None:
        told = {
            "words": list(words),
            "program": program,
            "environment": dict(environment),
            "at": str(Path.cwd()),
            "own_session": start_new_session,
        }
        self.args = ["canyu", *words]
        self.returncode: int | None = None
        self._wire = socket.socket(socket.AF_UNIX)
        self._wire.connect(str(_parent(os.getpid())))
        socket.send_fds(self._wire, [json.dumps(told).encode()], [out.fileno(), err.fileno()])
        self._wire.shutdown(socket.SHUT_WR)
        self.pid = self._read()

    def __del__(self) -> None:
        # A test that fails waits for nobody.
        self._wire.close()

    def _read(self) -> int:
        said = self._wire.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(said) < NUMBER.size:
            msg = f"nobody knows how {self.args} ended"
            raise ChildProcessError(msg)
        return int(NUMBER.unpack(said)[0])

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(timeout=0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended, and how; raises `TimeoutExpired`."""
        if self.returncode is None:
            if not select.select([self._wire], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = self._read()
            self._wire.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Tell it something, unless it has ended and its number may be another's."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def run_warm(
    words: Sequence[str], environment: Mapping[str, str], *, timeout: float, program: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command, or a program, to its end; it has no standard input."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = WarmProcess(words, environment, out, err, program=program)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(process.args, code, *said)


@cache
def _parent(_whose: int) -> Path:
    """The socket of the parent of all commands, which is started where nobody has done so."""
    if told := os.environ.get(PARENT):
        return Path(told)
    ending = ExitStack()
    atexit.register(ending.close)
    return ending.enter_context(waiting_parent())


@contextmanager
def waiting_parent() -> Iterator[Path]:
    """A parent for whoever is told its socket by the variable PARENT."""
    left_out = ("CANYU_", "DJANGO_SETTINGS_MODULE")
    own = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
    with tempfile.TemporaryDirectory(prefix="c-") as folder:
        door = Path(folder) / "door"
        parent = subprocess.Popen(
            [sys.executable, "-m", "tests.config.warm", str(door)],
            env=own | {"PYTHONWARNINGS": "error", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # Ctrl-C is for the tests, which end it.
            start_new_session=True,
        )
        assert parent.stdout is not None
        with parent, parent.stdout:
            try:
                assert parent.stdout.readline() == b"ready\n"
                yield door
            finally:
                parent.kill()


# --------------------------------------------------------------------- in that other process


def serve(door: str) -> tuple[dict[str, Any], int, int]:
    """Fork for each command that comes; return in the process that shall be it."""
    read_all()
    gc.collect()
    gc.freeze()
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as here:
        here.bind(door)
        here.listen(64)
        os.write(1, b"ready\n")
        while True:
            wire, _ = here.accept()
            with wire:
                if os.fork() == 0:
                    here.close()
                    signal.signal(signal.SIGCHLD, before)
                    return _become(wire)


def read_all() -> None:
    """Read every module, under settings that nobody will use; nothing of a store is opened."""
    for name in LIBRARIES:
        import_module(name)
    with tempfile.TemporaryDirectory() as nowhere:
        os.environ |= {"CANYU_HOME": nowhere, "DJANGO_SETTINGS_MODULE": SETTINGS}
        django.setup()
    # Its receivers forget what was kept of other settings.
    for name in ("django.test.signals", "canyu.config.command", *FOLLOWING):
        import_module(name)
    MigrationLoader(None)
    # Whoever serves pages reads its weights at once.
    encoding = import_module("canyu.painpoints.queries.encoding")
    if (model := encoding.encoder()) is not None:
        model.encode(["screenshot"])


def forget_settings() -> None:
    """Have the next who asks for a setting read all of them, by the environment of then."""
    before = _values()
    read = LazySettings._setup

    def read_anew(unread: LazySettings, name: str | None = None) -> None:
        LazySettings._setup = read  # type: ignore[method-assign]
        read(unread, name)
        after = _values()
        changed = {one for one in before | after if before.get(one) != after.get(one)}
        for one in sorted(changed - {"DATABASES"}):
            setting_changed.send(sender=LazySettings, setting=one, value=after.get(one), enter=True)
        for module, its in FOLLOWING.items():
            if its in changed:
                del sys.modules[module]

    LazySettings._setup = read_anew  # type: ignore[method-assign]
    settings._wrapped = empty
    del sys.modules[SETTINGS]
    del connections.settings
    connections._settings = None
    connections._connections = Local(connections.thread_critical)


def _values() -> dict[str, Any]:
    told = sys.modules[SETTINGS]
    return {name: getattr(told, name) for name in dir(told) if name.isupper()}


def _become(wire: socket.socket) -> tuple[dict[str, Any], int, int]:
    told, fds, _, _ = socket.recv_fds(wire, LARGEST, 2)
    while part := wire.recv(LARGEST):
        told += part
    if child := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with suppress(OSError):
            wire.sendall(NUMBER.pack(code))
        os._exit(0)
    asked = json.loads(told)
    if asked["own_session"]:
        os.setsid()
    with suppress(OSError):
        wire.sendall(NUMBER.pack(os.getpid()))
    wire.close()
    # Whoever started the tests may ignore it, and hands that down.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["at"])
    tempfile.tempdir = None
    forget_settings()
    return asked, *fds


def main() -> None:
    """Be the parent, or in a child of it the command that was asked for."""
    asked, out, err = serve(sys.argv[1])
    for target, source in ((1, out), (2, err)):
        os.dup2(source, target)
        os.close(source)
    if asked["program"]:
        sys.argv = ["-c", *asked["words"]]
        exec(asked["program"], {"__name__": "__main__"})  # noqa: S102 - a test's own program
        return
    sys.argv = ["canyu", *asked["words"]]
    sys.exit(import_module("canyu.config.command").main())


if __name__ == "__main__":
    main()
