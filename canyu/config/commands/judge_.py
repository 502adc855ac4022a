"""`canyu judge`."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from canyu.config.command import OK, CommandFailed

if TYPE_CHECKING:
    from canyu.surveys.asked import Asked
    from canyu.surveys.judgement import Judgement

HELP = "judge a best-worst survey in a CSV file; needs no database and no settings"
STANDARD_INPUT = "-"
Understood = TypeVar("Understood")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    # Without numpy: help and a wrong option are told at once.
    from canyu.surveys import asked  # noqa: PLC0415

    parser.add_argument(
        "file",
        metavar="FILE.csv",
        help="the answers, with columns respondent, task, shown, best, worst; "
        "the items shown are separated by |; - reads standard input",
    )
    parser.add_argument(
        "--model",
        choices=asked.MODELS,
        default=asked.MODELS[0],
        help="how people choose: best then worst, both at once, or only one of them (%(default)s)",
    )
    parser.add_argument(
        "--ghost",
        type=_told(asked.read_ghost),
        default=0.5,
        metavar="G",
        help="imagined wins and losses of each item, which keep scores finite (%(default)s)",
    )
    parser.add_argument(
        "--base",
        type=asked.read_name,
        metavar="ITEM",
        help="give coefficients relative to this item; else they sum to 0",
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        type=_told(asked.read_where),
        metavar="COLUMN=VALUE",
        help="only these rows; may be repeated",
    )
    parser.add_argument(
        "--by", type=asked.read_name, metavar="COLUMN", help="compare the groups of this column"
    )
    weights = parser.add_mutually_exclusive_group()
    weights.add_argument(
        "--weight", type=asked.read_name, metavar="COLUMN", help="weigh each row by this column"
    )
    weights.add_argument(
        "--rake",
        action="append",
        default=[],
        type=_told(asked.read_targets),
        metavar="COLUMN=TARGETS",
        help="weigh people so that the column has these shares, such as age=young:40%%,old:60%%; "
        "may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--html", metavar="FILE", help="write a page with charts, too")
    parser.add_argument(
        "--seed",
        type=_told(asked.read_seed),
        default=0,
        metavar="N",
        help="of the random draws behind the chances (%(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Judge the file; print what it says."""
    # All matrices are small: threads would take longer to begin than to end.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from canyu.surveys.errors import SurveyRefused  # noqa: PLC0415
    from canyu.surveys.figures import json_of  # noqa: PLC0415
    from canyu.surveys.judging import judge_survey  # noqa: PLC0415
    from canyu.surveys.names import printable  # noqa: PLC0415
    from canyu.surveys.reading import read_survey  # noqa: PLC0415

    asked = _asked(arguments)
    source = "standard input" if arguments.file == STANDARD_INPUT else arguments.file
    data = _read(arguments.file)
    if arguments.html and Path(arguments.html).resolve() == Path(arguments.file).resolve():
        message = f"the page cannot be written over the survey {arguments.file}; name another file."
        raise CommandFailed(message)
    try:
        judgement = judge_survey(read_survey(data, asked), asked)
    except SurveyRefused as refusal:
        message = f"{printable(source)}: {refusal}"
        raise CommandFailed(message) from refusal
    name = "standard input" if arguments.file == STANDARD_INPUT else Path(arguments.file).name
    if arguments.html:
        _write_page(arguments.html, judgement, name)
    is_unicode = _can_say("─●…")
    if arguments.json:
        text = json_of(judgement, is_ascii=not is_unicode)
    else:
        text = _table(judgement, name, is_unicode=is_unicode)
    _say(text)
    return OK


def _asked(arguments: argparse.Namespace) -> "Asked":
    from canyu.surveys.asked import Asked  # noqa: PLC0415

    return Asked(
        model=arguments.model,
        ghost=arguments.ghost,
        base=arguments.base,
        where=tuple(arguments.where),
        by=arguments.by,
        weight=arguments.weight,
        rake=tuple(arguments.rake),
        seed=arguments.seed,
    )


def _read(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except IsADirectoryError as problem:
        message = f"{file!r} is a folder, not a file."
        raise CommandFailed(message) from problem
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        message = f"{file!r} cannot be read ({why.lower()}). Check its name and your rights."
        raise CommandFailed(message) from problem


def _write_page(file: str, judgement: "Judgement", name: str) -> None:
    from canyu.surveys.page import page_of  # noqa: PLC0415

    page = page_of(judgement, source=name)
    try:
        Path(file).write_text(page, encoding="utf-8")
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        message = f"the page {file!r} cannot be written ({why.lower()})."
        raise CommandFailed(message) from problem


def _table(judgement: "Judgement", name: str, *, is_unicode: bool) -> str:
    from canyu.surveys.terminal import Look, text_of  # noqa: PLC0415

    is_terminal = sys.stdout.isatty()
    look = Look(
        columns=shutil.get_terminal_size((80, 24)).columns if is_terminal else 80,
        has_colour=is_terminal
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb",
        is_unicode=is_unicode,
    )
    return text_of(judgement, source=name, look=look)


def _can_say(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _say(text: str) -> None:
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))


def _told(read: Callable[[str], Understood]) -> Callable[[str], Understood]:
    """Let argparse tell the sentence of a ValueError, which it would swallow."""

    def understand(text: str) -> Understood:
        try:
            return read(text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from problem

    return understand
