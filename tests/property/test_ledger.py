"""Properties of the ledger on random journeys: sums, caps, order, repricing."""

from __future__ import annotations

import numpy as np
import pytest

from sim.catalogue import load_tariffs
from sim.dates import date_of, years
from sim.law import RuleSet
from sim.law.care import rule_of
from sim.ledger import Ledger, PriceSettings, price
from sim.schema import CARE_PRODUCTS, Table, table
from tests.oracles.journey_tables import DAY, random_tables

BOOK = load_tariffs()
SETTINGS = PriceSettings(2026)
TABLES = random_tables(400, 11)
LEDGER = price(TABLES, BOOK, SETTINGS.rules(), SETTINGS)


def by_item(ledger: Ledger, item: str) -> tuple[np.ndarray, np.ndarray]:
    """Row of the declaration and cents of each share of an item."""
    rows = np.flatnonzero(ledger.shares["item"] == ledger.shares.words("item").index(item))
    return ledger.shares["declaration_id"][rows], ledger.shares["cents"][rows]


def test_shares_of_every_line_sum_to_its_gross():
    lines, shares = LEDGER.declarations, LEDGER.shares
    total = np.zeros(len(lines), np.int64)
    np.add.at(total, shares["declaration_id"], shares["cents"])
    assert np.array_equal(total, lines["gross_cents"])
    assert len(lines) > 5000


def test_no_share_is_negative_and_every_line_has_a_share():
    assert LEDGER.shares["cents"].min() >= 0
    assert np.array_equal(np.unique(LEDGER.shares["declaration_id"]), np.arange(len(LEDGER.declarations)))


def test_eigen_risico_of_a_patient_and_year_stays_within_the_yearly_amounts():
    """A hospital admission counts in its year of admission, so dates of two years share one limit at most."""
    lines = LEDGER.declarations
    rows, cents = by_item(LEDGER, "eigen_risico")
    patient, year = lines["patient_id"][rows], years(lines["date"][rows])
    by_patient: dict[int, int] = {}
    for id, amount in zip(patient.tolist(), cents.tolist(), strict=True):
        by_patient[id] = by_patient.get(id, 0) + amount
    spans = {id: set() for id in by_patient}
    for id, number in zip(patient.tolist(), year.tolist(), strict=True):
        spans[id] |= {number, number - 1}
    assert all(total <= 88_500 * len(spans[id]) for id, total in by_patient.items())
    assert sum(by_patient.values()) > 0


def test_children_pay_no_eigen_risico_and_no_wlz_contribution():
    people = TABLES["patients"]
    age_at_death = (people["death_minute"] - people["birth_minute"]) // (366 * DAY)
    minors = set(people["patient_id"][age_at_death < 17].tolist())
    assert len(minors) > 50
    for item in ("eigen_risico", "wlz_eigen_bijdrage"):
        rows, _ = by_item(LEDGER, item)
        assert not minors & set(LEDGER.declarations["patient_id"][rows].tolist())


def test_a_wlz_contribution_never_exceeds_the_maximum_of_the_high_contribution():
    lines = LEDGER.declarations
    rows, cents = by_item(LEDGER, "wlz_eigen_bijdrage")
    month = [(date_of(int(d) * DAY).year, date_of(int(d) * DAY).month) for d in lines["date"][rows]]
    total: dict[tuple[int, tuple[int, int]], int] = {}
    for id, when, amount in zip(lines["patient_id"][rows].tolist(), month, cents.tolist(), strict=True):
        total[id, when] = total.get((id, when), 0) + amount
    assert max(total.values()) <= 306_180 * 2
    assert len(total) > 100


def test_supplementary_cover_stays_within_days_and_amount_of_the_policy():
    lines, shares, people = LEDGER.declarations, LEDGER.shares, TABLES["patients"]
    covered = np.flatnonzero(shares["payer"] == shares.words("payer").index("aanvullend"))
    most = dict(
        zip(
            people["patient_id"].tolist(),
            (people["hospice_cover_per_day_cents"] * people["hospice_cover_max_days"]).tolist(),
            strict=True,
        )
    )
    total: dict[tuple[int, int], int] = {}
    for row in covered:
        line = int(shares["declaration_id"][row])
        key = int(lines["patient_id"][line]), date_of(int(lines["date"][line]) * DAY).year
        total[key] = total.get(key, 0) + int(shares["cents"][row])
    assert total
    assert all(cents <= most[id] for (id, _), cents in total.items())


def shuffled(name: str, seed: int) -> Table:
    """A journey table with its rows in another order."""
    old = TABLES[name]
    order = np.random.default_rng(seed).permutation(len(old))
    return table(name, {k: v[order] for k, v in old.columns.items()}, old.labels)


def totals(ledger: Ledger) -> dict[tuple[int, int, int], int]:
    """Cents by patient, payer and item."""
    out: dict[tuple[int, int, int], int] = {}
    owner = ledger.declarations["patient_id"][ledger.shares["declaration_id"]].tolist()
    payer, item = ledger.shares["payer"].tolist(), ledger.shares["item"].tolist()
    for *key, cents in zip(owner, payer, item, ledger.shares["cents"].tolist(), strict=True):
        out[tuple(key)] = out.get(tuple(key), 0) + cents
    return out


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_and_so_of_invoices_on_one_day_changes_no_total(seed):
    again = price(
        {**TABLES, "spells": shuffled("spells", seed), "stays": shuffled("stays", seed)},
        BOOK,
        SETTINGS.rules(),
        SETTINGS,
    )
    assert totals(again) == totals(LEDGER)


def test_repricing_gives_the_same_tables_bit_for_bit():
    again = price(TABLES, BOOK, SETTINGS.rules(), SETTINGS)
    for old, new in ((LEDGER.declarations, again.declarations), (LEDGER.shares, again.shares)):
        assert old.labels == new.labels
        for name, column in old.columns.items():
            assert np.array_equal(column, new[name]), name


def test_a_line_for_a_hospital_day_counts_every_billed_day_once():
    lines, stays = LEDGER.declarations, TABLES["stays"]
    words = lines.words("product")
    ward = [words.index(f"zvw.msz.{n}") for n in ("verpleegdag", "geblokkeerde_dag", "ic_dag")]
    rows = np.isin(lines["product"], ward)
    start, end = stays["start_minute"] // DAY, stays["end_minute"] // DAY
    died = stays["exit_reason"] == 0
    hospital = stays["setting"] == 1
    assert lines["quantity"][rows].sum() == (end - start + died)[hospital].sum()


def test_taking_the_eigen_risico_out_moves_exactly_its_amount_to_the_insurer():
    without = price(TABLES, BOOK, RuleSet.current().without("P1"), SETTINGS)
    _, cents = by_item(LEDGER, "eigen_risico")
    insurer = LEDGER.shares.words("payer").index("zorgverzekeraar")

    def paid(ledger: Ledger) -> int:
        return int(ledger.shares["cents"][ledger.shares["payer"] == insurer].sum())

    assert paid(without) - paid(LEDGER) == cents.sum() > 0


def test_a_later_death_never_lowers_the_limit_of_the_eigen_risico():
    from sim.law.zvw.deductible import deductible_limits
    from tests.law_cases.engine import Parameters, person

    parameters = Parameters(BOOK, 2026)
    limits = []
    for day in range(1, 32):
        for month in (1, 2, 6, 12):
            if month == 2 and day > 28 or month == 6 and day > 30:
                continue
            who = person({"person": {"died": f"2026-{month:02d}-{day:02d}", "voluntary_eur": 500}})
            year = np.array([2026])
            part = deductible_limits(
                who, np.array([0]), year, parameters, "own_payments.eigen_risico.verplicht"
            )
            limits.append(((month, day), int(part[0][0] + part[1][0])))
    ordered = [cents for _, cents in sorted(limits)]
    assert ordered == sorted(ordered)
    assert ordered[-1] == 88_500


def gross_by_patient(ledger: Ledger) -> dict[int, int]:
    """Gross of all declarations of each patient."""
    out: dict[int, int] = {}
    lines = ledger.declarations
    for id, cents in zip(lines["patient_id"].tolist(), lines["gross_cents"].tolist(), strict=True):
        out[id] = out.get(id, 0) + cents
    return out


@pytest.mark.parametrize("seed", [1, 2])
def test_more_care_never_lowers_the_gross_of_a_patient(seed):
    """A Wlz contribution above the costs is a line as well: it shrinks by no more than the costs grow."""
    spells = TABLES["spells"]
    kept = np.random.default_rng(seed).random(len(spells)) < 0.6
    fewer = Table("spells", {k: v[kept] for k, v in spells.columns.items()}, spells.labels)
    less = gross_by_patient(price({**TABLES, "spells": fewer}, BOOK, SETTINGS.rules(), SETTINGS))
    twice = Table("spells", {**spells.columns, "quantity": spells["quantity"] * 2}, spells.labels)
    more = gross_by_patient(price({**TABLES, "spells": twice}, BOOK, SETTINGS.rules(), SETTINGS))
    full = gross_by_patient(LEDGER)
    assert all(less.get(id, 0) <= cents <= more[id] for id, cents in full.items())
    assert sum(less.values()) < sum(full.values()) < sum(more.values())


def test_rules_that_only_set_conditions_change_nothing_where_the_conditions_are_met():
    """Checks without facts let care through: a rule of conditions changes no run by being there."""
    checks = [r.key for r in RuleSet.current().rules if r.products]
    conditions = [k for k in checks if k not in {rule_of(BOOK.product(p)) for p in CARE_PRODUCTS}]
    rules = SETTINGS.rules()
    for key in conditions:
        rules = RuleSet(tuple(r for r in rules.rules if r.key != key))
    again = price(TABLES, BOOK, rules, SETTINGS)
    assert gross_by_patient(again) == gross_by_patient(LEDGER)
    assert len(conditions) > 15
