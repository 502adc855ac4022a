"""Notices of pain points put into sentences; see notice_words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from canyu.web.pain_words import ANSWERS

if TYPE_CHECKING:
    from canyu.web.notice_words import Told


def pain(told: "Told") -> tuple[str, str]:
    """Tell an owner that many seem to say the same."""
    facts = told.notice.facts
    said = {"title": told.title, "n": facts.get("n_people", 0), "days": facts.get("days", 0)}
    sentence = _("%(n)s people in %(days)s days seem to say the same: “%(title)s”. Do they?")
    return sentence % said, told.href


def gone(told: "Told") -> tuple[str, str]:
    """Ask somebody who asked whether it is gone."""
    sentence = _("You asked for “%(title)s”, and something was done. Is it gone?")
    return sentence % {"title": told.title}, f"{told.href}#gone"


def verified(told: "Told") -> tuple[str, str]:
    """Tell what the asking says since it shipped."""
    answer = _(ANSWERS.get(told.notice.facts.get("answer", ""), "Too early to tell"))
    sentence = _("What the asking says about “%(title)s” since it shipped: %(answer)s.")
    return sentence % {"title": told.title, "answer": answer}, f"{told.href}#verdict"
