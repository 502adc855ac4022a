"""`canyu export`."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from canyu.config.command import OK, CommandFailed

HELP = "write out what import takes, or everything about one person"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    for name, help_ in (
        ("releases", "every release that went out, JSON Lines"),
        ("reports", "every report of closed windows, JSON Lines"),
    ):
        sub = what.add_parser(name, help=help_)
        sub.add_argument("--product", required=True, metavar="SLUG", help="of which product")
        sub.add_argument("--out", type=Path, help="file to write (else standard output)")
    person = what.add_parser("person", help="everything stored about one member, JSON")
    person.add_argument("handle", help="whose data")
    person.add_argument("--out", type=Path, help="file to write (else standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Write the lines; a file appears whole or not at all."""
    from canyu.config.setup import product_id_of, start_with_database  # noqa: PLC0415

    start_with_database()
    from canyu.channels import exports  # noqa: PLC0415

    if arguments.what == "person":
        lines = iter([json.dumps(_person(arguments.handle), ensure_ascii=False, indent=2)])
    elif arguments.what == "releases":
        product_id = product_id_of(arguments.product)
        lines = exports.release_lines(product_id)
        if arguments.out:
            _write_pictures(product_id, arguments.out.parent / "pictures")
    else:
        lines = exports.report_lines(product_id_of(arguments.product))
    n_lines = _write(lines, arguments.out)
    if arguments.out:
        print(f"{n_lines} lines in {arguments.out}", file=sys.stderr)
    return OK


def _person(handle: str) -> dict[str, Any]:
    from canyu.channels import exports  # noqa: PLC0415
    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.journal.errors import Refused  # noqa: PLC0415
    from canyu.members import queries as members  # noqa: PLC0415

    try:
        return exports.person_data(members.member_by_handle(handle).id, at=now())
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal


def _write(lines: Iterator[str], out: Path | None) -> int:
    n_lines = 0
    if out is None:
        for n_lines, line in enumerate(lines, 1):  # noqa: B007
            print(line)
        return n_lines
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            for n_lines, line in enumerate(lines, 1):  # noqa: B007
                stream.write(f"{line}\n")
        part.replace(out)
    except OSError as problem:
        msg = f"{out} was not written ({problem.strerror}). Choose another place with --out."
        raise CommandFailed(msg) from problem
    return n_lines


def _write_pictures(product_id: int, folder: Path) -> None:
    from canyu.pictures import queries as pictures  # noqa: PLC0415
    from canyu.releases import queries as releases  # noqa: PLC0415

    for record in releases.release_records(product_id):
        for change in record.changes:
            if change.picture:
                folder.mkdir(parents=True, exist_ok=True)
                name = Path(change.picture).name
                (folder / name).write_bytes(pictures.read_picture(name.removesuffix(".webp")))
