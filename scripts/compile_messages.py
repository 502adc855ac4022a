"""Compile every .po of the product into the .mo that Django reads, where the .po is newer."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

LOCALE = Path(__file__).resolve().parent.parent / "canyu" / "locale"


def is_stale(po: Path, mo: Path) -> bool:
    """Whether the compiled file is missing or older than its source."""
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def compile_po(po: Path, mo: Path) -> None:
    """Write `mo` whole or not at all, so that a running server never reads half of one."""
    with po.open("rb") as source:
        catalog = read_po(source, abort_invalid=True)
    part = mo.with_suffix(".part")
    with part.open("wb") as target:
        write_mo(target, catalog)
    part.replace(mo)


def main() -> int:
    """Compile what is stale; return 1 when one could not be read."""
    status = 0
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not is_stale(po, mo):
            continue
        try:
            compile_po(po, mo)
        except (PoFileError, UnicodeDecodeError) as problem:
            print(f"{po}: not compiled: {problem}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
