"""Gross cents, own payments and unfunded care of one task as additive parts."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.catalogue import Product, TariffBook
from sim.catalogue.models import Module
from sim.columns import tally
from sim.ledger.providers import under_zvw
from sim.measure.registry import measures
from sim.measure.tables import Task
from sim.scenario.models import Scenario
from sim.scenario.numbers import Lognormal
from sim.schema import (
    GROUPS,
    HOSPICE_SETTINGS,
    HOUSEHOLDS,
    ITEMS,
    LAWS,
    PAYERS,
    SETTINGS,
    UNFUNDED_REASONS,
    WITH_WLZ,
    Table,
    code,
    table,
)
from sim.units import CENTS_PER_EURO, Bools, Floats, Ints

DECEDENTS, CALENDAR = "decedents", "calendar"
MODULES = get_args(Module)
_ASSUMED = "cost_at_assumed_prices"
INCOME_GROUPS = ("laag", "midden", "hoog")

_HOME = code(SETTINGS, "thuis")


def module_of(product: Product, setting: str) -> str:
    """Cost module of a product: hospice for the care that a hospice stay holds, else the product's own."""
    held = product.law == "Wlz" or product.module == "wijkverpleging"
    return "hospice" if setting in HOSPICE_SETTINGS and held else product.module


def places_of_lines(task: Task) -> Ints:
    """Setting of each declaration (int64 codes into SETTINGS): that of its stay, home without one."""
    setting = task.stay_setting("declarations")
    return np.where(setting < 0, _HOME, setting).astype(np.int64)


def modules_of_lines(task: Task) -> Ints:
    """Cost module of each declaration (int64 codes into MODULES)."""
    lines = task.tables["declarations"]
    if not len(lines):
        return np.zeros(0, np.int64)
    products = [task.book.product(id) for id in lines.words("product")]
    modules = np.array([MODULES.index(module_of(p, s)) for p in products for s in SETTINGS], np.int64)
    return modules[_packed((len(products), len(SETTINGS)), lines["product"], places_of_lines(task))]


@measures("cost", _ASSUMED, "tariff_row", "cost_of_decedents", acts="money")
def costs(task: Task) -> None:
    """Gross cents by law, payer, setting, module and group, in both views."""
    lines, shares, parts = task.tables["declarations"], task.tables["shares"], task.parts
    rows, money = task.rows_of("declarations"), lines["gross_cents"]
    dead, dated = task.decedents[rows], task.window.holds_days(lines["date"])
    person = _packed((2, 2, len(GROUPS)), task.decedents, task.has_wlz, task.patients["group"])[rows]
    place = places_of_lines(task)
    of_line = _packed((2, len(LAWS), len(SETTINGS)), dated, lines["law"], place)
    shape = (2, 2, len(GROUPS), 2, len(LAWS), len(SETTINGS), len(MODULES))
    size = 2 * len(LAWS) * len(SETTINGS)
    cells = _packed((2 * 2 * len(GROUPS), size, len(MODULES)), person, of_line, modules_of_lines(task))
    cost = tally(cells, math.prod(shape), money).reshape(shape)
    payer = _packed(
        (2 * size, len(PAYERS)), _packed((2, size), dead, of_line)[task.share_lines], shares["payer"]
    )
    by_payer = (2, 2, len(LAWS), len(SETTINGS), len(PAYERS))
    paid = tally(payer, math.prod(by_payer), shares["cents"]).reshape(by_payer)
    assumed = np.where(at_assumed_prices(lines, task.book), money, 0)
    _by_view(task, DECEDENTS, cost[1].sum(axis=(0, 2)), paid[1].sum(axis=0), int(assumed[dead].sum()))
    counted, of_counted = cost[:, :, :, 1].sum(axis=(0, 1)), paid[:, 1].sum(axis=0)
    _by_view(task, CALENDAR, counted, of_counted, int(assumed[dated].sum()))
    for name, words, sums in (
        ("law", LAWS, counted.sum(axis=(0, -1))),
        ("payer", PAYERS, of_counted.sum(axis=0).T),
    ):
        for word, row in zip(words, sums, strict=True):
            parts.add_along("cost", "setting", SETTINGS, row, **{"view": CALENDAR, name: word})
    either, labels = np.flatnonzero(dead | dated), lines.words("tariff_row")
    row = lines["tariff_row"][either]
    by_row = tally(row, len(labels), money[either])
    used = [i for i in np.flatnonzero(tally(row, len(labels))) if labels[i]]
    parts.add_along("tariff_row", "row", [labels[i] for i in used], by_row[used])
    parts.add("cost_of_decedents", int(cost[1].sum()))
    for word, mine in zip(WITH_WLZ, cost[1], strict=True):
        parts.add("cost_of_decedents", int(mine.sum()), wlz=word)


@measures("declared", acts="money")
def declared(task: Task) -> None:
    """Gross cents declared with a date in the window, by kind of provider."""
    lines = task.tables["declarations"]
    dated = task.window.holds_days(lines["date"])
    kinds = [task.book.product(id).provider for id in lines.words("product")] if len(lines) else []
    cents = tally(lines["product"][dated], len(kinds), lines["gross_cents"][dated])
    for product in np.flatnonzero(cents):
        task.parts.add("declared", int(cents[product]), provider=kinds[product])


def own_payments(task: Task) -> Table:
    """What each person who dies in the window pays itself, in `own_payments`."""
    shares, rows = task.tables["shares"], task.rows_of("declarations")[task.share_lines]
    paid = shares["payer"] == code(PAYERS, "patient")
    cents = tally(rows[paid], len(task.patients), shares["cents"][paid])
    ids = task.patients["patient_id"]
    return table("own_payments", {"patient_id": ids[task.decedents], "cents": cents[task.decedents]})


def _packed(sizes: tuple[int, ...], *codes: NDArray[Any]) -> Ints:
    """One code for several, the last the fastest: a cell of a table of these sizes."""
    out = codes[0].astype(np.int64)
    for size, more in zip(sizes[1:], codes[1:], strict=True):
        out *= size
        out += more
    return out


def _by_view(task: Task, view: str, cost: Ints, paid: Ints, assumed: int) -> None:
    """Cents of one view.

    Cost by group, law, setting and module, paid by law, setting and payer, at assumed prices.
    """
    parts = task.parts
    parts.add("cost", int(cost.sum()), view=view)
    parts.add(_ASSUMED, assumed, view=view)
    axes = (("group", GROUPS), ("law", LAWS), ("setting", SETTINGS), ("module", MODULES))
    for axis, (name, words) in enumerate(axes):
        others = tuple(other for other in range(len(axes)) if other != axis)
        parts.add_along("cost", name, words, cost.sum(axis=others), view=view)
    by_law = paid.sum(axis=1)
    parts.add_along("cost", "payer", PAYERS, by_law.sum(axis=0), view=view)
    for word, row in zip(LAWS, by_law, strict=True):
        parts.add_along("cost", "payer", PAYERS, row, view=view, law=word)


def at_assumed_prices(lines: Table, book: TariffBook) -> Bools:
    """Which declarations have a price that is an assumption (bool array)."""
    if not len(lines):
        return np.zeros(0, np.bool_)
    labels = lines.words("tariff_row")
    assumed = np.array([bool(row) and book.used([row])[0].assumption for row in labels], np.bool_)
    return np.asarray(assumed[lines["tariff_row"]], np.bool_)


def income_groups(scenario: Scenario, patients: Table) -> Ints:
    """Income group of each patient (code): thirds of the household incomes that the scenario draws.

    Singles are ranked among singles, couples among couples.
    """
    means = scenario.cohort.means
    income = patients["income_cents"] + patients["partner_income_cents"]
    couple = patients["household"] == code(HOUSEHOLDS, "couple")
    single_bounds, couple_bounds = _third_bounds(means.income_single), _third_bounds(means.income_couple)
    among_couples = np.searchsorted(couple_bounds, income, side="right")
    among_singles = np.searchsorted(single_bounds, income, side="right")
    return np.asarray(np.where(couple, among_couples, among_singles), np.int64)


def _third_bounds(law: Lognormal) -> Floats:
    """Cents at which the thirds of a lognormal begin."""
    levels = [float(Fraction(k, len(INCOME_GROUPS))) for k in range(1, len(INCOME_GROUPS))]
    return np.asarray(law.median * np.exp(law.sigma * ndtri(np.array(levels))) * CENTS_PER_EURO, np.float64)


@measures("patient_payment", acts="money")
def payments(task: Task) -> None:
    """What the decedents themselves pay: distribution, and totals by item, law, Wlz and income."""
    lines, shares, parts = task.tables["declarations"], task.tables["shares"], task.parts
    paid = np.flatnonzero(shares["payer"] == code(PAYERS, "patient"))
    paid = paid[task.decedents[task.rows_of("declarations")[task.share_lines[paid]]]]
    line = task.share_lines[paid]
    cents, payer_rows = shares["cents"][paid], task.rows_of("declarations")[line]
    each = tally(payer_rows, len(task.patients), cents)[task.decedents]
    parts.add("patient_payment", int(each.sum()))
    parts.spread("patient_payment", each)
    by_item = tally(shares["item"][paid], len(ITEMS), cents)
    parts.add_along("patient_payment", "item", ITEMS[1:], by_item[1:])
    by_law = tally(lines["law"][line], len(LAWS), cents)
    parts.add_along("patient_payment", "law", LAWS, by_law)
    wlz = task.has_wlz[task.decedents]
    for word, mine in zip(WITH_WLZ, (~wlz, wlz), strict=True):
        parts.add("patient_payment", int(each[mine].sum()), wlz=word)
        if mine.any():
            parts.spread("patient_payment", each[mine], wlz=word)
    income = income_groups(task.scenario, task.patients)[task.decedents]
    by_income = tally(income, len(INCOME_GROUPS), each)
    parts.add_along("patient_payment", "income", INCOME_GROUPS, by_income)
    for number in np.unique(income):
        parts.spread("patient_payment", each[income == number], income=INCOME_GROUPS[number])


@measures("unfunded", acts="money")
def unfunded(task: Task) -> None:
    """Care of the decedents that nobody may bill, by reason."""
    rows = task.tables["unfunded"]
    mine = task.decedents[task.rows_of("unfunded")]
    by_reason = tally(rows["reason"][mine], len(UNFUNDED_REASONS), rows["cents"][mine])
    task.parts.add_along("unfunded", "reason", UNFUNDED_REASONS, by_reason)


@measures("provider_gain", "provider_shadow", acts="money")
def providers(task: Task) -> None:
    """What other ways to pay mean for each provider, over the decedents: declared before, gain or loss.

    Only where the scenario applies one that divides money over providers; then for every provider.
    """
    if not task.scenario.payment.over_patients:
        return
    rows = task.tables["providers"]
    mine = task.decedents[task.rows_of("providers")]
    words = rows.words("provider")
    named = (*under_zvw(task.book), *(site.id for site in task.region.sites))
    for measure, column in (("provider_shadow", "shadow_cents"), ("provider_gain", "gain_cents")):
        found = tally(rows["provider"][mine], len(words), rows[column][mine])
        amounts = np.array([found[words.index(n)] if n in words else 0 for n in named], np.int64)
        task.parts.add_along(measure, "provider", named, amounts)
