"""Words that people said elsewhere come in, and answers go back."""

from typing import Annotated

from allauth.core import ratelimit
from django.http import HttpRequest
from ninja import Query, Router

from canyu.api.endpoints.access import READ_REFUSALS, WRITE_REFUSALS, product_for
from canyu.api.fields import MOST, Refusal
from canyu.api.keys import WordsKey, member_of
from canyu.api.schemas.words import (
    AnswerOut,
    AnswersOut,
    MailOut,
    WordIn,
    WordOut,
    WordsIn,
    WordsOut,
)
from canyu.channels import queries, services
from canyu.channels.errors import SayingRefused
from canyu.channels.sayings.records import SayingRecord, Whence
from canyu.journal import clock
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.products import queries as products

router = Router(tags=["words"], auth=WordsKey())
MOST_ANSWERS = 100
TOO_FAST = (
    "Nothing was kept: so much came with this key in so short a time. Send up to 500 words at once,"
    " and the rest in a minute."
)


@router.post("/products/{slug}/words", response={200: WordsOut, **WRITE_REFUSALS})
def bring_words(request: HttpRequest, slug: str, body: WordsIn) -> WordsOut:
    """Bring words that people said elsewhere; sent again, they are told as they stand now."""
    product_id = _product_id(request, slug)
    _check_pace(request)
    brought = services.bring_words(
        actor_id=member_of(request),
        product_id=product_id,
        records=[_record(one, hides_names=body.hide_names) for one in body.words],
        way="program",
        at=clock.now(),
    )
    now = queries.fates_of([one.saying_id for one in brought])
    return WordsOut(
        words=[
            WordOut(
                id=sent.id,
                is_new=one.is_new,
                fate=now[one.saying_id].fate,
                topic_id=now[one.saying_id].topic_id,
                remark_id=now[one.saying_id].remark_id,
                reason=now[one.saying_id].reason,
            )
            for sent, one in zip(body.words, brought, strict=True)
        ]
    )


@router.get("/products/{slug}/answers", response={200: AnswersOut, **READ_REFUSALS, 403: Refusal})
def list_answers(
    request: HttpRequest,
    slug: str,
    since: Annotated[int, Query(ge=0, le=MOST, description="The last `number` you have.")] = 0,
) -> AnswersOut:
    """What people should be told where they spoke."""
    product_id = _product_id(request, slug)
    found = queries.replies_after(product_id, since, at=clock.now(), limit=MOST_ANSWERS)
    return AnswersOut(
        answers=[
            AnswerOut(
                number=one.id,
                kind=one.kind,
                place=one.where_kind,
                where=one.where,
                who=one.who,
                id=one.outside_id,
                link=one.link,
                language=one.language,
                text=one.text,
                topic_id=one.topic_id,
                at=one.at,
                is_carried=one.carried_at is not None,
            )
            for one in found
        ]
    )


@router.post(
    "/products/{slug}/mail",
    response={200: MailOut, **WRITE_REFUSALS},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def take_mail(request: HttpRequest, slug: str) -> MailOut:
    """Take one mail as it came (message/rfc822), for services that receive mail."""
    _product_id(request, slug)
    _check_pace(request)
    taken = services.take_letter(data=request.body, at=clock.now(), slug=slug)
    return MailOut(what=taken.what)


def _product_id(request: HttpRequest, slug: str) -> int:
    product = product_for(request, slug)
    if not products.is_team(product.id, member_of(request)):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only the team of this product may do that.")
        )
    return product.id


def _check_pace(request: HttpRequest) -> None:
    if not ratelimit.consume(request, action="words", key=str(member_of(request))):
        raise SayingRefused(TOO_FAST, status=429)


def _record(word: WordIn, *, hides_names: bool) -> SayingRecord:
    return SayingRecord(
        text=word.text,
        whence=Whence(word.kind, word.where, hides_names),
        who=word.who,
        said_at=word.said_at,
        outside_id=word.id,
        link=word.link,
        language=word.language,
    )
