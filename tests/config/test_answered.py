"""Requests counted by ourselves, told as the library tells its own."""

import threading

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from canyu.config.answered import Answered

BOUNDS = (0.001, 0.01, 0.1, 1, 10)


def figures(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = generate_latest(registry).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def told(answered: Answered) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    registry = CollectorRegistry()
    registry.register(answered)
    return figures(registry)


@given(
    st.lists(st.tuples(st.sampled_from(["page", "door"]), st.integers(200, 599))),
    st.lists(st.tuples(st.sampled_from(["page", "door"]), st.floats(0, 20))),
    st.lists(st.sampled_from(["", "often", "full"])),
)
def test_it_tells_what_the_librarys_own_would(
    statuses: list[tuple[str, int]], times: list[tuple[str, float]], replies: list[str]
) -> None:
    answered, registry = Answered(BOUNDS), CollectorRegistry()
    requests = Counter("canyu_requests", "-", ["kind", "status"], registry=registry)
    seconds = Histogram("canyu_request_seconds", "-", ["kind"], buckets=BOUNDS, registry=registry)
    acknowledged = Counter("canyu_intake_acknowledged", "-", registry=registry)
    refused = Counter("canyu_intake_refused", "-", ["reason"], registry=registry)
    for kind, status in statuses:
        answered.count_request(kind, status)
        requests.labels(kind, f"{status // 100}xx").inc()
    for kind, one in times:
        answered.time_request(kind, one)
        seconds.labels(kind).observe(one)
    for why in replies:
        answered.count_reply(why)
        (refused.labels(why) if why else acknowledged).inc()
    ours, theirs = told(answered), figures(registry)
    assert ours.keys() == theirs.keys()
    assert all(abs(ours[one] - theirs[one]) < 1e-9 * max(1, theirs[one]) for one in ours)


def test_threads_lose_nothing() -> None:
    answered = Answered(BOUNDS)

    def count() -> None:
        for _ in range(5_000):
            answered.count_request("door", 200)
            answered.time_request("door", 0.05)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = told(answered)
    assert found["canyu_requests_total", (("kind", "door"), ("status", "2xx"))] == 20_000
    assert found["canyu_request_seconds_count", (("kind", "door"),)] == 20_000
