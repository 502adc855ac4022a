"""From a survey's CSV to rows of the core, with every fault named by its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst import MAX_ITEMS, Rows, make_rows
from canyu.surveys.columns import Column, column_of
from canyu.surveys.errors import SurveyRefused
from canyu.surveys.faults import Faults
from canyu.surveys.names import clipped, listed, quoted
from canyu.surveys.screens import Screens, read_screens
from canyu.surveys.tables import Table, read_table
from canyu.surveys.words import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.surveys.asked import Asked

NEEDED = ("shown", "best", "worst")
KNOWN = ("respondent", "task", *NEEDED)
_FOREIGN = -2
_LONGEST_SCREEN = 200
_HEAVIEST = 1e12
_LIGHTEST = 1e-9


@dataclass(frozen=True, eq=False)
class Survey:
    """The answers of a survey, checked.

    `items` are named in the order in which they first appear; `rows` has one
    row an answered screen and knows its person; `columns` holds each column
    that was asked for, by the name it was asked under. `lines` tells the line of
    each row in the file. `notes` are sentences about how the file was understood.
    """

    items: tuple[str, ...]
    rows: Rows
    columns: dict[str, Column]
    lines: NDArray[np.int64]
    n_unanswered: int
    notes: tuple[str, ...]


def read_survey(data: bytes, asked: Asked) -> Survey:
    """Read and check the file's bytes for what is asked of it.

    Raises SurveyRefused, naming line and value of the first faults and how
    many more there are.
    """
    table = read_table(data, wanted=frozenset(KNOWN))
    reader = _Reader(table, asked)
    return reader.read()


class _Reader:
    """One reading: what was found so far, and what is wrong with it."""

    def __init__(self, table: Table, asked: Asked) -> None:
        self._table = table
        self._asked = asked
        self._faults = Faults()
        self._notes: list[str] = []

    def read(self) -> Survey:
        """Read it all, and refuse at the end what has faults."""
        self._check_header()
        self._table = self._whole_rows()
        self._filter()
        screens = read_screens(self._column("shown"), self._lines, self._faults)
        best, worst = (self._choice(name, screens) for name in ("best", "worst"))
        self._check_choices(best, worst, screens)
        weight = self._weights()
        person = self._persons()
        columns = self._asked_columns()
        self._faults.refuse()
        if len(screens.items) > MAX_ITEMS:
            message = (
                f"the file shows {len(screens.items)} different items, and at most {MAX_ITEMS} can "
                "be judged together; choose a part of it with --where COLUMN=VALUE"
            )
            raise SurveyRefused(message)
        return self._survey(screens, best, worst, weight, person, columns)

    def _survey(
        self,
        screens: Screens,
        best: NDArray[np.int64],
        worst: NDArray[np.int64],
        weight: NDArray[np.float64],
        person: NDArray[np.int64],
        columns: dict[str, Column],
    ) -> Survey:
        named = (best >= 0) | (worst >= 0)
        if not named.any():
            message = "no row names a best or a worst, so there is nothing to judge"
            raise SurveyRefused(message)
        if not weight[named].sum() > 0:
            message = f"all weights in the column {self._asked.weight} are 0"
            raise SurveyRefused(message)
        # Only these: the quotient of what is left out may be more than a number can hold.
        weight = weight[named] / weight[named].mean()
        # Squares of less would vanish, and divide nought by nought.
        weight[weight < _LIGHTEST] = 0.0
        _, person = np.unique(person[named], return_inverse=True)
        return Survey(
            items=screens.items,
            rows=make_rows(
                screens.shown[named],
                best[named],
                worst[named],
                n_items=len(screens.items),
                weight=weight,
                person=person,
            ),
            columns={name: column.kept(named) for name, column in columns.items()},
            lines=self._lines[named],
            n_unanswered=int((~named).sum()),
            notes=tuple(self._notes),
        )

    # ------------------------------------------------------------------ columns

    def _check_header(self) -> None:
        header = self._table.header
        missing = [name for name in NEEDED if self._place(name) is None]
        if missing:
            found = listed(quoted(filter(None, header)))
            plural = "columns" if len(missing) > 1 else "column"
            message = (
                f"the file has no {plural} {listed(missing)}; its columns are {found} "
                "(docs/judge.md says what each holds)"
            )
            raise SurveyRefused(message)
        if not self._table.rows:
            message = "the file has a header and no answers under it"
            raise SurveyRefused(message)
        self._note_columns()

    def _note_columns(self) -> None:
        if self._place("respondent") is None:
            self._notes.append(
                "The file has no column respondent, so every row is taken for a person of its own."
            )
        if self._asked.weight is None and self._place("weight") is not None:
            self._notes.append(
                "The column weight is not used; --weight weight would weigh the answers by it."
            )

    def _place(self, name: str) -> int | None:
        """Where a column stands: by its exact name, else whatever its capitals."""
        header = self._table.header
        for same in (header, tuple(map(str.casefold, header))):
            wanted = name if same is header else name.casefold()
            if same.count(wanted) > 1:
                message = f'the file has more than one column "{clipped(name)}"'
                raise SurveyRefused(message)
            if wanted in same:
                return same.index(wanted)
        return None

    def _asked_place(self, name: str, option: str) -> int:
        place = self._place(name)
        if place is None:
            found = listed(quoted(filter(None, self._table.header)))
            message = (
                f'{option} asks for the column "{clipped(name)}", which the file has not; '
                f"its columns are {found}"
            )
            raise SurveyRefused(message)
        return place

    def _values(self, place: int) -> list[str]:
        return [fields[place].strip() for fields in self._table.rows]

    def _column(self, name: str) -> list[str]:
        place = self._place(name)
        if place is None:
            return [""] * len(self._table.rows)
        return self._values(place)

    @property
    def _lines(self) -> NDArray[np.int64]:
        return np.array(self._table.lines, dtype=np.int64)

    # ------------------------------------------------------------------ rows

    def _whole_rows(self) -> Table:
        """Leave out rows that have not as many fields as the header, and note each as a fault."""
        table = self._table
        size = len(table.header)
        whole = list[int]()
        for at, fields in enumerate(table.rows):
            if len(fields) == size or (len(fields) > size and not any(fields[size:])):
                whole.append(at)
            else:
                sentence = f"it has {count(len(fields), 'field')}, and the header has {size}"
                self._faults.add(table.lines[at], sentence)
        return table.take(whole)

    def _filter(self) -> None:
        """Keep the rows that the --where options ask for."""
        wanted = dict[str, list[str]]()
        for column, value in self._asked.where:
            wanted.setdefault(column, []).append(value)
        for column, allowed in wanted.items():
            values = self._values(self._asked_place(column, "--where"))
            kept = [at for at, value in enumerate(values) if value in allowed]
            if not kept and values:
                seen = listed(quoted(dict.fromkeys(values)), most=8)
                message = (
                    f"no row has {clipped(column)}={listed(allowed, last='or')}; "
                    f"the column holds {seen}"
                )
                raise SurveyRefused(message)
            self._table = self._table.take(kept)

    def _choice(self, name: str, screens: Screens) -> NDArray[np.int64]:
        """Return the items chosen, -1 where none was; note what was not shown."""
        number = {"": -1, **{item: at for at, item in enumerate(screens.items)}}
        texts = self._column(name)
        choice = np.array([number.get(text, _FOREIGN) for text in texts], dtype=np.int64)
        shown = (screens.shown == choice[:, None]).any(axis=1) & (choice >= 0)
        foreign = (choice != -1) & ~shown & screens.sound
        for at in np.flatnonzero(foreign):
            on_screen = " | ".join(clipped(screens.items[i]) for i in screens.shown[at] if i >= 0)
            self._faults.add(
                self._table.lines[at],
                f'{name} is "{clipped(texts[at])}", which was not shown '
                f"({clipped(on_screen, _LONGEST_SCREEN)})",
            )
        return np.where(shown, choice, -1)

    def _check_choices(
        self, best: NDArray[np.int64], worst: NDArray[np.int64], screens: Screens
    ) -> None:
        for at in np.flatnonzero((best == worst) & (best >= 0)):
            self._faults.add(
                self._table.lines[at],
                f'best and worst are both "{clipped(screens.items[best[at]])}"',
            )

    def _weights(self) -> NDArray[np.float64]:
        name = self._asked.weight
        if name is None:
            return np.ones(len(self._table.rows))
        texts = self._values(self._asked_place(name, "--weight"))
        known = dict[str, float]()
        for text in dict.fromkeys(texts):
            plain = text if self._table.delimiter == "," else text.replace(",", ".")
            try:
                known[text] = float(plain)
            except ValueError:
                known[text] = np.nan
        weight = np.array([known[text] for text in texts], dtype=np.float64)
        mad = ~(np.isfinite(weight) & (weight >= 0) & (weight <= _HEAVIEST))
        for at in np.flatnonzero(mad):
            self._faults.add(
                self._table.lines[at],
                f'the weight is "{clipped(texts[at])}"; it must be a number of at least 0',
            )
        return np.where(mad, 1.0, weight)

    def _persons(self) -> NDArray[np.int64]:
        """Number the people in the order in which they first answer."""
        place = self._place("respondent")
        if place is None:
            return np.arange(len(self._table.rows), dtype=np.int64)
        texts = self._values(place)
        for at, text in enumerate(texts):
            if not text:
                self._faults.add(self._table.lines[at], "the respondent is empty")
        self._note_repeats(texts)
        number = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        return np.array([number[text] for text in texts], dtype=np.int64)

    def _note_repeats(self, respondents: list[str]) -> None:
        if self._place("task") is None:
            return
        keys = list(zip(respondents, self._column("task"), strict=True))
        repeats = len(keys) - len(set(keys))
        if repeats:
            self._notes.append(
                f"{count(repeats, 'row')} repeat a respondent and task that an earlier row has; "
                "all rows count."
            )

    def _asked_columns(self) -> dict[str, Column]:
        names = {targets.column: "--rake" for targets in self._asked.rake}
        if self._asked.by is not None:
            names[self._asked.by] = "--by"
        return {
            name: column_of(name, self._values(self._asked_place(name, option)))
            for name, option in names.items()
        }
