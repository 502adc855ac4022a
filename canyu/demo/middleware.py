"""What stands around the town's pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from canyu.demo.clock import one_moment

LOOKS = ("GET", "HEAD")


class OneMoment:
    """Have a page that is only looked at ask for the town's time once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand around `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; travelling is a post."""
        if request.method not in LOOKS:
            return self.get_response(request)
        with one_moment():
            return self.get_response(request)
