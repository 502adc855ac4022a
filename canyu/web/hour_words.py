"""The notice at the end of a release's first hour, put into a sentence; see notice_words."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from canyu.web.notice_words import Told


def hour(told: "Told") -> tuple[str, str]:
    """Tell a maker who spoke, and where to read it."""
    facts = told.notice.facts
    n, made = int(facts.get("n_people", 0)), int(facts.get("n_changes", 1))
    said = {"version": facts.get("version", ""), "n": n}
    if not n:
        sentence = ngettext(
            "%(version)s has been out for an hour; nobody has spoken of your change yet.",
            "%(version)s has been out for an hour; nobody has spoken of your changes yet.",
            made,
        )
    elif made == 1:
        sentence = ngettext(
            "%(version)s has been out for an hour: %(n)s person said something about your change.",
            "%(version)s has been out for an hour: %(n)s people said something about your change.",
            n,
        )
    else:
        sentence = ngettext(
            "%(version)s has been out for an hour: %(n)s person said something about your changes.",
            "%(version)s has been out for an hour: %(n)s people said something about your changes.",
            n,
        )
    return sentence % said, reverse("echo")
