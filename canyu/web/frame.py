"""Pages whose frame and middle are shared: the reader's own part is put into what is kept.

A page that is made here is answered 304 where the browser has it already, before anything of it is
rendered: its tag stands for the version of what everybody sees, for who reads, and for their part.
"""

import hashlib
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.html import escape
from django.utils.translation import get_language

from canyu.channels.queries import n_unread_notices
from canyu.members.queries import MemberView
from canyu.products.queries import ProductView
from canyu.web.context import address_of, me_of, nav_for, sign_in_url_of
from canyu.web.desk_count import n_on_desk
from canyu.web.shared import Cut, build, hole, render_shared, shared
from canyu.web.templatetags.canyu_tags import face_url

# A copy may be kept by the reader's own browser, which asks each time whether it is still good.
KEEP = "private, no-cache"


def frame_context(
    product: ProductView, path: str, zone: str, *, is_team: bool, is_member: bool
) -> dict[str, Any]:
    """What a shared page's frame is rendered with: holes wherever something is a person's."""
    return {
        "product": product,
        "zone": zone,
        "home_url": address_of("product", product.slug),
        "nav": nav_for(product, path, is_team=is_team),
        "me": {"name": hole("me")} if is_member else None,
        "me_url": hole("me_url"),
        "me_face": hole("me_face"),
        "bell": hole("bell"),
        "desk_way": hole("desk_way") if is_team else "",
        "notices_url": address_of("notices"),
        "sign_in_url": hole("sign_in_url"),
        "here": hole("here"),
        "csrf_token": hole("csrf_token"),
        "flashes": hole("flashes"),
        "above": hole("above"),
    }


class Reader:
    """Who asks for a page, and what of them stands in its frame."""

    def __init__(self, request: HttpRequest) -> None:
        """Look the reader up; one short query for a member, none for a stranger."""
        self.request = request
        self.me: MemberView | None = me_of(request)
        self.language = get_language() or settings.LANGUAGE_CODE
        self.n_unread = n_unread_notices(self.me.id) if self.me else 0
        self.is_team = False
        """Whether they are of the product's team: who knows it says so."""
        self._token = get_token(request)
        self._flashes = list(get_messages(request))

    @property
    def n_on_desk(self) -> int:
        """How much waits on their desk; nothing for who has none."""
        return n_on_desk(self.request, self.me.id) if self.me and self.is_team else 0

    @property
    def is_told_something(self) -> bool:
        """Whether a message waits, which is said once only."""
        return bool(self._flashes)

    def told(self) -> tuple[Hashable, ...]:
        """What the frame says of the reader, as far as a page that they have depends on it.

        The form's token is masked anew each time; any mask of one secret is good.
        """
        request = self.request
        return (
            self.language,
            self.me,
            self.n_unread,
            self.n_on_desk,
            request.get_full_path(),
            str(request.META.get("CSRF_COOKIE", "")),
        )

    def values(self) -> dict[str, str | bytes]:
        """What is put into the holes of the frame, as HTML."""
        request, me = self.request, self.me
        return {
            "me": escape(me.name) if me else "",
            "me_url": escape(address_of("member", me.handle)) if me else "",
            "me_face": escape(face_url(me)) if me else "",
            "bell": self._bell() if me else "",
            "desk_way": self._desk_way() if me and self.is_team else "",
            "sign_in_url": "" if me else escape(sign_in_url_of(request)),
            "here": escape(request.get_full_path()),
            "csrf_token": self._token,
            "flashes": self._said(),
            "above": _strip(request) if settings.CANYU_DEMO else "",
        }

    def _bell(self) -> bytes:
        n_unread = self.n_unread
        return shared.get(
            ("bell", self.language, n_unread),
            "",
            lambda: render_shared("web/parts/bell.html", {"n_unread": n_unread}).fill({}),
        )

    def _desk_way(self) -> bytes:
        n_here = self.n_on_desk
        return shared.get(
            ("desk_way", self.language, n_here),
            "",
            lambda: render_shared("web/parts/desk_way.html", {"n_on_desk": n_here}).fill({}),
        )

    def _said(self) -> str | bytes:
        if self._flashes:
            return render_to_string("web/parts/flashes.html", {"messages": self._flashes})
        return shared.get(
            ("flashes", self.language), "", lambda: render_shared("web/parts/flashes.html", {})
        ).fill({})


def shared_page(
    reader: Reader,
    *,
    place: tuple[Hashable, ...],
    version: str,
    template: str,
    make: Callable[[], dict[str, Any]],
    is_team: bool = False,
) -> HttpResponse:
    """A page that is the same for all readers but for its frame.

    `place` is all that it depends on beside its version; `make` gives the context of its middle.
    """
    path, is_member = reader.request.path, reader.me is not None
    reader.is_team = is_team
    place = (template, *place, reader.language, path, is_member, is_team)

    def page() -> Cut:
        context = make()
        frame = frame_context(
            context["product"], path, context["zone"], is_team=is_team, is_member=is_member
        )
        return render_shared(template, {**frame, **context})

    return answer(
        reader,
        version=version,
        told=place,
        make=lambda: HttpResponse(shared.get(place, version, page).fill(reader.values())),
    )


def answer(
    reader: Reader, *, version: str, told: tuple[Hashable, ...], make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer with what is made, or with 304 where the browser has this very page.

    `told` is all else that the page depends on beside its version and its frame.
    """
    # The demo's strip tells the time and who is looked at; a message is said once.
    if reader.is_told_something or settings.CANYU_DEMO:
        response = make()
        response.headers["Cache-Control"] = KEEP
        return response
    etag = tag_of(version, *reader.told(), *told)
    response = get_conditional_response(reader.request, etag=etag) or make()
    response.headers["Cache-Control"] = KEEP
    response.headers["ETag"] = etag
    return response


def tag_of(*told: Hashable) -> str:
    """A weak tag (RFC 9110, 8.8.3) of everything that a page depends on.

    Weak, since a page that says the same is the same, whatever its form's token is masked with.
    """
    whole = "\0".join([build(), *map(repr, told)])
    return f'W/"{hashlib.blake2b(whole.encode(), digest_size=15).hexdigest()}"'


def _strip(request: HttpRequest) -> str:
    return render_to_string("demo/bar.html", {}, request)
