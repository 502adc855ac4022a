"""What stands in the form of a report: read from what was sent, or from what was stored."""

from dataclasses import dataclass

from django.http import QueryDict

from canyu.reports.rules import MOODS, ReportCells

LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Typed:
    """What stands in the form: stored before, or just sent and refused. Nothing typed is lost."""

    mood: str
    most: int | None
    least: int | None
    untried: frozenset[int]
    why_most: dict[int, str]
    why_least: dict[int, str]
    wanted_item: int | None
    wanted: str

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that was said in own words."""
        said = (*self.why_most.values(), *self.why_least.values(), self.wanted)
        return tuple(words for words in said if words.strip())

    @property
    def n_filled(self) -> int:
        """How many of the four cells hold something."""
        wants = self.wanted_item is not None or bool(self.wanted.strip())
        return sum([bool(self.mood), self.most is not None, self.least is not None, wants])

    @property
    def known_mood(self) -> str:
        """The mood as the page can show it: "" for none, "?" for what is no mood."""
        return self.mood if self.mood in {"", *MOODS} else "?"

    def says_of(self, change_id: int) -> bool:
        """Whether anything is marked or said of a change."""
        return (
            change_id in {self.most, self.least}
            or change_id in self.untried
            or bool(self.why_most.get(change_id) or self.why_least.get(change_id))
        )

    def to_cells(self) -> ReportCells:
        """The cells as the service takes them."""
        return ReportCells(
            mood=self.mood,
            best=self.most,
            worst=self.least,
            untried=tuple(sorted(self.untried)),
            wanted_item=self.wanted_item,
            wanted=self.wanted,
            why_best=self.why_most.get(self.most, "") if self.most is not None else "",
            why_worst=self.why_least.get(self.least, "") if self.least is not None else "",
        )


def typed_of(cells: ReportCells) -> Typed:
    """What the form shows of a report that was handed in before."""
    return Typed(
        mood=cells.mood,
        most=cells.best,
        least=cells.worst,
        untried=frozenset(cells.untried),
        why_most={cells.best: cells.why_best} if cells.best is not None else {},
        why_least={cells.worst: cells.why_worst} if cells.worst is not None else {},
        wanted_item=cells.wanted_item,
        wanted=cells.wanted,
    )


def read_typed(sent: QueryDict) -> Typed:
    """What a form sent; what is no number names a change that is on no screen."""
    return Typed(
        mood=sent.get("mood", ""),
        most=choice_in(sent.get("most", "")),
        least=choice_in(sent.get("least", "")),
        untried=frozenset(
            -1 if (number := number_in(one)) is None else number for one in sent.getlist("untried")
        ),
        why_most=_words_by_change(sent, "why_most-"),
        why_least=_words_by_change(sent, "why_least-"),
        wanted_item=choice_in(sent.get("next", "")),
        wanted=sent.get("next_words", ""),
    )


def choice_in(text: str) -> int | None:
    """The id that a choice names; None for an empty one, -1 (nobody's id) for nonsense."""
    if not text:
        return None
    number = number_in(text)
    return -1 if number is None else number


def number_in(text: str) -> int | None:
    """The whole number that a text is, or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        return None
    return int(text)


def _words_by_change(sent: QueryDict, prefix: str) -> dict[int, str]:
    found = {}
    for name in sent:
        number = number_in(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if number is not None:
            found[number] = sent.get(name, "")
    return found
