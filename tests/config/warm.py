"""Starts `canyu` from a process that has read the libraries already: a second saved each time.

Each command is a process of its own still, with an environment, a folder and an end of its own, and
reads Canyu's modules and settings itself. A true start is tested by whoever starts `canyu serve`,
and by those tests of commands that make a process themselves.
"""

import atexit
import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

# What takes long to read and says nothing until it is used; none of it is ours.
LIBRARIES = (
    "django.contrib.messages.middleware",
    "django.core.management",
    "django.core.handlers.wsgi",
    "django.db.migrations.executor",
    "django.db.backends.sqlite3.base",
    "django.forms",
    "django.template.loader",
    "django.views.decorators.http",
    "fido2.server",
    "markdown_it",
    "nh3",
    "numpy",
    "PIL.Image",
    "prometheus_client",
    "psycopg",
    "pydantic.main",
    "pydantic.networks",
    "pydantic.type_adapter",
    "scipy.special",
    "unittest.mock",
    "whitenoise.base",
    "zoneinfo",
)
LARGEST = 1 << 20


def run_warm(
    words: Sequence[str], environment: Mapping[str, str], *, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; it has no standard input."""
    told = json.dumps(
        {"words": list(words), "environment": dict(environment), "at": str(Path.cwd())}
    )
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        socket.socket(socket.AF_UNIX) as wire,
    ):
        wire.connect(str(_parent(os.getpid())))
        wire.settimeout(timeout)
        socket.send_fds(wire, [told.encode()], [out.fileno(), err.fileno()])
        wire.shutdown(socket.SHUT_WR)
        try:
            code = int(wire.makefile().read())
        except TimeoutError:
            raise subprocess.TimeoutExpired([*words], timeout) from None
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(["canyu", *words], code, *said)


@cache
def _parent(_whose: int) -> Path:
    """The socket of the parent of all commands, which is started for this process."""
    folder = tempfile.TemporaryDirectory(prefix="c-")
    door = Path(folder.name) / "door"
    left_out = ("CANYU_", "DJANGO_SETTINGS_MODULE")
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.config.warm", str(door)],
        env={name: text for name, text in os.environ.items() if not name.startswith(left_out)}
        | {"PYTHONWARNINGS": "error", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        # Ctrl-C is for the tests, which end it.
        start_new_session=True,
    )

    def end() -> None:
        parent.kill()
        parent.wait()
        folder.cleanup()

    atexit.register(end)
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == b"ready\n"
    return door


# --------------------------------------------------------------------- in that other process


def serve(door: str) -> tuple[list[str], int, int] | None:
    """Fork for each command that comes; return in the process that shall be it."""
    for name in LIBRARIES:
        import_module(name)
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


def _become(wire: socket.socket) -> tuple[list[str], int, int] | None:
    told, fds, _, _ = socket.recv_fds(wire, LARGEST, 2)
    while part := wire.recv(LARGEST):
        told += part
    if child := os.fork():
        with contextlib.suppress(OSError):
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            wire.sendall(str(code).encode())
        os._exit(0)
    wire.close()
    asked = json.loads(told)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["at"])
    return asked["words"], *fds


def main() -> None:
    """Be the parent, or in a child of it the command that was asked for."""
    words, out, err = serve(sys.argv[1])
    for target, source in ((1, out), (2, err)):
        os.dup2(source, target)
        os.close(source)
    sys.argv = ["canyu", *words]
    sys.exit(import_module("canyu.config.command").main())


if __name__ == "__main__":
    main()
