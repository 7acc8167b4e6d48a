"""From replications to means, intervals and paired differences; the subsidy of a replication."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import pytest

from sim import stats
from sim.catalogue import load_tariffs
from sim.ledger import settings_from
from sim.measure.estimates import as_json, differences, frame, summarise
from sim.measure.subsidy import subsidise
from sim.measure.sums import Sums
from sim.scenario import LoadedScenario, load_scenario, vary


def kpis(values: dict[str, list[float | None]]) -> pd.DataFrame:
    """KPI `cost` by law over replications."""
    rows = [
        {
            "replication": r,
            "name": "cost",
            "dimension": json.dumps({"law": law}),
            "value": value,
            "unit": "eur",
        }
        for law, several in values.items()
        for r, value in enumerate(several)
    ]
    return pd.DataFrame(rows).astype({"value": "float64"})


def test_a_summary_is_the_interval_over_the_replications() -> None:
    found = summarise(kpis({"Zvw": [10.0, 11.0, 15.0], "Wlz": [5.0, None, None]}))
    assert [(s.name, s.dimension, s.unit, s.n) for s in found] == [
        ("cost", {"law": "Zvw"}, "eur", 3),
        ("cost", {"law": "Wlz"}, "eur", 1),
    ]
    assert (found[0].mean, found[0].low, found[0].high, found[0].n) == stats.t_interval(
        np.array([10.0, 11.0, 15.0])
    )
    assert found[1].mean == 5.0
    assert math.isnan(found[1].low)


def test_a_difference_is_paired_by_replication() -> None:
    """Differences 1, 1, 2: mean 4/3, sd 0.577, t(2) 4.303: 4/3 +- 1.434."""
    base, alt = kpis({"Zvw": [10.0, 20.0, 30.0]}), kpis({"Zvw": [11.0, 21.0, 32.0]})
    (found,) = differences(base, alt)
    assert (found.base, found.alt, found.n) == (20.0, pytest.approx(64 / 3), 3)
    assert found.difference == pytest.approx(4 / 3)
    assert found.high - found.difference == pytest.approx(
        4.302653 * math.sqrt(1 / 3) / math.sqrt(3), rel=1e-6
    )
    assert found.difference - found.low == pytest.approx(found.high - found.difference)


def test_only_shared_replications_and_kpis_are_compared() -> None:
    base = kpis({"Zvw": [1.0, 2.0, 3.0], "Wlz": [1.0, 1.0, 1.0]})
    alt = kpis({"Zvw": [2.0, None]})
    (found,) = differences(base, alt)
    assert (found.dimension, found.n, found.base, found.alt) == ({"law": "Zvw"}, 1, 1.0, 2.0)


def test_json_has_no_number_that_does_not_exist() -> None:
    (found,) = summarise(kpis({"Zvw": [1.0]}))
    assert as_json(found) == {
        "name": "cost",
        "dimension": {"law": "Zvw"},
        "unit": "eur",
        "mean": 1.0,
        "low": None,
        "high": None,
        "n": 1,
    }
    json.dumps(as_json(found), allow_nan=False)


def test_a_frame_shows_dimensions_in_words() -> None:
    table = kpis({"Zvw": [1.0, 2.0]})
    table["dimension"] = json.dumps({"view": "calendar", "law": "Zvw"})
    shown = frame(summarise(table))
    assert shown["dimension"].tolist() == ["law=Zvw, view=calendar"]
    assert shown.columns.tolist() == ["name", "dimension", "unit", "mean", "low", "high", "n"]


def clients(**numbers: int) -> Sums:
    parts = Sums()
    for form, amount in numbers.items():
        parts.add("ptz_clients", amount, organisation=f"huis {form}", form=form, year="2026")
    return parts


@pytest.fixture(scope="module")
def basis() -> LoadedScenario:
    return load_scenario("basis_2026", "middenland")


def paid(loaded: LoadedScenario, parts: Sums) -> tuple[dict[str, int], float]:
    rules = settings_from(loaded.scenario).rules()
    table, extra, payout = subsidise(loaded.scenario, loaded.area, parts, load_tariffs(), rules)
    rows = zip(table["form"], table["subsidy_cents"], strict=True)
    by_form = {table.words("form")[form]: int(cents) for form, cents in rows}
    assert sum(by_form.values()) == extra.sums["subsidy", "{}"]
    return by_form, payout


def test_the_subsidy_of_a_region_under_the_national_ceiling(basis: LoadedScenario) -> None:
    """The reference years of 2026 are data, whatever the clients of 2026.

    4,700 x 0.02778 = 131 guests of a BTH and 3,500 x 0.02778 = 97 of a HCH, beside 97.222% of the nation's
    3,600 home, 4,700, 3,500 and 300. Need: (4700 x 0.97222 + 131) x 5035 + (3500 x 0.97222 + 97) x 3526
    + 3600 x 0.97222 x 2061 + 300 x 0.97222 x 722; ceiling 32,249,000 (facts, own payments 6.1).
    """
    elsewhere = 1 - 0.02778
    need = (4700 * elsewhere + 131) * 5035 + (3500 * elsewhere + 97) * 3526
    need += 3600 * elsewhere * 2061 + 300 * elsewhere * 722
    share = 32_249_000 / need
    by_form, payout = paid(basis, clients(bth=130, hch=90))
    assert payout == pytest.approx(share, rel=1e-12)
    assert by_form["bth"] == pytest.approx(131 * 5035 * share * 100, abs=1)
    assert by_form["hch"] == pytest.approx(97 * 3526 * share * 100, abs=1)


def earned(loaded: LoadedScenario, parts: Sums) -> dict[str, int]:
    rules = settings_from(loaded.scenario).rules()
    _, extra, _ = subsidise(loaded.scenario, loaded.area, parts, load_tariffs(), rules)
    return {name: cents for (name, text), cents in extra.sums.items() if text == "{}"}


def test_what_the_clients_of_a_year_earn_comes_two_to_four_years_later(basis: LoadedScenario) -> None:
    """130 guests of a BTH in 2026 count in 2028 to 2030, under the ceiling of 33,216,470 (assumption).

    Need: (4700 x 0.97222 + 130) x 5035 + the other forms elsewhere, each of the three years alike.
    """
    elsewhere = 1 - 0.02778
    need = (4700 * elsewhere + 130) * 5035 + 3500 * elsewhere * 3526
    need += 3600 * elsewhere * 2061 + 300 * elsewhere * 722
    later = earned(basis, clients(bth=130))
    assert later["subsidy_earned_claimed"] == pytest.approx(130 * 5035_00, abs=3)
    assert later["subsidy_earned"] == pytest.approx(130 * 5035_00 * 33_216_470 / need, abs=3)


def test_more_guests_earn_more_later_at_a_lower_share_and_nothing_this_year(basis: LoadedScenario) -> None:
    few, many = earned(basis, clients(bth=100)), earned(basis, clients(bth=200))
    assert few["subsidy"] == many["subsidy"]
    assert few["subsidy_earned"] < many["subsidy_earned"] < 2 * few["subsidy_earned"]


def test_clients_earn_nothing_in_years_after_the_end(basis: LoadedScenario) -> None:
    """Clients of 2026 count in 2028 to 2030 only; the subsidy of 2026 itself is paid."""
    ended = vary(basis, {"subsidy.runs": False}, "zonder_regeling")
    found = earned(ended, clients(bth=130))
    assert found["subsidy"] == earned(basis, clients(bth=130))["subsidy"] > 0
    assert (found["subsidy_earned"], found["subsidy_earned_claimed"]) == (0, 0)


def fifth_of_a_year(basis: LoadedScenario) -> LoadedScenario:
    """The same counted to 15 March: 73 of 365 days, which no file can ask for."""
    horizon = basis.scenario.horizon.model_copy(update={"count_to": dt.date(2026, 3, 15)})
    return dataclasses.replace(basis, scenario=basis.scenario.model_copy(update={"horizon": horizon}))


def test_a_year_counted_by_half_claims_for_a_whole_year(basis: LoadedScenario) -> None:
    """73 of 365 days are counted, so 13 clients stand for 65."""
    fifth = fifth_of_a_year(basis)
    rules = settings_from(fifth.scenario).rules()
    table, _, _ = subsidise(fifth.scenario, fifth.area, clients(bth=13), load_tariffs(), rules)
    assert table["clients"].tolist() == [65]


def test_a_scheme_that_has_lapsed_pays_nothing(basis: LoadedScenario) -> None:
    """The Regeling vervalt on 1 January 2027 where no scenario carries it on."""
    late = {"horizon.count_from": "2027-01-01", "horizon.count_to": "2028-01-01", "subsidy.runs": False}
    parts = Sums()
    parts.add("ptz_clients", 50, organisation="huis", form="bth", year="2027")
    by_form, payout = paid(vary(basis, late, "later"), parts)
    assert (by_form, payout) == ({"bth": 0}, 0.0)
