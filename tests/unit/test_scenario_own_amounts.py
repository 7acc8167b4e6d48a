"""Own prices and legal amounts in a scenario file: read, laid over one another, priced, marked, refused."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import palsim as ps
from sim.catalogue import load_tariffs
from sim.dates import day_of
from sim.errors import InputError
from sim.law.parameters import Parameters
from sim.ledger import own_book
from sim.ledger.prices import PriceTable
from sim.report.language import language
from sim.report.pages.build import load_result
from sim.report.sections.numbers_table import tariff_rows
from sim.scenario import apply, load_scenario, vary
from sim.scenario.json_schema import export_schema

NURSING = "tariffs.zvw.wijkverpleging"
DAY = dt.date(2026, 3, 1)


def _file(folder: Path, name: str, *items: dict[str, Any], extends: str = "basis_2026", **more: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({"extends": extends, "set": items, **more}), encoding="utf-8")
    return path


def _item(path: str = NURSING, value: Any = 80, source: str = "eigen", **more: Any) -> dict[str, Any]:
    return {"path": path, "value": value, "source": source, **more}


def _price(loaded: Any, id: str = "zvw.wijkverpleging", day: dt.date = DAY) -> Decimal:
    found = own_book(load_tariffs(), loaded.own).standing(id, day)
    assert found is not None
    return found.amount


def test_a_file_sets_a_price_and_says_what_it_was(tmp_path: Path) -> None:
    """80 euros from July on; before it what `tariffs/` has."""
    law = load_tariffs().standing("zvw.wijkverpleging", dt.date(2026, 7, 1))
    found = load_scenario(_file(tmp_path, "mijn", _item(**{"from": "2026-07-01"})))
    assert _price(found) == law.amount
    assert _price(found, day=dt.date(2026, 7, 1)) == 80
    (change,) = found.changes
    assert (change.path, change.after) == (f"{NURSING}@2026-07-01", 80.0)
    shown = ps.scenario(tmp_path / "mijn.yaml").changes
    assert shown.iloc[-1][["before", "after"]].tolist() == [float(law.amount), 80.0]
    assert found.own.tariffs[0].source == "eigen"
    assert found.digest != load_scenario("basis_2026").digest


def test_amounts_from_several_days_hold_each_until_the_next_in_any_order(tmp_path: Path) -> None:
    """85 from April, 80 from July, 70 before both: the later day in the file does not end the other."""
    items = [
        _item(value=80, **{"from": "2026-07-01"}),
        _item(value=85, **{"from": "2026-04-01"}),
        _item(value=70),
    ]
    days = [dt.date(2026, month, 1) for month in (3, 4, 6, 7, 12)]
    for order in (items, items[::-1]):
        found = load_scenario(_file(tmp_path, "mijn", *order))
        assert [_price(found, day=day) for day in days] == [70, 85, 85, 80, 80]


def test_the_amount_of_a_layer_takes_the_place_of_that_of_its_day_and_leaves_those_of_later_days(
    tmp_path: Path,
) -> None:
    """Below 80 from April and 90 from July, above them 85 from April; one without a day is for all days."""
    _file(tmp_path, "onder", _item(**{"from": "2026-04-01"}), _item(value=90, **{"from": "2026-07-01"}))
    above = load_scenario(
        _file(tmp_path, "boven", _item(value=85, **{"from": "2026-04-01"}), extends="onder.yaml")
    )
    days = [dt.date(2026, month, 1) for month in (4, 6, 7, 12)]
    assert [_price(above, day=day) for day in days] == [85, 85, 90, 90]
    assert [mine.amount for mine in above.own.tariffs] == [85, 90]
    later = ps.scenario(tmp_path / "boven.yaml").with_tariff("zvw.wijkverpleging", 70, source="eigen")
    assert [_price(later.loaded, day=day) for day in days] == [70, 70, 70, 70]
    assert [mine.amount for mine in later.own.tariffs] == [70]


def test_an_amount_from_a_day_on_holds_on_every_later_day_and_on_none_before(tmp_path: Path) -> None:
    """75 euros of 2026 stand for all years, so for September 2025 too.

    From July 2026 on 90 do, also in March of later years; from July 2029 on 95, though `tariffs/` has no
    value then.
    """
    item = {"path": NURSING, "from": {"2026-07-01": 90, "2029-07-01": 95}, "source": "eigen"}
    book = own_book(load_tariffs(), load_scenario(_file(tmp_path, "mijn", item)).own)
    days = [(2025, 9), (2026, 3), (2026, 7), (2027, 3), (2028, 3), (2029, 6), (2029, 7), (2031, 1)]
    prices = PriceTable(book, 2026)
    code = prices.codes(["zvw.wijkverpleging"])[0]
    day = np.array([day_of(dt.date(year, month, 9)) for year, month in days])
    found = prices.look_up(np.full(len(day), code), day)
    assert found.unit_cents.tolist() == [7500, 7500, 9000, 9000, 9000, 9000, 9500, 9500]
    assert [prices.rows[row].endswith("+own") for row in found.row] == [False] * 2 + [True] * 6


def test_a_legal_amount_from_a_day_on_holds_in_years_without_a_published_one(tmp_path: Path) -> None:
    """The amount of nursing in an mpt is known for 2026 alone, and stands for other years."""
    id = "wlz.basisbedrag.vv5.verpleging"
    law = int(load_tariffs().parameter(id, DAY).amount * 100)
    item = _item(f"tariffs.{id}", 22000, **{"from": "2026-07-01"})
    own = Parameters(own_book(load_tariffs(), load_scenario(_file(tmp_path, "mijn", item)).own), 2026)
    days = np.array(
        [day_of(dt.date(year, month, 1)) for year, month in [(2025, 9), (2026, 6), (2026, 7), (2027, 3)]]
    )
    assert own.cents(id, days).tolist() == [law, law, 2_200_000, 2_200_000]


def test_amounts_from_several_days_are_the_same_in_whatever_order_they_are_given() -> None:
    base = ps.scenario("basis_2026")
    days = {dt.date(2026, 4, 1): 80, dt.date(2026, 7, 1): 90}
    made = []
    for order in (list(days), list(days)[::-1]):
        found = base
        for day in order:
            found = found.with_tariff("zvw.wijkverpleging", days[day], source="eigen", since=day)
        made.append(found)
        assert [_price(found.loaded, day=day) for day in days] == [80, 90]
    first, second = (each.own for each in made)
    assert first.same_as(second)
    assert first == second


def test_a_planned_price_takes_an_own_amount_and_stays_planned(tmp_path: Path) -> None:
    """The talk of the general practitioner has a planned value only, which `azwa_pzp` switches on."""
    item = _item("tariffs.zvw.huisarts.pzp", "150.00")
    found = load_scenario(_file(tmp_path, "mijn", item, extends="azwa_pzp"))
    book = own_book(load_tariffs(), found.own)
    assert book.values("zvw.huisarts.pzp") == ()
    (value,) = book.with_projected(["zvw.huisarts.pzp"]).values("zvw.huisarts.pzp")
    assert (value.amount, value.row) == (150, "zvw.huisarts.pzp@2027-01-01+projected+own")


def test_layers_lie_over_one_another_and_two_that_are_combined_may_not_disagree(tmp_path: Path) -> None:
    low = _file(tmp_path, "laag", _item(value=70))
    high = _file(tmp_path, "hoog", _item(value=90, **{"from": "2026-07-01"}), extends="laag")
    both = load_scenario(high)
    assert (_price(both), _price(both, day=dt.date(2026, 8, 1))) == (70, 90)
    assert _price(apply(load_scenario("basis_2026"), high)) == 70
    other = _file(tmp_path, "anders", _item(value=60))
    assert other.exists()
    with pytest.raises(InputError, match=r"laag and anders both set tariffs\.zvw\.wijkverpleging; set it in"):
        load_scenario(_file(tmp_path, "samen", combines=["laag", "anders"]))
    assert low.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_item(f"{NURSING}@2026-07-01", 90), _item(value=70, **{"from": "2026-07-01"})),
        (_item(f"{NURSING}@2026-07-01", 90), _item()),
        (_item(f"{NURSING}@2026-07-01", 90), _item(f"{NURSING}@2026-04-01", 70)),
    ],
)
def test_two_policies_that_set_one_price_disagree_however_a_day_is_written(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any]
) -> None:
    """A whole that sets the price on the days of both decides; on one of the days it does not."""
    _file(tmp_path, "een", one)
    _file(tmp_path, "ander", other)
    for parts in (["een", "ander"], ["ander", "een"]):
        with pytest.raises(InputError, match=rf"both set {NURSING}(@2026-0[47]-01)?; set it in samen itself"):
            load_scenario(_file(tmp_path, "samen", combines=parts))
        with pytest.raises(InputError, match="both set"):
            load_scenario(_file(tmp_path, "half", _item(f"{NURSING}@2026-10-01"), combines=parts))
        assert _price(load_scenario(_file(tmp_path, "heel", _item(), combines=parts))) == 80


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            _item("tariffs.zvw.wijkverplegin"),
            "no such product or legal amount; did you mean 'zvw.wijkverpleg",
        ),
        (_item(value="tachtig"), "'tachtig' is no number"),
        (_item(value=True), "True is no number"),
        (_item(value=80.123), "at most two decimals"),
        (_item(value=-1), "-1 is no price"),
        (_item(source="  "), "source is empty"),
        ({"path": NURSING, "value": 80}, "source: is missing; say where the amount comes from"),
        (_item(range=[70, 90]), "range: an own amount has value, source and from; leave it out"),
        (
            _item(**{"from": "1950-01-01"}),
            "has no value on 1950-01-01 that an own one can replace; give a day from",
        ),
        (
            _item(**{"from": "2026-07-15"}),
            "2026-07-15 is no first of a month, on which amounts change; give one",
        ),
        (
            _item("tariffs.own_payments.wlz.low_min", {"2026-07-01": 400, "2026-12-31": 410}),
            "2026-12-31 is no first of a month",
        ),
        (_item(f"{NURSING}@2026-13-01"), "2026-13-01 is no date; write it as 2027-01-01"),
        (_item(f"{NURSING}@2026-07-01", **{"from": "2026-08-01"}), "the path has a first day already"),
        (
            {"path": "ceiling.delay_days", "value": 5, "from": "2026-08-01"},
            "has one value in a whole run; a path over dates can have settings of",
        ),
    ],
)
def test_what_cannot_be_an_own_amount_is_one_line(tmp_path: Path, item: dict[str, Any], said: str) -> None:
    path = _file(tmp_path, "mijn", item)
    with pytest.raises(InputError) as caught:
        ps.scenario(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: set[0]")
    assert said in line
    assert "\n" not in line


def test_an_amount_that_is_set_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is set twice; keep one of them"):
        load_scenario(_file(tmp_path, "mijn", _item(), _item(value=81)))


def test_values_by_path_take_prices_too() -> None:
    basis = load_scenario("basis_2026")
    found = vary(basis, {NURSING: 80, "ceiling.applies": 0.1}, "mijn")
    assert (_price(found), found.scenario.ceiling.applies.value) == (80, 0.1)
    assert [change.path for change in found.changes] == ["ceiling.applies.value", NURSING]
    assert found.own.tariffs[0].source == "scenario mijn"


def test_the_schema_of_editors_knows_own_amounts(tmp_path: Path) -> None:
    import jsonschema

    check = jsonschema.Draft7Validator(export_schema())
    assert not list(check.iter_errors({"extends": "basis_2026", "set": [_item()]}))
    assert list(check.iter_errors({"extends": "basis_2026", "set": [{"path": NURSING, "value": 80}]}))
    assert list(check.iter_errors({"extends": "basis_2026", "set": [_item("tarief.zvw.wijkverpleging")]}))


def test_a_report_marks_what_is_own_in_its_language(tmp_path: Path) -> None:
    """One month of a quiet region, priced at 80 euros an hour."""
    short = {"horizon.count_to": "2026-02-01", "horizon.warmup_days": 0}
    base = ps.scenario("basis_2026", area="middenland", replications=1).vary(short, label="nu")
    own = ps.compare(base, _file(tmp_path, "mijn", _item()), jobs=1, assumptions=0, out=tmp_path / "run")
    assert own.diff("cost", by="law").loc["Zvw", "diff"] != 0
    rows, _, same = tariff_rows(load_result(tmp_path / "run").alternatives[0].run)
    (mine,) = [row for row in rows if row.row.startswith("zvw.wijkverpleging@")]
    assert same
    assert (mine.amount, mine.reason) == ("80.00", "eigen waarde: eigen")
    assert language("en").name(mine.reason) == "own value: eigen"
    assert not mine.source, "the source of the tariff that it replaces"


def test_an_own_price_from_a_day_without_a_published_one_holds_from_that_day() -> None:
    """The average Wlz day has no published price from 2023 up to 2026; an own one from 2024 stands there."""
    id, start = "wlz.zzp.gemiddeld", dt.date(2024, 1, 1)
    book = load_tariffs().with_own([(id, Decimal(100), "eigen", start)])
    for day in (start, dt.date(2025, 2, 1), DAY):
        assert book.value(id, day).amount == 100
    assert book.value(id, dt.date(2022, 6, 1)).amount == load_tariffs().value(id, dt.date(2022, 6, 1)).amount


@pytest.mark.parametrize("turn", [1, -1])
def test_own_amounts_of_one_price_hold_each_until_the_next_in_whatever_order(turn: int) -> None:
    id, own = "zvw.wijkverpleging", [(dt.date(2026, 7, 1), 100), (dt.date(2028, 1, 1), 200)]
    book = load_tariffs().with_own([(id, Decimal(eur), "eigen", since) for since, eur in own[::turn]])
    found = [book.value(id, dt.date(year, 9, 1)).amount for year in (2026, 2027, 2028)]
    assert found == [100, 100, 200]
