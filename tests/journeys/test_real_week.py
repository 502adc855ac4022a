"""A week on a real release: what 120 people say over HTTP brings the truth to light.

The whole of it, with 500 people, 20 releases and the commands, is bench/real_week.py.
"""

from pathlib import Path

import numpy as np
import pytest
from pytest_django.live_server_helper import LiveServer

from bench._crowd import Asker, Refused, agreement, fill_reports
from bench.antd_convert import convert, history_folder
from canyu.channels.imports.jsonlines import release_line
from canyu.channels.services import import_releases
from canyu.journal.clock import now
from canyu.members.services import make_key
from canyu.releases.queries import release_of
from canyu.reports.services import close_report, open_report
from tests.builders import make_operator, make_people, make_product

N_PEOPLE, N_RELEASES = 120, 30

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not history_folder().is_dir(),
        reason=f"There is no {history_folder()}; set CANYU_SHARED to the folder that holds data/.",
    ),
]


def test_a_crowd_with_a_known_taste(tmp_path: Path, live_server: LiveServer) -> None:
    product_id = make_product(make_operator(), "antd")
    newest = list(convert(history_folder()))[-N_RELEASES:]
    history = tmp_path / "antd.jsonl"
    history.write_text("".join(f"{release_line(one)}\n" for one in newest), encoding="utf-8")
    first, second = (
        import_releases(product_id=product_id, path=history, at=now()) for _time in range(2)
    )
    assert (first.n_new, first.problems) == (N_RELEASES, [])
    assert (second.n_new, second.n_changed, second.n_same) == (0, 0, N_RELEASES)

    people = make_people(product_id, N_PEOPLE)
    keys = [make_key(actor_id=one, name="program", at=now()) for one in people]
    # A small release: each of 120 people sees 5 of its changes.
    release = next(one for one in reversed(newest) if 8 <= len(one.changes) <= 12)
    release_id = release_of(product_id, release.version).id
    open_report(release_id=release_id, at=now())

    path = f"/products/antd/releases/{release.version}"
    address = live_server.url.removeprefix("http://")
    with Asker(address) as asker:
        ids = [change["id"] for change in asker.ask("GET", path)["changes"]]
        # Evenly far apart: 120 people find that order, whichever screens the key draws for them.
        truth = dict(zip(ids, np.linspace(-1.5, 1.5, len(ids)).tolist(), strict=True))
        # One at a time: the store of tests is in memory, and takes one writer.
        fill_reports(address, f"{path}/report", keys=keys, truth=truth, seed=1, n_threads=1)
        assert asker.ask("GET", f"{path}/turnout")["n_reports"] == N_PEOPLE
        with pytest.raises(Refused, match="Before the close only turnout is shown"):
            asker.ask("GET", f"{path}/results")
        close_report(release_id=release_id, at=now())
        results = asker.ask("GET", f"{path}/results")
    assert (results["n_reports"], results["is_enough"]) == (N_PEOPLE, True)
    assert agreement(results, truth) >= 0.8
