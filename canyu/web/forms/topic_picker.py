"""Saying which topics something came from: ticked, typed as numbers, or looked for by words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from canyu.topics.queries import TopicView, topics_by_id, topics_of
from canyu.web.forms.people import ids_in, set_choices

LOOK = "look"
# A store refuses to look for much more than anybody would type.
MOST_LOOKED_FOR = 200


class TopicPicker(forms.Form):
    """Two fields for a form: the topics to tick, and what to look for."""

    topics = forms.MultipleChoiceField(
        label=_("Topics that it comes from"),
        help_text=_("Everybody who asked there is thanked when it ships."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    find = forms.CharField(
        label=_("Look for topics"),
        help_text=_("Words of the title, or numbers such as #12."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        product_id: int,
        topic_ids: Iterable[int] = (),
        at: datetime,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Offer the topics that it has (`topic_ids`), that were ticked, and that are looked for."""
        super().__init__(*args, **kwargs)
        self.looks_for = (
            self.data.get("find", "")[:MOST_LOOKED_FOR].strip() if self.is_bound else ""
        )
        self._typed = ids_in(self.looks_for)
        ticked = ids_in(" ".join(self._sent("topics")))
        offered = _known([*topic_ids, *ticked, *self._typed], product_id, at)
        if self.looks_for and not self._typed:
            offered += topics_of(product_id, search=self.looks_for, at=at).topics
        # The same topic may be there for more than one reason.
        choices = {str(topic.id): _label(topic) for topic in offered}
        set_choices(self, "topics", list(choices.items()))
        self._offered = {topic.id for topic in offered}

    def _sent(self, name: str) -> Sequence[str]:
        values = self.data.getlist(name) if hasattr(self.data, "getlist") else ()
        return [str(value) for value in values]

    @property
    def is_looking(self) -> bool:
        """Whether somebody looks for topics and does not send the form yet.

        Words that were not looked for before are looked for, whichever button was pressed:
        otherwise pressing Enter there would send the form without them.
        """
        is_new = bool(self.looks_for) and self.looks_for != self.data.get("looked_for", "")
        return LOOK in self.data or (is_new and not self._typed)

    def topic_ids(self) -> list[int]:
        """Return the topics that were ticked, and those whose numbers were typed."""
        typed = [one for one in self._typed if one in self._offered]
        return list(dict.fromkeys([*map(int, self.cleaned_data["topics"]), *typed]))


def _known(topic_ids: Iterable[int], product_id: int, at: datetime) -> list[TopicView]:
    found = topics_by_id(topic_ids, at=at)
    return [topic for topic in found.values() if topic.product_id == product_id]


def _label(topic: TopicView) -> str:
    people = ngettext("%(n)s person", "%(n)s people", topic.n_voices) % {"n": topic.n_voices}
    return format_html("<span>#{} {} <small>{}</small></span>", topic.id, topic.title, people)
