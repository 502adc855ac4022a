"""Notices about those who were ahead, put into sentences; see notice_words."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from canyu.web.templatetags.canyu_tags import in_language

if TYPE_CHECKING:
    from canyu.web.notice_words import Told


def leads(told: "Told") -> tuple[str, str]:
    """Tell the owners that there is somebody to invite."""
    where = reverse("leads", args=[told.product.slug])
    return _("Somebody spoke early of what came true. Would you like to invite them?"), where


def lead(told: "Told") -> tuple[str, str]:
    """Tell the one who is invited."""
    said = {
        "name": told.author.name if told.author else _("Somebody"),
        "product": in_language(told.product.name),
    }
    sentence = _("%(name)s of %(product)s would like to invite you. Read why; you can say no.")
    return sentence % said, reverse("lead_invitation", args=[told.product.slug])


def lead_said(told: "Told") -> tuple[str, str]:
    """Say to whoever invited what the answer is."""
    said = {"name": told.author.name if told.author else _("Somebody")}
    sentences = {
        "yes": _("%(name)s comes: they said yes."),
        "no": _("%(name)s said no, thank you."),
    }
    sentence = sentences.get(told.notice.facts.get("answer", ""), sentences["no"])
    return sentence % said, reverse("leads", args=[told.product.slug])
