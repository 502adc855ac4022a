"""What somebody wrote whose sign-in had run out: kept in this browser until they are back."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from canyu.web.forms.posts import SeeOther

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]

KEY = "canyu_unsent"
# More than the longest honest form; sessions of strangers must not fill the disk.
MOST_SIGNS = 40_000
# These prove something of the person who was signed in, and are made anew.
OWN = {"csrfmiddlewaretoken", "token", "revision"}


def keep_unsent(view: View[Rest]) -> View[Rest]:
    """Send strangers who sent a form to sign in, and keep what they wrote meanwhile."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        _keep(request)
        return SeeOther(redirect_to_login(request.path).url)

    return guarded


def take_unsent(request: HttpRequest) -> QueryDict | None:
    """Hand back once what was written on this page before its writer signed in, or None."""
    if request.method == "POST" or not request.user.is_authenticated:
        return None
    kept = request.session.get(KEY)
    if not kept or kept[0] != request.path:
        return None
    del request.session[KEY]
    messages.info(request, _("Here are your words again. They are not sent yet."))
    return QueryDict(kept[1])


def _keep(request: HttpRequest) -> None:
    form = request.POST.copy()
    for name in OWN & form.keys():
        del form[name]
    said = form.urlencode()
    if sum(len(name) + sum(map(len, values)) for name, values in form.lists()) > MOST_SIGNS:
        messages.warning(
            request, _("Nothing was saved: you are not signed in, and this is too much to keep.")
        )
        return
    request.session[KEY] = (request.path, said)
    messages.info(
        request, _("You are not signed in. Your words are kept: sign in, then send them again.")
    )
