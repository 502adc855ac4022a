"""The command `canyu`."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

# In the order of `canyu --help`; each is a module in config/commands/ with HELP, add_arguments
# and run. Imported only when called: a wrong option is told at once.
COMMANDS = (
    "serve",
    "demo",
    "product",
    "link",
    "import",
    "open",
    "close",
    "export",
    "check",
)
OK, PROBLEM, USAGE = 0, 1, 2


class CommandFailed(Exception):  # noqa: N818 - it is told to a person, not raised at a program
    """Something was not done; the sentence says what, why and what next."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0 done, 1 not or not all done, 2 asked wrongly."""
    parser = argparse.ArgumentParser(
        prog="canyu",
        description="Canyu, the participation engine. Settings are read from the environment; "
        "docs/settings.md lists them.",
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"canyu.config.commands.{name}_")
        sub = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    try:
        return int(arguments.run(arguments))
    except CommandFailed as failure:
        print(f"canyu {arguments.command}: {failure}", file=sys.stderr)
        return PROBLEM
    except KeyboardInterrupt:
        print(f"\ncanyu {arguments.command}: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
