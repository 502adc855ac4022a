"""Facts on their way to programs: signed, in order, once more after a failure, never lost."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Standard
from standardwebhooks.webhooks import WebhookVerificationError

from canyu.channels import services
from canyu.channels.errors import AddressRefused, WebhookRefused
from canyu.channels.models import Sending, Webhook
from canyu.channels.posting import Reply, post
from canyu.channels.queries import notices_for, sendings_of, webhook_of
from canyu.channels.services import Wire
from canyu.channels.webhook_rules import KINDS, MOST_LINES, MOST_REFUSALS, wait_after
from canyu.journal.errors import NotAllowed
from canyu.journal.services import deliver_due
from canyu.reports.services import close_report
from canyu.topics.services import raise_topic
from tests.builders import FRIDAY, WEDNESDAY, Town, make_member, open_week

pytestmark = pytest.mark.django_db
LOOPBACK = [ip_network("127.0.0.0/8")]


class Receiver:
    """Takes what is posted; answers with `status`, and remembers headers and bodies."""

    def __init__(self) -> None:
        self.status, self.location = 200, ""
        self.got: list[tuple[dict[str, str], str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.got.append(({key.lower(): one for key, one in self.headers.items()}, body))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.end_headers()
                self.wfile.write(b"thank \xff you\0")

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/in"


@contextmanager
def answering(server: HTTPServer) -> Iterator[None]:
    """A server that answers in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    with answering(receiver.server):
        yield receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def nobody() -> str:
    """An address of this machine at which nobody is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/in"


def webhook_to(town: Town, address: str, *kinds: str) -> tuple[int, str]:
    return services.add_webhook(
        actor_id=town.owner,
        product_id=town.product,
        address=address,
        kinds=kinds or KINDS,
        inside=LOOPBACK,
        at=FRIDAY,
    )


def ask(town: Town, title: str, at: datetime = FRIDAY) -> int:
    topic_id = raise_topic(
        member_id=town.maker,
        product_id=town.product,
        kind="idea",
        title=title,
        words="",
        language="en",
        at=at,
    )
    deliver_due(at=at)
    return topic_id


def send(at: datetime = FRIDAY, **more: Any) -> int:
    wire = Wire(words=lambda _product_id, body: body, inside=LOOPBACK, **more)
    return services.send_due(now=lambda: at, wire=wire, spread=lambda: 0.0)


def test_what_is_sent_is_what_the_standard_says(town: Town, receiver: Receiver) -> None:
    webhook_id, secret = webhook_to(town, receiver.address)
    topic_id = ask(town, "夜间配色")
    assert send(datetime.now(FRIDAY.tzinfo)) == 1
    ((fields, body),) = receiver.got
    told = Standard(secret).verify(body.encode(), fields)
    assert told["type"] == "topic.raised"
    assert told["data"] == {
        "product": "lumen",
        "topic": topic_id,
        "kind": "idea",
        "title": "夜间配色",
        "page": f"/p/lumen/topics/{topic_id}/",
    }
    with pytest.raises(WebhookVerificationError):
        Standard(secret).verify(body.replace("idea", "IDEA").encode(), fields)
    (line,) = sendings_of(webhook_id)
    assert (line.state, line.status, line.attempts) == ("sent", 200, 1)
    assert line.said == "thank \ufffd you?"
    assert send() == 0


def test_both_secrets_sign_for_a_day(town: Town, receiver: Receiver) -> None:
    webhook_id, old = webhook_to(town, receiver.address)
    now = datetime.now(FRIDAY.tzinfo)
    new = services.renew_secret(actor_id=town.owner, webhook_id=webhook_id, at=now)
    ask(town, "One")
    send(now)
    for secret in (old, new):
        Standard(secret).verify(receiver.got[0][1].encode(), receiver.got[0][0])
    ask(town, "Two")
    send(now + timedelta(hours=25))
    assert len(receiver.got[1][0]["webhook-signature"].split()) == 1


def test_a_receiver_that_is_down_for_an_hour_gets_everything_in_order(town: Town) -> None:
    with receiving() as receiver:
        webhook_id, _ = webhook_to(town, receiver.address, "topic.raised")
        address = receiver.address
    at = FRIDAY
    for n in range(5):
        ask(town, f"Topic {n}", at)
        send(at)
        at += timedelta(minutes=12)
    assert webhook_of(webhook_id, product_id=town.product).n_due == 5
    assert Sending.objects.exclude(attempts=0).count() == 1
    with receiving() as receiver:
        Webhook.objects.update(address=receiver.address)
        assert address != receiver.address
        for _ in range(40):
            at += timedelta(minutes=6)
            send(at)
        titles = [json.loads(body)["data"]["title"] for _, body in receiver.got]
    assert titles == [f"Topic {n}" for n in range(5)]
    found = webhook_of(webhook_id, product_id=town.product)
    assert (found.n_due, found.failing_since, found.next_at) == (0, None, None)


def test_three_days_of_failure_end_it_and_its_owner_is_told(town: Town) -> None:
    webhook_id, _ = webhook_to(town, nobody())
    ask(town, "One")
    at, n_tries = FRIDAY, 0
    while webhook_of(webhook_id, product_id=town.product).state == "on":
        n_tries += send(at)
        at += timedelta(minutes=30)
    assert timedelta(days=3) <= at - FRIDAY < timedelta(days=5)
    assert 8 <= n_tries <= 14
    deliver_due(at=at)
    assert [one.kind for one in notices_for(town.owner)].count("webhook") == 1
    ask(town, "Two", at)
    assert webhook_of(webhook_id, product_id=town.product).n_due == 1
    services.change_webhook(
        actor_id=town.owner, webhook_id=webhook_id, kinds=["topic.raised"], is_on=True, at=at
    )
    assert send(at) == 1


def test_gone_ends_it_at_once_and_a_redirect_leads_nowhere(town: Town, receiver: Receiver) -> None:
    webhook_id, _ = webhook_to(town, receiver.address)
    receiver.status, receiver.location = 302, "http://127.0.0.1:1/elsewhere"
    ask(town, "One")
    send()
    assert sendings_of(webhook_id)[0].status == 302
    assert len(receiver.got) == 1
    receiver.status = 410
    send(FRIDAY + timedelta(days=1))
    assert webhook_of(webhook_id, product_id=town.product).state == "gone"


def test_what_is_refused_again_and_again_holds_nothing_up(town: Town, receiver: Receiver) -> None:
    webhook_id, _ = webhook_to(town, receiver.address)
    ask(town, "One")
    ask(town, "Two")
    receiver.status, at = 422, FRIDAY
    for _ in range(MOST_REFUSALS):
        assert send(at) == 1
        at += timedelta(hours=12)
    receiver.status = 200
    assert send(at) == 1
    assert [one.state for one in sendings_of(webhook_id)] == ["sent", "refused"]
    refused = Sending.objects.get(state="refused")
    services.send_again(actor_id=town.owner, webhook_id=webhook_id, sending_id=refused.pk, at=at)
    assert send(at) == 1
    assert len({fields["webhook-id"] for fields, _ in receiver.got}) == 2


def test_a_name_that_changes_reaches_nothing_inside(town: Town, receiver: Receiver) -> None:
    """It stood for the open net when it was saved; at the moment of sending it does not."""
    Webhook.objects.create(
        product_id=town.product,
        address="https://turns.example/in",
        kinds=["topic.raised"],
        secrets=[["whsec_AAAA", ""]],
        made_at=FRIDAY,
    )
    ask(town, "One")
    reached: list[str] = []

    def note(target: Any, _body: str, _fields: Any) -> Reply:
        reached.append(target.number)
        return Reply(200)

    answers = iter((["93.184.216.34"], ["127.0.0.1"]))
    wire = Wire(
        words=lambda _product_id, body: body,
        ask=lambda _host, _port: next(answers),
        post=note,
    )
    assert services.send_due(now=lambda: FRIDAY, wire=wire) == 1
    assert reached == ["93.184.216.34"]
    ask(town, "Two")
    services.send_due(now=lambda: FRIDAY, wire=wire)
    assert reached == ["93.184.216.34"]
    assert "not of the open net" in sendings_of(Webhook.objects.get().pk)[0].said


def test_a_node_that_died_holds_an_address_for_a_minute(town: Town, receiver: Receiver) -> None:
    webhook_to(town, receiver.address)
    ask(town, "One")

    def die(*_args: object) -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(post=die)
    assert send(FRIDAY + timedelta(seconds=30)) == 0
    assert send(FRIDAY + timedelta(seconds=61)) == 1
    assert len(receiver.got) == 1


def test_a_week_is_told_to_whoever_wants_it(town: Town, receiver: Receiver) -> None:
    webhook_to(town, receiver.address, "release.published", "report.opened", "report.closed")
    close_report(release_id=open_week(town), at=WEDNESDAY)
    at = FRIDAY + timedelta(days=30)
    while deliver_due(at=at):
        pass
    send(at)
    told = [json.loads(body) for _, body in receiver.got]
    assert [one["type"] for one in told] == ["release.published", "report.opened", "report.closed"]
    assert told[2]["data"]["page"] == f"/p/lumen/releases/{told[2]['data']['version']}/results/"


def test_only_owners_decide_and_forms_are_checked(town: Town) -> None:
    with pytest.raises(NotAllowed):
        services.add_webhook(
            actor_id=town.maker,
            product_id=town.product,
            address="https://webhook.example/",
            kinds=KINDS,
            at=FRIDAY,
        )
    with pytest.raises(AddressRefused):
        webhook_to(town, "gopher://127.0.0.1/")
    with pytest.raises(WebhookRefused):
        webhook_to(town, "https://webhook.example/", "everything")
    webhook_id, _ = webhook_to(town, "https://webhook.example/")
    with pytest.raises(NotAllowed):
        services.remove_webhook(actor_id=make_member("su"), webhook_id=webhook_id, at=FRIDAY)
    services.remove_webhook(actor_id=town.owner, webhook_id=webhook_id, at=FRIDAY)
    assert not Webhook.objects.exists()


def test_the_log_is_bounded(town: Town, receiver: Receiver) -> None:
    webhook_id, _ = webhook_to(town, receiver.address)
    row = Webhook.objects.get()
    Sending.objects.bulk_create(
        Sending(webhook=row, key=f"{n}", kind="test", body="{}", made_at=FRIDAY, state="sent")
        for n in range(MOST_LINES + 20)
    )
    services.try_webhook(actor_id=town.owner, webhook_id=webhook_id, at=FRIDAY)
    send()
    assert Sending.objects.count() == MOST_LINES


def test_waits_grow_and_are_spread() -> None:
    waits = [wait_after(n, spread=0) for n in range(1, 14)]
    assert waits == sorted(waits)
    assert wait_after(3, spread=1) > wait_after(3, spread=0)


def test_nobody_there_is_an_answer_too(receiver: Receiver) -> None:
    from canyu.channels.outside import target_of  # noqa: PLC0415

    target = target_of(nobody(), inside=LOOPBACK)
    assert post(target, "{}", {}).status is None
    assert "refused" in post(target, "{}", {}).said
    # Who speaks no TLS is nobody.
    tls = target_of(receiver.address.replace("http:", "https:"), inside=LOOPBACK)
    assert post(tls, "{}", {}).status is None
