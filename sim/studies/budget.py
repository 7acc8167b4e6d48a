"""Budget impact: what care costs in each of several years, by law and payer, under a base and alternatives.

One journey per replication runs through all years, with growth of the number of deaths and dated law and
places, so that a queue of one year goes on in the next. Patients are the same under every scenario.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import store
from sim.catalogue import TariffBook
from sim.dates import year_bounds
from sim.errors import InputError, Message
from sim.ledger import own_book, settings_from
from sim.measure.budgets import budgets
from sim.measure.estimates import (
    Difference,
    Estimate,
    as_json,
    assumed_price_share,
    difference_of,
    finite_json,
    from_record,
    mean_of,
)
from sim.measure.kpis import ASSUMED_PRICE_SHARE
from sim.measure.subsidy import Scheme
from sim.measure.sums import Sums, dimension_text, merge
from sim.measure.tables import Window
from sim.measure.yearly import YEAR_COST, YEAR_DEATHS, YEAR_UNFUNDED
from sim.runs.options import RunOptions
from sim.runs.run import Outcome, Plan, execute, rules_of, stored_sums
from sim.scenario import LoadedScenario
from sim.store import folder_lock
from sim.store.documents import is_count, is_list, is_list_of_names, is_mapping, is_name, is_number_of_runs
from sim.studies.compare import comparison_header
from sim.studies.documents import from_json
from sim.units import CENTS_PER_EURO, Floats

BUDGET_FROM_YEAR, BUDGET_TO_YEAR = 2026, 2031  # years of a budget unless others are asked for
# Years that a budget may hold: before them rules are missing, after them no law or price is set
_LAW_FROM_YEAR, _LAW_TO_YEAR = 2025, 2040

BUDGET = "budget.json"
_COST, DEATHS, _SUBSIDY, CLAIMED = "cost", "deaths", "subsidy", "subsidy_claimed"
UNFUNDED = "unfunded"
STATE, USED, CARRYING = "budget", "budget_used", "carrying_out"
_KINDS = (_COST, DEATHS, UNFUNDED, _SUBSIDY, CLAIMED, STATE, USED, CARRYING)
"""What a row tells: cost of care, deaths, care without a payer, Regeling PTZ paid and claimed, state budgets,
their use, and what a policy costs to carry out."""
_BY_YEAR: Mapping[str, tuple[str, Sequence[tuple[str, ...]]]] = {
    YEAR_DEATHS: (DEATHS, [()]),
    YEAR_UNFUNDED: (UNFUNDED, [(), ("reason",)]),
    YEAR_COST: (_COST, [(), ("law",), ("payer",), ("law", "payer")]),
}
"""What a measure by year is a row of, and what its amounts are split by."""
_UNITS = {DEATHS: "count"}
_Key = tuple[str, int | None, str]
"""Kind, year (None: all years) and dimension."""
_Sums = dict[_Key, int]


_DIMENSIONS = ("kind", "year", "dimension", "unit")
ROW = ("scenario", *_DIMENSIONS, "mean", "low", "high", "n")
CHANGE = ("alternative", *_DIMENSIONS, "base", "alt", "difference", "low", "high", "n")
"""Columns of an amount, and of its paired difference with that of the base.

`dimension` is `law` and `payer` of a cost; `reason` of care without a payer; `form` of a subsidy; `line` of a
state budget; `payer` of carrying out; empty for the whole. Without a year: all years together.
"""
FIELDS_OF = {"kind": "name", "alternative": "scenario"}
"""Fields of an estimate that hold them."""


@dataclass(frozen=True)
class Budget:
    """A finished budget impact."""

    folder: Path
    base: str
    alternatives: tuple[str, ...]
    titles: dict[str, dict[str, str]]
    area: str
    seed: int
    replications: int
    # `first`, `last`: calendar years, both counted
    first: int
    last: int
    price_year: int  # year whose tariffs hold in every year
    # Plans of the law that the scenario switches on, projected values with them
    plans: dict[str, tuple[str, ...]]
    rows: tuple[Estimate, ...]
    differences: tuple[Difference, ...]
    # Share of the costs of the base over all years that rests on assumed prices; None where it is not said
    assumed: float | None = None

    @property
    def years(self) -> range:
        """The calendar years."""
        return range(self.first, self.last + 1)


def over_years(loaded: LoadedScenario, first: int, last: int) -> LoadedScenario:
    """The same policy counted over whole calendar years, each plan of the law from its own date.

    A plan that a run holds as if it were law already (`rules.plans_from`) would be booked years too early.

    Raises InputError when a year lies outside those whose law is here, or the last before the first.
    """
    for option, year in (("--from", first), ("--to", last)):
        if not _LAW_FROM_YEAR <= year <= _LAW_TO_YEAR:
            raise InputError(
                "{option} {year}: no law for this year; give a year from {law_from_year} to {law_to_year}",
                option=option,
                year=year,
                law_from_year=_LAW_FROM_YEAR,
                law_to_year=_LAW_TO_YEAR,
            )
    if last < first:
        raise InputError("--to {last}: before --from {first}; give a later year", last=last, first=first)
    start, _ = year_bounds(first)
    _, stop = year_bounds(last)
    horizon = loaded.scenario.horizon.model_copy(update={"count_from": start, "count_to": stop})
    rules = loaded.scenario.rules.model_copy(update={"plans_from": None})
    update = {"horizon": horizon, "rules": rules}
    return replace(loaded, scenario=loaded.scenario.model_copy(update=update))


def budget_impact(
    base: LoadedScenario,
    alternatives: Sequence[LoadedScenario],
    folder: Path,
    book: TariffBook,
    options: RunOptions,
) -> tuple[Budget, list[Outcome]]:
    """Run a base and its alternatives through several years and total every year by law and payer.

    Alternatives are on the area, horizon (that of `over_years`), seed and replications of the base. The
    folder gets `budget.json` and one run folder a scenario.

    Raises InputError when a scenario is named twice, or the folder is in use or holds something else;
    RunError as `execute`.
    """
    scenarios = [base, *alternatives]
    names = [loaded.name for loaded in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError("{twice}: named twice; name each scenario of a budget once", twice=twice[0])
    with folder_lock(folder):
        study = store.StudyFolder(_BUDGETED, folder, _header(scenarios), names)
        study.accept(resume=options.resume, replace=options.replace)
        plans = [Plan(loaded, folder / loaded.name, "kpis", options.check) for loaded in scenarios]
        outcomes = execute(plans, book, options, on_begin=study.begin)
        sums = {
            plan.loaded.name: [_sums(plan, number, book) for number in range(plan.replications)]
            for plan in plans
        }
        rows = [
            mean_of(_values(sums[name], key), **_where(name, key))
            for name in names
            for key in _keys(sums[name])
        ]
        differences = [
            difference_of(_values(sums[base.name], key), _values(sums[name], key), **_where(name, key))
            for name in names[1:]
            for key in _keys(sums[base.name], sums[name])
        ]
        study.finish(
            {
                **rows_json(rows, differences),
                ASSUMED_PRICE_SHARE: finite_json(assumed_price_share(store.load_run(folder / names[0]).kpis)),
            }
        )
    return read_budget(folder), outcomes


def _sums(plan: Plan, replication: int, book: TariffBook) -> _Sums:
    """Every amount of one replication by calendar year and over all years: cents, or people."""
    scenario, area = plan.loaded.scenario, plan.loaded.area
    parts = stored_sums(plan.folder, area, replication)
    window, rules, book = Window.of(scenario), rules_of(plan), own_book(book, plan.loaded.own)
    out: _Sums = {}

    def add(year: int, kind: str, amount: int, **dimension: str) -> None:
        for when in (year, None):
            key = (kind, when, dimension_text(dimension))
            out[key] = out.get(key, 0) + amount

    for (measure, text), amount in parts.sums.items():
        dimension = json.loads(text)
        kind, over = _BY_YEAR.get(measure, ("", ()))
        for keys in over:
            add(int(dimension["year"]), kind, amount, **{key: dimension[key] for key in keys})
    for award in Scheme.of(scenario, area, parts, book, rules).subsidies(window.years):
        add(award.year, CLAIMED, award.claimed_cents)
        add(award.year, _SUBSIDY, award.cents)
        add(award.year, _SUBSIDY, award.cents, form=award.form)
    talks = Sums({key: amount for key, amount in parts.sums.items() if key[0] == "ptz_talks"})
    for year in window.years:
        for kind in (_SUBSIDY, UNFUNDED, CLAIMED):
            add(year, kind, 0)
        paid = Sums()
        paid.add("subsidy", out[_SUBSIDY, year, dimension_text({})])
        start, stop = year_bounds(year)
        horizon = scenario.horizon.model_copy(update={"count_from": start, "count_to": stop})
        one = scenario.model_copy(update={"horizon": horizon})
        state = budgets(one, area, merge([talks, paid]), book, rules, window.years[0])
        for (measure, text), amount in state.sums.items():
            if measure in (STATE, USED, CARRYING):
                add(year, measure, amount, **json.loads(text))
    return out


def _values(sums: Sequence[_Sums], key: _Key) -> Floats:
    """One value a replication in the unit of an amount; what a replication lacks is 0."""
    cents = np.array([each.get(key, 0) for each in sums], np.float64)
    return cents / (1 if key[0] in _UNITS else CENTS_PER_EURO)


def _keys(*several: Sequence[_Sums]) -> list[_Key]:
    """All amounts, by kind, dimension and year; the total over all years last."""
    found = {key for sums in several for each in sums for key in each}

    def order(key: _Key) -> tuple[Any, ...]:
        kind, year, text = key
        return _KINDS.index(kind), len(json.loads(text)), text, year is None, year or 0

    return sorted(found, key=order)


def _where(name: str, key: _Key) -> dict[str, Any]:
    """What an amount of a scenario is of."""
    kind, year, text = key
    unit = _UNITS.get(kind, "eur")
    return {"scenario": name, "name": kind, "year": year, "dimension": json.loads(text), "unit": unit}


def rows_json(rows: Iterable[Estimate], differences: Iterable[Difference]) -> dict[str, Any]:
    """Amounts and their differences as they stand in `budget.json`."""
    return {
        "rows": [as_json(row, ROW, **FIELDS_OF) for row in rows],
        "differences": [as_json(row, CHANGE, **FIELDS_OF) for row in differences],
    }


def _header(scenarios: Sequence[LoadedScenario]) -> dict[str, Any]:
    base = scenarios[0].scenario
    window = Window.of(base)
    return {
        **comparison_header(scenarios[0], [loaded.name for loaded in scenarios]),
        "titles": {loaded.name: loaded.scenario.title.model_dump(mode="json") for loaded in scenarios},
        "from": window.years.start,
        "to": window.years.stop - 1,
        "warmup_days": base.horizon.warmup_days,
        "price_year": base.prices.basis_year,
        "plans": {loaded.name: list(settings_from(loaded.scenario).plans) for loaded in scenarios},
    }


_BUDGETED = store.Study(
    file=BUDGET,
    noun=Message("budget"),
    command="budget",
    form={
        "base": is_name,
        "alternatives": is_list_of_names,
        "titles": is_mapping,
        "area": is_name,
        "seed": is_count,
        "replications": is_number_of_runs,
        "from": is_count,
        "to": is_count,
        "price_year": is_count,
        "plans": is_mapping,
        "rows": is_list,
        "differences": is_list,
    },
    identity=("base", "alternatives", "area", "seed", "from", "to"),
    told=lambda stored: Message(
        "of {base} on {area}, {first} to {last}",
        base=stored["base"],
        area=stored["area"],
        first=stored["from"],
        last=stored["to"],
    ),
)


def read_budget(folder: Path | str) -> Budget:
    """A finished budget impact from its folder.

    Raises InputError when the folder holds none, or one that did not finish.
    """
    place = Path(folder)
    found = _BUDGETED.finished(place)
    with store.as_written(place / BUDGET, _BUDGETED.mend()):
        told = {
            "folder": place,
            "first": found["from"],
            "last": found["to"],
            "rows": [from_record(Estimate, row, **FIELDS_OF) for row in found["rows"]],
            "differences": [
                from_record(Difference, row, difference="mean", **FIELDS_OF) for row in found["differences"]
            ],
            "assumed": found.get(ASSUMED_PRICE_SHARE),
        }
        budget: Budget = from_json(found | told, Budget)
        return budget
