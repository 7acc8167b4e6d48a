"""The tables of a run as an analyst wants them: counted rows, euros, moments and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from sim.api.facade import facade
from sim.catalogue.models import Module
from sim.columns import tally
from sim.dates import EPOCH
from sim.errors import InputError
from sim.later import pd
from sim.measure.cost import DECEDENTS, INCOME_GROUPS, income_groups, modules_of_lines, places_of_lines
from sim.measure.measures import settings_of_death
from sim.measure.tables import Task
from sim.schema import GROUPS, LAWS, NEVER, PAYERS, SETTINGS, TABLES, WITH_WLZ, Field, Table, code
from sim.units import CENTS_PER_EURO, MINUTES_PER_DAY, Bools, Ints

View = Literal["calendar", "decedents"]
_MONEY, _MOMENT, _DAY = "_cents", "_minute", "date"
_EPOCH = np.datetime64(EPOCH, "s")
_MINUTE = np.timedelta64(1, "m")


class OneTask(NamedTuple):
    """One replication of one cluster, with its tables."""

    replication: int
    cluster: str
    task: Task


@facade
class Tables:
    """Tables of a run as pandas, each made when it is asked for.

    Amounts are euros (`_eur`), moments and days are timestamps, codes are categories, quantities are in the
    unit of their product. `ps.dictionary()` says what every column means.

    Parameters
    ----------
    counted : bool
        Only what the KPIs count: people who die in the counted window, and what lies in it.
    view : {"calendar", "decedents"}
        Of counted money: with a date in the window, or of all who die in it.
    """

    def __init__(self, tasks: Sequence[OneTask], counted: bool, view: View) -> None:
        if view not in get_args(View):
            raise InputError("tables: view {view!r}; give {views}", view=view, views=get_args(View))
        self._tasks = tuple(tasks)
        self._counted = counted
        self._view = view

    def __repr__(self) -> str:
        """Which rows these are."""
        rows = f"counted, view {self._view}" if self._counted else "all rows"
        return f"Tables({', '.join(TABLE_NAMES)}; {rows})"

    def replication(self, number: int) -> Tables:
        """The tables of one replication.

        Raises InputError when the run has no such replication.
        """
        mine = [task for task in self._tasks if task.replication == number]
        if not mine:
            raise InputError(
                "replication {number}: not in this run; it has {replications}",
                number=number,
                replications=self.replications,
            )
        return Tables(mine, self._counted, self._view)

    def whole(self) -> Tables:
        """The same tables with all that was simulated, the warm-up too."""
        return Tables(self._tasks, False, self._view)

    @property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the replications."""
        return tuple(sorted({task.replication for task in self._tasks}))

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {name: getattr(self, name) for name in TABLE_NAMES}

    @cached_property
    def patients(self) -> pd.DataFrame:
        """People, where they die, what they cost and pay; counted: those who die in the window."""
        return self._all("patients", _people, lambda task: task.decedents)

    @cached_property
    def declarations(self) -> pd.DataFrame:
        """Declarations with setting, module and disease; `eur` is the gross amount."""
        return self._all("declarations", _lines, self._seen)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """What each payer pays of each declaration, with the law, setting, module and disease of the line."""
        return self._all("shares", _shares, lambda task: self._seen(task)[task.share_lines])

    @cached_property
    def stays(self) -> pd.DataFrame:
        """Stays; counted: those that lie in part in the window."""
        return self._all("stays", _plain, lambda task: _touches(task, "stays", "start_minute", "end_minute"))

    @cached_property
    def spells(self) -> pd.DataFrame:
        """Care from a moment to a moment; counted: what lies in part in the window."""
        return self._all("spells", _care, lambda task: _touches(task, "spells", "start_minute", "end_minute"))

    @cached_property
    def refusals(self) -> pd.DataFrame:
        """Requests that were refused; counted: those in the window."""
        return self._all("refusals", _plain, _refused)

    @cached_property
    def wlz_periods(self) -> pd.DataFrame:
        """Periods of Wlz care; counted: those of people who die in the window."""
        return self._all("wlz_periods", _plain, lambda task: task.decedents[task.rows_of("wlz_periods")])

    @cached_property
    def unfunded(self) -> pd.DataFrame:
        """Care that nobody may bill; counted: that of people who die in the window."""
        return self._all("unfunded", _plain, lambda task: task.decedents[task.rows_of("unfunded")])

    @cached_property
    def providers(self) -> pd.DataFrame:
        """What other ways to pay mean for providers; counted: of people who die in the window."""
        return self._all("providers", _plain, lambda task: task.decedents[task.rows_of("providers")])

    @cached_property
    def meters(self) -> pd.DataFrame:
        """Use of ceilings (omzetplafonds); counted: years that begin in the window."""
        return self._all(
            "meters", _plain, lambda task: task.window.holds(task.tables["meters"]["segment_start_minute"])
        )

    def _seen(self, task: Task) -> Bools:
        """Which declarations are counted."""
        if self._view == DECEDENTS:
            return task.decedents[task.rows_of("declarations")]
        return task.window.holds_days(task.tables["declarations"]["date"])

    def _all(
        self, name: str, make: Callable[[Task, str], dict[str, Any]], counts: Callable[[Task], Bools]
    ) -> pd.DataFrame:
        frames = []
        for one in self._tasks:
            columns = make(one.task, name)
            frame = pd.DataFrame(columns)
            frame.insert(0, "cluster", pd.Series([one.cluster] * len(frame), dtype="category"))
            frame.insert(0, "replication", np.full(len(frame), one.replication, np.int32))
            frames.append(frame[counts(one.task)] if self._counted else frame)
        return _together(frames)


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames under each other, categories of all of them kept as categories."""
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    for name in frames[0].columns:
        if isinstance(frames[0][name].dtype, pd.CategoricalDtype):
            words = list(dict.fromkeys(word for frame in frames for word in frame[name].cat.categories))
            for frame in frames:
                frame[name] = frame[name].cat.set_categories(words)
    return pd.concat(frames, ignore_index=True)


def column_name(field: Field) -> str:
    """Name that a stored column has here: euros, moments and days by what they are."""
    if field.name.endswith(_MONEY):
        return field.name.removesuffix(_MONEY) + "_eur"
    if field.name.endswith(_MOMENT):
        return field.name.removesuffix(_MOMENT)
    return {"cents": "eur", "minute": "moment"}.get(field.name, field.name)


def _shown(table: Table, field: Field) -> Any:
    values = table[field.name]
    if field.codes is not None:
        words = table.words(field.name)
        return _words(values, words)
    if field.name == "cents" or field.name.endswith(_MONEY):
        return values / CENTS_PER_EURO
    if field.name == "minute" or field.name.endswith(_MOMENT):
        return moments(values)
    if field.name == _DAY:
        return moments(values * MINUTES_PER_DAY)
    return values


def _words(codes: Any, words: Sequence[str]) -> pd.Categorical[Any]:
    """Codes as categories."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(words), dtype=object))


def moments(minutes: Ints) -> Any:
    """Minutes of the clock as timestamps; NaT where there is none."""
    there = minutes != NEVER
    found = _EPOCH + np.where(there, minutes, 0) * _MINUTE
    return np.where(there, found, np.datetime64("NaT", "s"))


def _plain(task: Task, name: str) -> dict[str, Any]:
    table = task.tables[name]
    return {column_name(field): _shown(table, field) for field in TABLES[name]}


def _care(task: Task, name: str) -> dict[str, Any]:
    return _with_units(task, name, _plain(task, name))


def _with_units(task: Task, name: str, columns: dict[str, Any]) -> dict[str, Any]:
    """Quantities in the unit of their product, which stands beside them."""
    table = task.tables[name]
    products = [task.book.product(id) for id in table.words("product")]
    steps = np.array([product.step_per_unit for product in products] or [1], np.int64)
    units = list(dict.fromkeys(product.unit for product in products))
    codes = np.array([units.index(product.unit) for product in products] or [0], np.int64)
    which = table["product"].astype(np.int64)
    columns["quantity"] = table["quantity"] / steps[which]
    columns["unit"] = _words(codes[which], units)
    return columns


def _of_line(task: Task, rows: Ints | slice) -> dict[str, Any]:
    """What a cost is split by, of some declarations."""
    lines, people = task.tables["declarations"], task.rows_of("declarations")
    group = task.patients["group"][people]
    return {
        "law": _words(lines["law"][rows], lines.words("law")),
        "setting": _words(places_of_lines(task)[rows], SETTINGS),
        "module": _words(modules_of_lines(task)[rows], get_args(Module)),
        "group": _words(group[rows], GROUPS),
    }


def _lines(task: Task, name: str) -> dict[str, Any]:
    columns = _with_units(task, name, _plain(task, name))
    gross = columns.pop("gross_eur")
    return {**columns, **_of_line(task, slice(None)), "eur": gross}


def _shares(task: Task, name: str) -> dict[str, Any]:
    lines, of = task.tables["declarations"], task.share_lines
    columns = _plain(task, name)
    more = {
        "patient_id": lines["patient_id"][of],
        "product": _words(lines["product"][of], lines.words("product")),
        "date": moments(lines["date"][of] * MINUTES_PER_DAY),
    }
    return {**more, **columns, **_of_line(task, of)}


def _people(task: Task, name: str) -> dict[str, Any]:
    """Patients, with what their whole journey costs and asks of them."""
    lines, shares, size = task.tables["declarations"], task.tables["shares"], len(task.patients)
    of_share = task.rows_of("declarations")[task.share_lines]
    paid = shares["payer"] == code(PAYERS, "patient")
    place = settings_of_death(task)
    return {
        **_plain(task, name),
        "place_of_death": _words(place, SETTINGS),
        "wlz": _words(task.has_wlz.astype(np.int8), WITH_WLZ),
        "income": _words(income_groups(task.scenario, task.patients), INCOME_GROUPS),
        "cost_eur": tally(task.rows_of("declarations"), size, lines["gross_cents"]) / CENTS_PER_EURO,
        "own_eur": tally(of_share[paid], size, shares["cents"][paid]) / CENTS_PER_EURO,
    }


def _refused(task: Task) -> Bools:
    return task.window.holds(task.tables["refusals"]["minute"])


def _touches(task: Task, name: str, first: str, last: str) -> Bools:
    table = task.tables[name]
    return np.asarray((table[first] < task.window.high) & (table[last] >= task.window.low), np.bool_)


TABLE_NAMES = tuple(name for name, value in vars(Tables).items() if isinstance(value, cached_property))
"""Tables that `Tables` has."""
_OF_LINES: dict[str, tuple[str, tuple[str, ...]]] = {
    "setting": ("category", SETTINGS),
    "module": ("category", get_args(Module)),
    "group": ("category", GROUPS),
}
MADE_COLUMNS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "patients": {
        "place_of_death": ("category", SETTINGS),
        "wlz": ("category", WITH_WLZ),
        "income": ("category", INCOME_GROUPS),
        "cost_eur": ("euro", ()),
        "own_eur": ("euro", ()),
    },
    "spells": {"quantity": ("number", ()), "unit": ("category", ())},
    "declarations": {"quantity": ("number", ()), "unit": ("category", ()), **_OF_LINES, "eur": ("euro", ())},
    "shares": {
        "patient_id": ("integer", ()),
        "product": ("category", ()),
        "date": ("timestamp", ()),
        "law": ("category", LAWS),
        **_OF_LINES,
    },
}
"""Columns that are made here, beside those of the schema: kind and words."""
