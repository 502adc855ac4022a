"""Translations: `messages.py update` brings the .po files up to date, `check` says what is missing.

What a person sees is English in the code (msgid) and is translated in
canyu/locale/<language>/LC_MESSAGES/django.po.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.core.management import CommandError, call_command
from django.core.management.commands.makemessages import Command as MakeMessages

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "canyu"
LANGUAGES = ("zh_Hans",)
PO = "LC_MESSAGES/django.po"
SOURCES = {".py", ".html", ".txt"}

# %(name)s and %(n)d of printf, {name} of str.format; %% and {{ are not places.
PLACE = re.compile(r"%\((\w+)\)|(?<!\{)\{(\w*)[^{}]*\}(?!\})")


# A new file starts with its number of plural forms, which the extraction then keeps to.
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: canyu\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"
"""


class Extract(MakeMessages):
    """Django's command without guesses: a fuzzy translation is a wrong one."""

    def __init__(self) -> None:
        super().__init__()
        self.msgmerge_options = [*self.msgmerge_options, "--no-fuzzy-matching"]


def extract(package: Path) -> None:
    """Write what the code under `package` says into its locale/ folder."""
    for language in LANGUAGES:
        po = package / "locale" / language / PO
        if not po.exists():
            po.parent.mkdir(parents=True, exist_ok=True)
            plural_forms = Catalog(language).plural_forms
            header = HEADER.format(language=language, plural_forms=plural_forms)
            po.write_text(header, encoding="utf-8")
    # The product's settings name its own locale/ folder, and here another may be meant.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    here = Path.cwd()
    os.chdir(package)
    try:
        call_command(
            Extract(),
            locale=list(LANGUAGES),
            add_location="file",
            no_obsolete=True,
            no_wrap=True,
            verbosity=0,
        )
    finally:
        os.chdir(here)


def copy_sources(package: Path, target: Path) -> None:
    """Copy what can hold words, without the translations."""
    for path in package.rglob("*"):
        inside = path.relative_to(package)
        if path.suffix in SOURCES and not {"locale", "static", "__pycache__"} & set(inside.parts):
            copy = target / inside
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def read_catalog(path: Path) -> Catalog:
    """Read a .po file; a missing one holds nothing."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def words_of(value: object) -> tuple[str, ...]:
    """The forms of a message: one, or one for each plural."""
    return tuple(value) if isinstance(value, tuple | list) else (str(value or ""),)


def places_in(text: str) -> set[str]:
    """The names that a sentence has places for."""
    return {a or b for a, b in PLACE.findall(text.replace("%%", "").replace("{{", ""))}


def problems_of(wanted: Message, found: Message | None) -> Iterator[str]:
    """What is wrong with one translation."""
    if found is None:
        yield "is not in the .po file: make messages"
        return
    forms = words_of(found.string)
    if not all(form.strip() for form in forms):
        yield "is not translated"
        return
    if found.fuzzy:
        yield "is marked fuzzy: read it again, then take the mark away"
    asked = set().union(*(places_in(form) for form in words_of(wanted.id)))
    # A plural form may leave out the number; nothing else may go, and nothing may be made up.
    may_go = {"n", "count", "counter"} if len(words_of(wanted.id)) > 1 else set()
    for form in forms:
        given = places_in(form)
        if given - asked or asked - given - may_go:
            yield f"has the places {sorted(asked)}, its translation {sorted(given)}"


def check_language(language: str, code: Catalog, package: Path) -> list[str]:
    """Return one line for each message that is not whole in this language."""
    catalog = read_catalog(package / "locale" / language / PO)
    lines = []
    for wanted in code:
        if not wanted.id:
            continue
        found = catalog.get(wanted.id, wanted.context)
        where = ", ".join(sorted({place for place, _ in wanted.locations}))
        lines += [
            f"{language}: {words_of(wanted.id)[0]!r} ({where}) {problem}"
            for problem in problems_of(wanted, found)
        ]
    return lines


def check(package: Path = PACKAGE) -> int:
    """Print what is not translated; return 1 when there is any."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "canyu"
        copy_sources(package, copy)
        extract(copy)
        lines = [
            line
            for language in LANGUAGES
            for line in check_language(
                language, read_catalog(copy / "locale" / language / PO), package
            )
        ]
    print("\n".join(lines) if lines else "Every message is translated.")
    return 1 if lines else 0


def main() -> int:
    """Do what the one word on the command line says."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        if word == "update":
            extract(PACKAGE)
            return 0
        if word == "check":
            return check()
    except CommandError as problem:
        print(f"The words were not read from the code: {problem}", file=sys.stderr)
        return 1
    print("messages.py knows the words update and check.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
