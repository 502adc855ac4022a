"""docs/credits.md tells the table as it is."""

import re

from canyu.credits.rules import ALWAYS, EVERYBODY, OUT, RULES
from tests.house.reading import ROOT

UNTIL = {OUT: "the release went out", EVERYBODY: "its last ring had it", ALWAYS: "always"}
ROW = re.compile(r"^\| `(\w+)`: [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)


def test_the_table_of_the_page_is_the_table_of_the_code() -> None:
    page = (ROOT / "docs" / "credits.md").read_text(encoding="utf-8")
    told = [
        (fact, role.split(" (")[0].strip(), until.strip(), bool(may_not.strip()))
        for fact, role, until, may_not in ROW.findall(page)
    ]
    assert told == [
        (rule.fact, rule.role or "what it says", UNTIL[rule.until], bool(rule.may_not))
        for rule in RULES
    ]
