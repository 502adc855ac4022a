"""The command `canyu`."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from canyu.config.faults import sentence_for

# In the order of `canyu --help`; each is a module in config/commands/ with HELP, add_arguments
# and run. Imported only when called: a wrong option is told at once.
COMMANDS = (
    "serve",
    "door",
    "demo",
    "product",
    "link",
    "import",
    "open",
    "close",
    "export",
    "mail-in",
    "bounces",
    "check",
    "credits",
    "judge",
    "backup",
    "restore",
)
OK, PROBLEM, STOPPED = 0, 1, 130


class CommandFailed(Exception):  # noqa: N818 - it is told to a person, not raised at a program
    """Something was not done; the sentence says what, why and what next."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0 done, 1 not or not all done, 130 stopped.

    What is asked wrongly ends with 2 before anything runs.
    """
    parser = argparse.ArgumentParser(
        prog="canyu",
        description="Canyu, the participation engine. Settings are read from the environment; "
        "docs/settings.md lists them.",
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"canyu.config.commands.{name.replace('-', '_')}_")
        sub = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    try:
        code = int(arguments.run(arguments))
        # What is still in the buffer may fail too, and then it must be said here.
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has seen enough, such as `head`.
        _drop_what_is_unsaid()
        return PROBLEM
    except KeyboardInterrupt:
        print(f"\ncanyu {arguments.command}: stopped.", file=sys.stderr)
        return STOPPED
    except Exception as problem:
        sentence = str(problem) if isinstance(problem, CommandFailed) else sentence_for(problem)
        if not sentence:
            raise
        _drop_what_is_unsaid()
        print(f"canyu {arguments.command}: {sentence}", file=sys.stderr)
        return PROBLEM
    return code


def _drop_what_is_unsaid() -> None:
    """Let go of what nobody takes: Python would try again at its end, and complain once more."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    # As the module that the commands know: theirs and __main__'s CommandFailed are not the same.
    sys.exit(import_module("canyu.config.command").main())
