"""What people say, written as the services write it."""

from datetime import datetime

from canyu.painpoints.models import Wording
from canyu.painpoints.services.encoding import encoder
from canyu.textmine import pack_vector
from tests.builders import Town

_n = 0


def say(town: Town, member_id: int, text: str, *, at: datetime, kind: str = "remark") -> int:
    global _n
    _n += 1
    model = encoder()
    vector = pack_vector(model.name, model.encode([text])[0]) if model else b""
    return Wording.objects.create(
        kind=kind,
        subject_id=_n,
        product_id=town.product,
        member_id=member_id,
        at=at,
        text=text,
        vector=vector,
        is_ready=True,
        language="en",
    ).pk
