"""Every no as JSON: a sentence in English that says what was not done, why, and what next.

Programs are answered in English only, so what is said here alone is not marked for translation.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from canyu.channels.errors import SayingsRefused
from canyu.journal.errors import Refused
from canyu.products.errors import ExposureRefused

MEBIBYTE = 1024 * 1024
MAX_PROBLEMS = 20


def answer_no(status: int, sentence: str, **more: object) -> JsonResponse:
    """Return the one shape that every no has; `more` adds what a program can act on."""
    return JsonResponse({"error": sentence, "status": int(status), **more}, status=status)


def add_handlers(api: NinjaAPI) -> None:
    """Let this API answer refusals and mistakes with `answer_no`."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(ValidationError, _not_understood)
    api.add_exception_handler(AuthenticationError, _no_key)
    api.add_exception_handler(HttpError, _not_read)
    api.add_exception_handler(RequestDataTooBig, _too_big)


@csrf_exempt
def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer an address behind which the API has nothing."""
    return answer_no(
        HTTPStatus.NOT_FOUND,
        "There is nothing at this address. /api/v1/openapi.json lists every address there is.",
    )


def _refused(request: HttpRequest, refusal: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    if isinstance(refusal, ExposureRefused) and refusal.problems:
        problems = [{"row": one.line, "error": str(one.refusal)} for one in refusal.problems]
        return answer_no(refusal.status, str(refusal), problems=problems)
    if isinstance(refusal, SayingsRefused):
        problems = [{"row": row, "error": str(why)} for row, why in refusal.problems]
        return answer_no(refusal.status, str(refusal), problems=problems[:MAX_PROBLEMS])
    return answer_no(refusal.status, str(refusal))


def _not_understood(request: HttpRequest, fault: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    problems = [_problem(one) for one in fault.errors[:MAX_PROBLEMS]]
    first = problems[0]
    sentence = f"Nothing was done: {first['field']} cannot be taken. {first['error']}."
    return answer_no(HTTPStatus.BAD_REQUEST, sentence, problems=problems)


def _problem(error: Mapping[str, Any]) -> dict[str, Any]:
    """Say which field it is, counting rows from 1 as people do; what was sent is not repeated."""
    place: Sequence[str | int] = error["loc"]
    row = next((one + 1 for one in place if isinstance(one, int)), None)
    # The first two name where it stood (body, query, path) and our own variable.
    inside = place[2:] if place[0] == "body" else place[1:]
    named = ".".join(f"[{one + 1}]" if isinstance(one, int) else one for one in inside)
    problem = {
        "field": named.replace(".[", "[") or str(place[0]),
        "error": error["msg"].removeprefix("Value error, "),
    }
    return problem if row is None else {"row": row, **problem}


def _no_key(request: HttpRequest, fault: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    answer = answer_no(
        HTTPStatus.UNAUTHORIZED,
        "Nothing was done: this needs a member's key. Make one on your settings page, and send it"
        " in the header “Authorization: Bearer …”.",
    )
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _not_read(request: HttpRequest, fault: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    if fault.status_code == HTTPStatus.BAD_REQUEST:
        return answer_no(
            HTTPStatus.BAD_REQUEST,
            "Nothing was done: the body is not JSON in UTF-8. Send it again.",
        )
    return answer_no(fault.status_code, f"Nothing was done. {fault.message}")


def _too_big(request: HttpRequest, fault: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEBIBYTE
    return answer_no(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"Nothing was done: the body is bigger than {most} MB. Send it in parts.",
    )
