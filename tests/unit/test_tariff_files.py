"""The project's tariff files are complete: years, provenance, and sums that the sources themselves state."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

import sim
from sim.catalogue import TariffBook, load_tariffs
from sim.schema import CARE_PRODUCTS

FOLDER = Path(sim.__file__).resolve().parent.parent / "tariffs"
D2026 = dt.date(2026, 7, 1)
ONLY_OLD = {
    # the ambulance maxima of 2020; the model uses the reference prices
    "zvw.vervoer.ambulance_maximum.spoed",
    "zvw.vervoer.ambulance_maximum.besteld",
    "zvw.vervoer.ambulance_maximum.kilometer",
}
ONLY_PLANNED = {"zvw.huisarts.pzp"}


@pytest.fixture(scope="module")
def book() -> TariffBook:
    return load_tariffs()


def test_every_product_with_a_tariff_has_a_price_in_the_basis_year(book: TariffBook) -> None:
    priced = [i for i in book.ids if book.product(i).price == "tariff"]
    without = {i for i in priced if not any(v.valid_from <= D2026 < v.valid_to for v in book.values(i))}
    assert without == ONLY_OLD | ONLY_PLANNED


def test_every_product_that_a_journey_writes_has_a_price_in_the_basis_year(book: TariffBook) -> None:
    """A product that only a plan pays has one where a scenario chooses the plan."""
    planned = book.with_projected(sorted(ONLY_PLANNED), dt.date(2026, 1, 1))
    for product in CARE_PRODUCTS:
        assert (planned if product in ONLY_PLANNED else book).value(product, D2026).amount >= 0


@pytest.mark.parametrize("profile", ["vv4", "vv5", "vv6", "vv7", "vv8", "vv10"])
def test_every_day_product_of_a_stay_has_a_price_in_the_basis_year(book: TariffBook, profile: str) -> None:
    stay = book.value(f"wlz.zzp.{profile}", D2026).amount
    without_treatment = book.value(f"wlz.zzp.zonder_behandeling.{profile}", D2026).amount
    home = book.value(f"wlz.vpt.{profile}", D2026).amount
    assert home < without_treatment < stay


def test_every_own_payment_in_force_has_a_value_on_each_day_of_2023_up_to_2032(book: TariffBook) -> None:
    """Journeys that count 2024 up to 2031 start a year earlier and end a year later."""
    planned = re.compile(r"plan_|av_day_max")
    ids = [i for i in book.parameter_ids if i.startswith("own_payments.") and not planned.search(i)]
    assert len(ids) > 50
    for id in ids:
        values = book.values(id)
        assert values[0].valid_from <= dt.date(2023, 1, 1), id
        assert values[-1].valid_to >= dt.date(2033, 1, 1), id
        days = [v for v in values if v.valid_to > dt.date(2023, 1, 1)]
        assert all(a.valid_to == b.valid_from for a, b in zip(days, days[1:], strict=False)), id


def test_every_assumption_has_a_range_a_reason_and_a_source(book: TariffBook) -> None:
    values = [v for i in (*book.ids, *book.parameter_ids) for v in book.values(i) if v.assumption]
    assert len(values) > 150
    for value in values:
        assert value.range is not None
        assert value.range[0] < value.range[1], value.row
        assert value.reason
        assert value.source in book.sources()


def test_a_price_that_no_source_states_is_an_assumption(book: TariffBook) -> None:
    """The source 'schatting' stands for no source at all."""
    for id in (*book.ids, *book.parameter_ids):
        for value in book.values(id):
            assert value.assumption or value.source != "schatting", value.row


def test_every_amount_in_the_files_is_quoted() -> None:
    bare = re.compile(r"\b(eur|value): [^\"]")
    for path in FOLDER.rglob("*.yaml"):
        assert not bare.search(path.read_text(encoding="utf-8")), path


def test_every_url_is_an_address_or_absent(book: TariffBook) -> None:
    for source in book.sources().values():
        assert source.url is None or source.url.startswith(("https://", "http://")), source.id


def amount(book: TariffBook, id: str, year: int) -> Decimal:
    return book.parameter(id, dt.date(year, 7, 1)).amount


@pytest.mark.parametrize(
    ("year", "total"), [(2022, 10), (2023, 20), (2024, 30), (2025, 30), (2026, 30), (2027, 30)]
)
def test_the_150_million_table_adds_up_by_year(book: TariffBook, year: int, total: int) -> None:
    """Kamerbrief 6-7-2022: the lines of a year sum to its total, the sub-lines to their line."""
    lines = ("nppz", "kwaliteitskader", "regeling_extra", "pilots", "visie", "expertise_gv", "uitvoering")
    assert sum(amount(book, f"ptz.budget.{line}", year) for line in lines) == total * 1_000_000
    assert amount(book, "ptz.budget.total", year) == total * 1_000_000
    for line in ("nppz", "regeling_extra"):
        parts = [i for i in book.parameter_ids if i.startswith(f"ptz.budget.{line}.")]
        assert sum(amount(book, i, year) for i in parts) == amount(book, f"ptz.budget.{line}", year)


def test_the_150_million_table_adds_up_to_150_million(book: TariffBook) -> None:
    assert sum(amount(book, "ptz.budget.total", year) for year in range(2022, 2028)) == 150_000_000


def test_the_instalments_of_the_subsidy_sum_to_the_whole_with_16_percent_in_may(book: TariffBook) -> None:
    """Regeling PTZ art. 19; worked example S9: May is 16%."""
    months = [i for i in book.parameter_ids if re.fullmatch(r"ptz\.termijnen\.[a-z]{3}", i)]
    assert len(months) == 12
    assert sum(amount(book, i, 2026) for i in months) == 1
    assert amount(book, "ptz.termijnen.may", 2026) == Decimal("0.16")


def test_the_lowest_and_highest_contribution_with_mpt_or_pgb_are_those_of_the_guide(book: TariffBook) -> None:
    """Handreiking 2026: mpt and pgb € 30,40 - € 933,60 = low minimum and maximum less the reduction."""
    less = amount(book, "own_payments.wlz.mpt_pgb_reduction", 2026)
    assert amount(book, "own_payments.wlz.low_min", 2026) - less == Decimal("30.40")
    assert amount(book, "own_payments.wlz.low_max", 2026) - less == Decimal("933.60")


@pytest.mark.parametrize(
    "name",
    [
        "low_min",
        "low_max",
        "high_max",
        "mpt_pgb_reduction",
        "mpt_pgb_income_deduction",
        "peiljaar_shift_threshold",
    ],
)
def test_the_wlz_amounts_of_2026_are_those_of_2025_plus_3_64_percent_rounded_down_to_20_cents(
    book: TariffBook, name: str
) -> None:
    """Blz 3.3.1.7(1), index 3,64%. The rounding is not carried forward, so one step of 0,20 may differ."""
    steps = amount(book, f"own_payments.wlz.{name}", 2025) * Decimal("1.0364") / Decimal("0.20")
    assert abs(int(steps) * Decimal("0.20") - amount(book, f"own_payments.wlz.{name}", 2026)) <= Decimal(
        "0.20"
    )


def test_the_ceiling_of_the_subsidy_is_that_of_the_regulation(book: TariffBook) -> None:
    """Regeling PTZ art. 7: 31.979.000 (2024), 31.861.000 (2025), 32.249.000 (2026)."""
    assert [amount(book, "ptz.plafond", y) for y in (2024, 2025, 2026)] == [
        31_979_000,
        31_861_000,
        32_249_000,
    ]


def test_the_eigen_risico_is_385_from_2016_on(book: TariffBook) -> None:
    """Zvw art. 19(1); 2026: nota 36679 nr. 6. For 2027 no law was found, so that value is an assumption."""
    assert {amount(book, "own_payments.eigen_risico.verplicht", y) for y in range(2016, 2028)} == {385}
    assert not book.parameter("own_payments.eigen_risico.verplicht", dt.date(2026, 12, 31)).assumption
    assert book.parameter("own_payments.eigen_risico.verplicht", dt.date(2027, 1, 1)).assumption
