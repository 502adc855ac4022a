"""Told at once in a browser: locked for it, signed by us, once, and off again from anywhere."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from py_vapid import Vapid02

from canyu.channels import services
from canyu.channels.errors import BrowserRefused
from canyu.channels.models import Browser, Push
from canyu.channels.posting import Reply
from canyu.channels.push_rules import MOST_BROWSERS, USUAL, fate_of, wait_after
from canyu.channels.pushing import MOST_BYTES, PushWords, body_of, public_key_of
from canyu.channels.queries import browsers_of
from canyu.channels.services import PushWay
from canyu.config.mail import contact_of
from canyu.members.services import deactivate_member
from canyu.web.push_words import compose
from tests.channels.test_webhooks import answering
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, settle

pytestmark = pytest.mark.django_db
LOOPBACK = [ip_network("127.0.0.0/8")]
SOON = timedelta(minutes=1)
AUTH = b"sixteen bytes it"


def base64_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


class Service:
    """What the maker of a browser runs: takes notices, and the browser that can read them."""

    def __init__(self) -> None:
        self.status, self.retry_after = 201, ""
        self.fields: list[dict[str, str]] = []
        self.told: list[dict[str, str]] = []
        self.private = ec.generate_private_key(ec.SECP256R1())
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.fields.append({key.lower(): one for key, one in self.headers.items()})
                outer.told.append(json.loads(outer.unlock(body)))
                self.send_response(outer.status)
                if outer.retry_after:
                    self.send_header("Retry-After", outer.retry_after)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def unlock(self, body: bytes) -> bytes:
        opened: bytes = http_ece.decrypt(
            body, private_key=self.private, auth_secret=AUTH, version="aes128gcm"
        )
        return opened

    def of(self, name: str) -> dict[str, str]:
        """What a browser of this name says of itself."""
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return {
            "endpoint": f"{self.origin}/send/{name}",
            "public_key": base64_of(point),
            "auth": base64_of(AUTH),
        }


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()
    with answering(found.server):
        yield found


@pytest.fixture
def hamlet(db: None, monkeypatch: pytest.MonkeyPatch) -> Hamlet:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)
    return make_hamlet()


def turn_on(service: Service, member_id: int, name: str = "one", **more: Any) -> int:
    told = {"families": USUAL, "language": "en", "zone": "Asia/Shanghai", "at": AT, **more}
    return services.tell_browser(
        actor_id=member_id, **{**service.of(name), **told}, inside=LOOPBACK
    )


def tell(hamlet: Hamlet, member_id: int, key: str = "status:1", kind: str = "status") -> None:
    services.write_notices(
        member_ids=[member_id],
        product_id=hamlet.product_id,
        kind=kind,
        key=key,
        facts={"topic_id": hamlet.paste},
        at=AT,
    )


def push(at: datetime = AT, **more: Any) -> int:
    told = {"compose": compose, "inside": LOOPBACK, **more}
    way = PushWay(secret=settings.SECRET_KEY, contact="https://canyu.example", **told)
    return services.push_due(now=lambda: at, way=way)


def test_a_notice_is_locked_signed_and_told_once(hamlet: Hamlet, service: Service) -> None:
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana)
    assert push() == 1
    assert push(AT + SOON) == 0

    (fields,), (told,) = service.fields, service.told
    assert told["href"].startswith("/p/")
    assert told["body"]
    assert fields["content-encoding"] == "aes128gcm"
    assert (fields["ttl"], len(fields["topic"])) == ("86400", 32)
    # As the service proves it: our key, this service, not for long.
    assert Vapid02.verify(fields["authorization"])
    token, key = re.fullmatch(r"vapid t=(\S+),k=(\S+)", fields["authorization"]).groups()  # type: ignore[union-attr]
    assert key == public_key_of(settings.SECRET_KEY)
    claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == service.origin
    assert claims["sub"] == "https://canyu.example"
    assert AT < datetime.fromtimestamp(claims["exp"], UTC) <= AT + timedelta(hours=24)


def test_it_is_told_in_the_language_of_the_browser(hamlet: Hamlet, service: Service) -> None:
    turn_on(service, hamlet.ana, "phone", language="zh-hans")
    turn_on(service, hamlet.ana, "desk")
    tell(hamlet, hamlet.ana)
    assert push() == 2
    assert {told["language"] for told in service.told} == {"en", "zh-Hans"}
    chinese = next(told for told in service.told if told["language"] == "zh-Hans")
    assert re.search("[\u4e00-\u9fff]", chinese["body"])
    assert len({told["tag"] for told in service.told}) == 1


def test_only_what_was_chosen_is_told_and_nothing_that_was_read(
    hamlet: Hamlet, service: Service
) -> None:
    tell(hamlet, hamlet.ana, "before")
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana, "report:9", kind="report")
    assert push() == 0
    tell(hamlet, hamlet.ana, "read meanwhile")
    services.read_notices(member_id=hamlet.ana, at=AT)
    assert push() == 1
    assert service.told == []
    # The same once more is not told anew.
    tell(hamlet, hamlet.ana, "read meanwhile")
    assert push() == 0
    # Nor is what is a day old.
    tell(hamlet, hamlet.ana, "late")
    push(AT + timedelta(days=2))
    assert (service.told, Push.objects.count()) == ([], 0)


def test_a_browser_that_is_gone_is_forgotten(hamlet: Hamlet, service: Service) -> None:
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana)
    service.status = 410
    push()
    assert browsers_of(hamlet.ana) == []
    assert Push.objects.count() == 0


def test_a_service_that_is_busy_is_asked_again_when_it_says(
    hamlet: Hamlet, service: Service
) -> None:
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana)
    service.status, service.retry_after = 429, "300"
    push()
    assert push(AT + SOON) == 0
    service.status = 201
    assert push(AT + timedelta(minutes=6)) == 1
    assert [told["tag"] for told in service.told] == [service.told[0]["tag"]] * 2
    assert Push.objects.count() == 0


def test_what_is_refused_for_our_fault_holds_up_nothing(
    hamlet: Hamlet, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana, "first")
    tell(hamlet, hamlet.ana, "second")
    service.status = 413
    assert push() == 2
    assert "413" in caplog.text
    assert (len(service.told), Push.objects.count()) == (2, 0)


def test_who_died_while_sending_is_followed_by_one_repeat(hamlet: Hamlet, service: Service) -> None:
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana)

    class Killed(BaseException):
        """As if the process had ended here."""

    def die(*_told: object) -> Reply:
        raise Killed

    with pytest.raises(Killed):
        push(post=die)
    assert push(AT + timedelta(seconds=30)) == 0
    with pytest.raises(Killed):
        push(AT + timedelta(minutes=2), post=die)
    # It may have come twice: it comes no third time.
    assert push(AT + timedelta(minutes=4)) == 1
    assert (service.told, Push.objects.count()) == ([], 0)


def test_who_turns_it_on_has_the_browser_and_nobody_else(hamlet: Hamlet, service: Service) -> None:
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana)
    turn_on(service, hamlet.owner)
    assert browsers_of(hamlet.ana) == []
    push()
    assert service.told == []
    # Again is the same, with what was chosen last.
    turn_on(service, hamlet.owner, families=["team"])
    (only,) = browsers_of(hamlet.owner)
    assert only.families == ("team",)
    services.forget_browser(actor_id=hamlet.ana, browser_id=only.id, at=AT)
    assert len(browsers_of(hamlet.owner)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://127.0.0.1:99/x"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://push.example/" + "x" * 1_000_000},
        {"endpoint": "https://push.example/\0"},
        {"endpoint": ""},
        {"public_key": "AAAA"},
        {"public_key": "“"},
        {"auth": "AAAA"},
        {"families": []},
        {"families": ["answers", "everything"]},
        {"language": "xx"},
    ],
)
def test_what_no_browser_says_is_refused(
    hamlet: Hamlet, service: Service, wrong: dict[str, Any]
) -> None:
    sound = {**service.of("x"), "endpoint": "https://push.example/x"}
    told = {**sound, "families": USUAL, "language": "en", "zone": "Nowhere", "at": AT, **wrong}
    with pytest.raises(BrowserRefused):
        services.tell_browser(actor_id=hamlet.ana, **told)
    assert not Browser.objects.exists()


def test_nothing_inside_is_reached(hamlet: Hamlet, service: Service) -> None:
    turn_on(service, hamlet.ana)
    tell(hamlet, hamlet.ana)
    push(inside=())
    assert service.told == []
    (row,) = Browser.objects.all()
    assert row.n_failures == 1


def test_ten_browsers_are_enough(hamlet: Hamlet, service: Service) -> None:
    for number in range(MOST_BROWSERS):
        turn_on(service, hamlet.ana, str(number))
    with pytest.raises(BrowserRefused, match="Turn one of them off first"):
        turn_on(service, hamlet.ana, "eleven")
    deactivate_member(actor_id=hamlet.ana, member_id=hamlet.ana, at=AT)
    settle(AT)
    assert not Browser.objects.exists()


def test_telling_many_asks_the_store_the_same(hamlet: Hamlet, service: Service) -> None:
    def n_queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            services.write_notices(
                member_ids=[hamlet.ana, hamlet.owner, hamlet.lin],
                product_id=hamlet.product_id,
                kind="status",
                key=f"moved:{Push.objects.count()}",
                facts={},
                at=AT,
            )
        return len([one for one in asked if 'channels_notice" (' not in one["sql"]])

    turn_on(service, hamlet.ana)
    first = n_queries()
    turn_on(service, hamlet.owner, "two")
    turn_on(service, hamlet.lin, "three")
    assert n_queries() == first


# ---------------------------------------------------------------------------- pages


@pytest.fixture
def ana(client: Client, hamlet: Hamlet) -> Client:
    assert client.login(username="ana", password=PASSWORD)
    return client


def said(service: Service, **more: Any) -> dict[str, Any]:
    return {
        **service.of("here"),
        "endpoint": "https://push.example/here",
        "families": ["answers"],
        "zone": "Europe/Berlin",
        **more,
    }


def test_it_is_turned_on_by_its_script_and_off_by_signing_out(
    ana: Client, hamlet: Hamlet, service: Service
) -> None:
    page = ana.get("/me/browser/").content.decode()
    assert public_key_of(settings.SECRET_KEY) in page
    assert 'data-is-on="no"' in page
    assert ana.post("/me/browser/", said(service)).status_code == 200
    page = ana.get("/me/browser/").content.decode()
    assert 'data-is-on="yes"' in page
    assert "push.example" in page
    ana.post(reverse("account_logout"))
    assert browsers_of(hamlet.ana) == []


def test_it_is_turned_off_from_anywhere(ana: Client, hamlet: Hamlet, service: Service) -> None:
    ana.post("/me/browser/", said(service))
    (one,) = browsers_of(hamlet.ana)
    assert ana.post(f"/me/browser/{one.id}/forget/").status_code == 303
    assert browsers_of(hamlet.ana) == []


def test_a_wrong_browser_is_told_so_in_one_sentence(ana: Client, service: Service) -> None:
    answer = ana.post("/me/browser/", said(service, auth="no"))
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("Nothing was turned on")
    assert ana.post("/me/browser/", {}).status_code == 400


def test_the_town_calls_nobody(ana: Client, settings: Any) -> None:
    settings.CANYU_DEMO = True
    assert "data-browser" not in ana.get("/me/browser/").content.decode()


def test_its_script_stands_at_the_top_for_anybody(client: Client) -> None:
    answer = client.get("/push-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert b"showNotification" in answer.content


# ---------------------------------------------------------------------------- rules


def test_what_an_answer_means() -> None:
    assert [fate_of(one) for one in (201, 204, 404, 410, 403, 429, 500, None, 400, 413)] == [
        *("told", "told", "gone", "gone", "gone", "later", "later", "later", "refused", "refused")
    ]
    assert wait_after(1, "") == timedelta(seconds=30)
    assert wait_after(99, "") == timedelta(hours=1)
    assert wait_after(1, "9" * 30) == timedelta(hours=6)
    assert wait_after(1, "Wed, 21 Oct 2026 07:28:00 GMT") == timedelta(seconds=30)


def test_no_notice_is_longer_than_a_service_takes() -> None:
    long = PushWords("水" * 400, "火" * 4_000, "/p/lumen/", "zh-Hans")
    body = body_of(long, key="notice:1")
    assert len(body) <= MOST_BYTES
    assert json.loads(body)["body"].endswith("…")


def test_who_is_complained_to() -> None:
    assert contact_of("https://say.example.org:8443") == "https://say.example.org"
    for none in ("", "http://127.0.0.1:8000", "https://[::1]", "https://canyu"):
        assert contact_of(none) == "mailto:canyu@localhost"
