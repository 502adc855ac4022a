"""What happens around every page: what browsers may load, whose language, how a no is said."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from canyu.journal.errors import Refused
from canyu.members.rules import storable
from canyu.web.views.errors import refusal_page

Answer = Callable[[HttpRequest], HttpResponse]

# 'self' is the default of all that is not named: scripts, styles, fonts, requests.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
PERMISSIONS = (
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(),"
    " publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
# Here nobody reads a sentence, so nobody's language is looked up.
WORDLESS = ("/static/", "/faces/", "/pictures/", "/healthz")
API = "/api/"


class ContentPolicy:
    """Tell browsers to load nothing but our own files, and to run no script inside a page."""

    def __init__(self, get_response: Answer) -> None:
        """Stand around `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and add the two headers where the view has set none of its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class SoundCookies:
    """Leave out cookies with signs that no store can look for: nobody was given such a one.

    The key of a session is looked for as it came, and PostgreSQL would fail at it.
    """

    def __init__(self, get_response: Answer) -> None:
        """Stand around `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, having looked at all cookies."""
        for name in [name for name, said in request.COOKIES.items() if storable(said) != said]:
            del request.COOKIES[name]
        return self.get_response(request)


class MemberLanguage:
    """Speak the language that a member chose for good, unless this browser chose another.

    The cookie is the last choice made in this browser; Django's own middleware has followed it.
    """

    def __init__(self, get_response: Answer) -> None:
        """Stand around `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the member's language."""
        if not request.path_info.startswith(WORDLESS):
            self._listen(request)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    def _listen(self, request: HttpRequest) -> None:
        if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            return
        # Without a session nobody is signed in, and a stranger's page needs no query for that.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        chosen = request.user.language if request.user.is_authenticated else ""
        if chosen and chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()


class RefusalPages:
    """Make a page of every refusal, with its sentence in the reader's language."""

    def __init__(self, get_response: Answer) -> None:
        """Stand around `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is refused on the way comes to `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer a refusal with a page; leave real faults, and programs' requests, alone."""
        if isinstance(problem, Refused) and not request.path_info.startswith(API):
            return refusal_page(request, problem)
        return None
