"""What is said in a chat: the sentence for a fact that programs read, in the product's language."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canyu.products.queries import product_by_id
from canyu.web.forms.topics import STATUSES
from canyu.web.pain_words import ANSWERS
from canyu.web.templatetags.canyu_tags import in_language

Data = Mapping[str, Any]


def words_for_chat(product_id: int, body: str) -> str:
    """One sentence and the address of its page; `body` is what programs are sent."""
    told = json.loads(body)
    product = product_by_id(product_id)
    with translation.override(product.language):
        data = {**told["data"], "product": in_language(product.name)}
        sentence = _SENTENCES.get(told["type"], _test)(data)
    return f"{sentence}\n{page}" if (page := data.get("page", "")) else sentence


def _released(data: Data) -> str:
    return _("%(product)s %(version)s is out. What people say of it comes in now.") % data


def _opened(data: Data) -> str:
    return _("The report on %(product)s %(version)s is open.") % data


def _closed(data: Data) -> str:
    return _("The report on %(product)s %(version)s is closed: its results are there.") % data


def _certified(data: Data) -> str:
    won = _(", ").join(f"“{in_language(one['text'])}”" for one in data["changes"])
    return _("The Popcorn of %(version)s goes to those who made %(won)s.") % {**data, "won": won}


def _answered(data: Data) -> str:
    title = in_language(data["change"]["text"])
    return _("What hurt in “%(title)s” has an answer.") % {"title": title}


def _raised(data: Data) -> str:
    if not data["title"]:
        return _("Somebody raised a topic.")
    return _("Somebody raised a topic: “%(title)s”.") % data


def _status(data: Data) -> str:
    said = {
        "title": data["title"] or _("A topic"),
        "status": str(dict(STATUSES).get(data["status"], data["status"])),
        "version": data["version"],
    }
    if data["version"]:
        return _("“%(title)s”: %(status)s, %(version)s.") % said
    return _("“%(title)s”: %(status)s.") % said


def _noticed(data: Data) -> str:
    said = {"name": in_language(data["name"]), "n": data["n_people"], "days": data["n_days"]}
    return (
        ngettext(
            "%(n)s person says the same within %(days)s days: “%(name)s”.",
            "%(n)s people say the same within %(days)s days: “%(name)s”.",
            data["n_people"],
        )
        % said
    )


def _verified(data: Data) -> str:
    answer = _(ANSWERS.get(data["answer"], "Too early to tell"))
    return _("Has the asking stopped? “%(name)s”: %(answer)s.") % {
        "name": in_language(data["name"]),
        "answer": answer,
    }


def _test(data: Data) -> str:
    return _("A test: news of %(product)s comes here from now on.") % data


_SENTENCES: Mapping[str, Callable[[Data], str]] = {
    "release.published": _released,
    "report.opened": _opened,
    "report.closed": _closed,
    "award.certified": _certified,
    "repair.answered": _answered,
    "topic.raised": _raised,
    "topic.status": _status,
    "pain.noticed": _noticed,
    "pain.verified": _verified,
}
