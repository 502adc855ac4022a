"""`canyu import credits` and `canyu credits`: what the ledger says, and mending it when told."""

from pathlib import Path

from tests.config.shell import canyu, done, refused
from tests.places import ask, copy_home

TABLE = """change,day,release,release_day,text,maker,role,person
c1,2020-01-02,0.1,2020-02-03,It no longer stops,Dev A,report,Ana
c1,2020-01-02,0.1,2020-02-03,It no longer stops,Dev A,king,Bo
"""
LUMEN = ("--product", "lumen")


def test_the_ledger_is_told_and_mended_only_when_told_to(opened_home: Path, tmp_path: Path) -> None:
    home, table = tmp_path / "home", tmp_path / "credits.csv"
    copy_home(opened_home, home)
    table.write_text(TABLE, encoding="utf-8")

    read = canyu(home, "import", "credits", table, *LUMEN)
    assert read.returncode == 1
    assert "credits.csv:3: The role 'king' is none of" in read.stderr
    assert read.stdout == "2 new, 0 changed, 0 as before, 1 not read\n"
    right = ask(home, "SELECT role, fact FROM credits_credit WHERE named_id IS NOT NULL ORDER BY 1")
    assert right == [("asked", "past"), ("made", "past")]
    ask(home, "DELETE FROM credits_credit WHERE role = 'asked'")
    ask(home, "UPDATE credits_credit SET fact = 'hand' WHERE fact = 'past'")
    for _ in range(2):
        looked = canyu(home, "credits", *LUMEN)
        assert looked.returncode == 1
        *_, differs, last = looked.stdout.splitlines()
        assert differs.startswith(
            "differs lumen 0.1: 1 missing, 0 that no fact gives, 1 of another"
        )
        assert last.endswith("2 differed from the facts; mend them with canyu credits --mend")
    assert "mended lumen 0.1" in done(canyu(home, "credits", "--mend"))
    assert done(canyu(home, "credits")).startswith("ok   lumen: ")
    assert (
        ask(home, "SELECT role, fact FROM credits_credit WHERE named_id IS NOT NULL ORDER BY 1")
        == right
    )
    assert "nowhere" in refused(canyu(home, "credits", "--product", "nowhere"))
