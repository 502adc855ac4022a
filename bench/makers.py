"""Do desk and echo cost the same for each of 200 makers, whatever waits for them?

    python bench/makers.py [HOME]

HOME (usually var/demo-large) is the folder of a large town, which `canyu demo --large --make-only`
makes in some minutes. Asks for the desk and the echo of every maker of it as their browsers do,
twice each, and prints how many queries the second time took and how long; and what waits for whom,
as the owner sees it. Fails where any page is not shown, where two makers' pages differ by more than
the kinds of things that some have and others have not, or where one takes half a second.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

PAGES = ("/desk/", "/me/echo/")
# A kind of thing of which somebody has none asks for nothing more of it.
MOST_APART = 8
LIMIT_MS = 500.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, nargs="?", default=Path("var/demo-large"))
    home = parser.parse_args().home
    if not (home / "canyu.sqlite3").exists() and "CANYU_DATABASE" not in os.environ:
        print(f"There is no town in {home}; make it: canyu demo --large --make-only")
        return 1
    os.environ |= {
        "CANYU_DEMO": "1",
        "CANYU_HOME": str(home),
        "CANYU_TIME_ZONE": "Asia/Shanghai",
        "DJANGO_SETTINGS_MODULE": "canyu.config.settings",
    }
    from canyu.config.setup import start_with_database  # noqa: PLC0415 - after the settings are told

    start_with_database()
    return measure()


def measure() -> int:
    from django.conf import settings  # noqa: PLC0415

    from canyu.demo.models import Town  # noqa: PLC0415
    from canyu.members.queries import members_of  # noqa: PLC0415
    from canyu.products import queries as products  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    product_id = Town.objects.get().product_id
    if product_id is None:
        print("This town is not founded.")
        return 1
    team = members_of(one.member_id for one in products.team_of(product_id))
    n_people = sum(products.n_ring_members(product_id).values())
    print(f"{len(team)} makers, {n_people:,} people in rings")
    slug = products.product_by_id(product_id).slug
    owner = next(one.member_id for one in products.team_of(product_id) if one.role == "owner")
    asked = [*((page, list(team)) for page in PAGES), (f"/p/{slug}/team/loads/", [owner])]
    # Each is asked for, also after one that was too slow.
    are_well = [_all_see(page, member_ids) for page, member_ids in asked]
    return 0 if all(are_well) else 1


def _all_see(page: str, member_ids: list[int]) -> bool:
    queries: Counter[int] = Counter()
    took = []
    for member_id in member_ids:
        n_queries, ms = _seen(page, member_id)
        queries[n_queries] += 1
        took.append(ms)
    usual = queries.most_common(1)[0][0]
    print(
        f"{page}: {min(queries)} to {max(queries)} queries (most often {usual}), "
        f"median {median(took):.0f} ms, slowest {max(took):.0f} ms"
    )
    return max(queries) - min(queries) <= MOST_APART and max(took) < LIMIT_MS


def _seen(page: str, member_id: int) -> tuple[int, float]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client: Any = Client()
    client.force_login(get_user_model().objects.get(pk=member_id))
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        begun = time.perf_counter()
        answer = client.get(page)
        took = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        sys.exit(f"{page} answered {answer.status_code} to member {member_id}")
    return len(asked), took


if __name__ == "__main__":
    sys.exit(main())
