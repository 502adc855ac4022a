"""Are 3,924 real credits kept as the source tells them, also when they are made anew?

    python bench/credits.py [FOLDER] [--times 9]

FOLDER (usually ../shared/data/curl_credits beside the repository) holds credits.csv.gz, a table of
who reported, suggested, helped, tested, reviewed and patched what (docs/import-format.md, "Credits
of the past"). Imports it twice into a fresh store, compares the ledger's counts with those of the
source by role and by person, makes the ledger anew, and asks for the page of the person who is
credited most. Fails where a count differs, where the second time or making it anew changes
anything, or where the page takes 200 ms.
"""

import argparse
import csv
import gzip
import io
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from statistics import median

LIMIT_MS = 200.0


def usual_folder() -> Path:
    shared = os.environ.get("CANYU_SHARED")
    root = Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared"
    return root / "data" / "curl_credits"


def source_of(folder: Path) -> list[dict[str, str]]:
    with gzip.open(folder / "credits.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=usual_folder())
    parser.add_argument("--times", type=int, default=9)
    arguments = parser.parse_args()
    if not (arguments.folder / "credits.csv.gz").exists():
        print(f"There is no credits.csv.gz in {arguments.folder}; name the folder that holds it.")
        return 1
    rows = source_of(arguments.folder)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"CANYU_HOME": home, "DJANGO_SETTINGS_MODULE": "canyu.config.settings"}
        os.environ.pop("CANYU_DATABASE", None)
        return measure(rows, arguments.folder / "credits.csv.gz", arguments.times)


def measure(rows: list[dict[str, str]], path: Path, times: int) -> int:
    from canyu.config.command import main as canyu  # noqa: PLC0415 - after the settings are told

    assert canyu(["product", "curl", "--name", "curl", "--owner", "bench"]) == 0
    for _time in ("first", "second"):
        begun = time.perf_counter()
        assert canyu(["import", "credits", str(path), "--product", "curl"]) == 0
        print(f"imported in {time.perf_counter() - begun:.1f} s")

    from canyu.credits import queries  # noqa: PLC0415 - after the settings are told
    from canyu.credits.models import Credit  # noqa: PLC0415 - after the settings are told
    from canyu.products.queries import product_ids_by_slug  # noqa: PLC0415 - after the settings are told

    product_id = product_ids_by_slug()["curl"]
    words = sorted({row["role"] for row in rows})
    noted = queries.noted_count(product_id).by_word
    by_word = Counter(row["role"] for row in rows)
    print(f"source:  {len(rows)} rows, {dict(sorted(by_word.items()))}")
    print(f"ledger:  {sum(noted[one] for one in words)} facts, {noted}")
    people = Counter(row["credited_person"] for row in rows)
    same = [
        all(noted[word] == by_word[word] for word in words),
        queries.n_noted_by_person(product_id, words) == dict(people),
    ]
    print(f"equal by role: {same[0]}; equal by person, {len(people)} of them: {same[1]}")
    before = sorted(Credit.objects.values_list("change_id", "named_id", "role"))
    assert canyu(["credits", "--product", "curl"]) == 0
    Credit.objects.all().delete()
    with redirect_stdout(io.StringIO()):
        assert canyu(["credits", "--product", "curl", "--mend"]) == 0
    kept = sorted(Credit.objects.values_list("change_id", "named_id", "role")) == before
    print(f"{len(before)} credits, the same after they were made anew from nothing: {kept}")
    return 0 if all(same) and kept and page(product_id, times) < LIMIT_MS else 1


def page(product_id: int, times: int) -> float:
    from django.test import Client  # noqa: PLC0415 - as above

    from canyu.credits import queries  # noqa: PLC0415 - after the settings are told

    most = queries.most_credited(product_id, is_named=True)
    assert most is not None
    who, n_changes = most
    client = Client(headers={"host": "localhost"})
    # A process that has served a page: the first one of all reads every template and address.
    assert client.get("/p/curl/").status_code == 200
    taken = []
    for _time in range(times):
        begun = time.perf_counter()
        answer = client.get(f"/p/curl/people/{who.named_id}/")
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200
    name = queries.named_person(who.named_id, product_id).name
    print(
        f"the page of {name}, {n_changes} changes: {median(taken):.0f} ms at the median of {times},"
        f" {taken[0]:.0f} ms the first time, {len(answer.content) // 1000} kB"
    )
    return median(taken)


if __name__ == "__main__":
    sys.exit(main())
