"""The tariff book answers a dated value exactly, or refuses with the periods that would be valid."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from pydantic import ValidationError

from sim.catalogue import TariffBook, load_tariffs
from sim.dates import day_of
from sim.errors import InputError

D2026 = dt.date(2026, 7, 1)


@pytest.fixture(scope="module")
def book() -> TariffBook:
    return load_tariffs()


@pytest.mark.parametrize(
    ("product", "date", "euros", "kind"),
    [
        # Verenso 9-7-2024: "ELV palliatieve zorg (ptz) € 407,92 € 589,14"
        ("zvw.elv.ptz", dt.date(2024, 1, 1), "407.92", "maximum"),
        ("zvw.elv.ptz", dt.date(2025, 12, 31), "589.14", "maximum"),
        # Het eerstelijnsverblijf toegelicht (14-4-2017): ELV palliatief maximaal € 316,07
        ("zvw.elv.ptz", dt.date(2017, 6, 1), "316.07", "maximum"),
        # Verenso 9-7-2024: "ELV hoogcomplex € 303,02 € 361,49"
        ("zvw.elv.hoog", dt.date(2025, 1, 1), "361.49", "maximum"),
        # Kostenhandleiding 2024, prijspeil 2022: verpleegdag 644, IC-dag 2.727, SEH 258
        ("zvw.msz.verpleegdag", dt.date(2022, 5, 5), "644.00", "reference"),
        ("zvw.msz.ic_dag", dt.date(2022, 5, 5), "2727.00", "reference"),
        ("zvw.msz.seh", dt.date(2022, 5, 5), "258.00", "reference"),
        # Regeling langdurige zorg art. 5.22, stand 30-5-2026: 84,99 formal, 26,98 informal
        ("wlz.pgb.formeel", D2026, "84.99", "maximum"),
        ("wlz.pgb.informeel", D2026, "26.98", "maximum"),
        # Menzis zorgkantoor 9-7-2024: 80,81 and 25,65 in 2025
        ("wlz.pgb.formeel", dt.date(2025, 2, 28), "80.81", "maximum"),
        ("wlz.pgb.informeel", dt.date(2025, 2, 28), "25.65", "maximum"),
        # Regeling langdurige zorg, bijlage H: 8VV € 103.581
        ("wlz.pgb.budget.vv8", D2026, "103581.00", "fixed"),
        # Hendriks Spaarndam 2025: consult 12,43, visite >= 20 min 31,06
        ("zvw.huisarts.consult", dt.date(2025, 3, 1), "12.43", "maximum"),
        ("zvw.huisarts.visite", dt.date(2025, 3, 1), "31.06", "maximum"),
        # huisartsincijfers, TB/REG-26611-02: consult 13,40
        ("zvw.huisarts.consult", D2026, "13.40", "maximum"),
        # Savant Zorg 2024: oproepbare verzorging 72,76
        ("zvw.wijkverpleging.nacht", dt.date(2024, 8, 1), "72.76", "maximum"),
        # RAV Gooi 2020: spoed 740,81
        ("zvw.vervoer.ambulance_maximum.spoed", dt.date(2020, 2, 29), "740.81", "maximum"),
    ],
)
def test_a_published_price_is_answered_on_its_date(
    book: TariffBook, product: str, date: dt.date, euros: str, kind: str
) -> None:
    found = book.value(product, date)
    assert (found.amount, found.kind) == (Decimal(euros), kind)
    assert found.cents == int(Decimal(euros) * 100)


@pytest.mark.parametrize(
    ("product", "base", "factor"),
    [
        ("zvw.elv.hoog", "361.49", "1.0507"),  # maximum 2025 x the Wlz index, 75% wages and 25% material
        ("zvw.msz.verpleegdag", "644.00", "1.2236"),  # care index 2022-2026
        ("zvw.msz.polikliniek", "120.00", "1.2236"),
        ("wlz.dagbesteding", "83.29", "1.2236"),
        ("zvw.msz.palliatief_team", "1008.13", "1.0381"),
        ("wlz.vpt.vv7", "430.00", "0.85"),  # vpt = 85% of the zzp estimate
    ],
)
def test_a_model_price_of_2026_is_its_base_times_its_index(
    book: TariffBook, product: str, base: str, factor: str
) -> None:
    """Within five cents, because the base itself was published rounded."""
    found = book.value(product, D2026)
    assert found.assumption
    assert abs(found.amount - Decimal(base) * Decimal(factor)) <= Decimal("0.05")


def test_a_date_without_a_value_is_refused_with_file_id_date_and_valid_periods(book: TariffBook) -> None:
    with pytest.raises(InputError) as caught:
        book.value("zvw.msz.verpleegdag", dt.date(2024, 5, 1))
    assert str(caught.value) == (
        "tariffs/zvw/ziekenhuis.yaml: zvw.msz.verpleegdag: no value on 2024-05-01; "
        "valid 2022-01-01 up to 2023-01-01, 2026-01-01 up to 2027-01-01"
    )


@pytest.mark.parametrize("date", [dt.date(2021, 12, 31), dt.date(2023, 1, 1), dt.date(2027, 1, 1)])
def test_a_value_ends_before_its_end_date(book: TariffBook, date: dt.date) -> None:
    with pytest.raises(InputError, match=f"no value on {date}"):
        book.value("zvw.msz.verpleegdag", date)


def test_an_unknown_product_gets_a_suggestion(book: TariffBook) -> None:
    with pytest.raises(
        InputError, match=r"zvw\.msz\.verplegdag: no such product; did you mean 'zvw\.msz\.verpleegdag'"
    ):
        book.value("zvw.msz.verplegdag", D2026)


def test_a_parameter_is_no_product_and_a_product_no_parameter(book: TariffBook) -> None:
    with pytest.raises(InputError, match="no such product"):
        book.value("own_payments.wmo.month", D2026)
    with pytest.raises(InputError, match="no such parameter"):
        book.parameter("zvw.elv.ptz", D2026)


def test_a_product_on_invoice_has_no_tariff(book: TariffBook) -> None:
    for ask in (
        lambda: book.value("zvw.msz.dbc", D2026),
        lambda: book.column("zvw.msz.dbc", np.array([2373])),
    ):
        with pytest.raises(InputError, match="its price is the invoice; give amount_eur"):
            ask()
    assert book.values("zvw.msz.dbc") == ()


def test_a_column_gives_the_price_of_each_day(book: TariffBook) -> None:
    """2024-12-31 at 407,92; 2025-01-01 at 589,14; 2026-01-01 at 619,00."""
    days = np.array([day_of(d) for d in (dt.date(2025, 1, 1), dt.date(2024, 12, 31), dt.date(2026, 1, 1))])
    assert book.column("zvw.elv.ptz", days).tolist() == [58914, 40792, 61900]
    assert book.column("zvw.elv.ptz", days[:0]).tolist() == []


def test_a_column_reaches_before_the_epoch(book: TariffBook) -> None:
    days = np.array([day_of(dt.date(2017, 12, 31))])
    assert days[0] < 0
    assert book.column("zvw.elv.ptz", days).tolist() == [31607]


def test_a_column_with_one_day_without_a_value_is_refused_with_that_day(book: TariffBook) -> None:
    days = np.array([day_of(D2026), day_of(dt.date(2023, 2, 3)), day_of(dt.date(2030, 1, 1))])
    with pytest.raises(InputError, match="no value on 2023-02-03"):
        book.column("zvw.elv.ptz", days)


def test_a_column_of_a_parameter_in_euros_is_in_cents(book: TariffBook) -> None:
    """Wmo 21,00 in 2025 and 21,80 in 2026 (Staatscourant 2025, 35082)."""
    days = np.array([day_of(dt.date(2025, 12, 31)), day_of(dt.date(2026, 1, 1))])
    assert book.column("own_payments.wmo.month", days).tolist() == [2100, 2180]


def test_a_share_has_no_cents(book: TariffBook) -> None:
    share = book.parameter("own_payments.wlz.low_pct", D2026)
    assert share.amount == Decimal("0.10")
    with pytest.raises(InputError, match="only euros have cents"):
        _ = share.cents


def test_used_rows_come_back_once_with_their_provenance(book: TariffBook) -> None:
    rows = ["zvw.elv.ptz@2026-01-01", "wlz.pgb.formeel@2026-01-01", "zvw.elv.ptz@2026-01-01"]
    found = book.used(rows)
    assert [v.row for v in found] == ["wlz.pgb.formeel@2026-01-01", "zvw.elv.ptz@2026-01-01"]
    assert (
        book.sources()[found[1].source].url
        == "https://www.verenso.nl/nieuws/tarieven-elv-flink-verhoogd-in-2025"
    )
    assert found[1].range == (Decimal("589.14"), Decimal("625.00"))
    with pytest.raises(InputError, match="no such tariff row"):
        book.used(["zvw.elv.ptz@1999-01-01"])


def test_a_planned_value_is_never_answered_unless_switched_on(book: TariffBook) -> None:
    day = dt.date(2027, 6, 1)
    with pytest.raises(InputError, match="a projected value applies only when a scenario switches it on"):
        book.value("zvw.huisarts.pzp", day)
    assert all(not v.projected for id in (*book.ids, *book.parameter_ids) for v in book.values(id))
    planned = load_tariffs(projected=["zvw.huisarts.pzp"])
    assert planned.value("zvw.huisarts.pzp", day).row == "zvw.huisarts.pzp@2027-01-01+projected"
    with pytest.raises(InputError):
        planned.parameter("own_payments.eigen_risico.plan_460", day)
    both = planned.with_projected(["own_payments.eigen_risico.plan_460"])
    # coalitieakkoord 30-1-2026: eigen risico 460 from 2027
    assert both.parameter("own_payments.eigen_risico.plan_460", day).amount == 460
    assert both.projected == ("own_payments.eigen_risico.plan_460", "zvw.huisarts.pzp")


def test_a_switch_without_a_planned_value_is_refused(book: TariffBook) -> None:
    with pytest.raises(InputError, match=r"zvw\.elv\.ptz: has no projected value to switch on"):
        book.with_projected(["zvw.elv.ptz"])
    with pytest.raises(InputError, match=r"did you mean 'zvw\.huisarts\.pzp'"):
        book.with_projected(["zvw.huisarts.pz"])


def test_the_digest_tells_planned_values_apart(book: TariffBook) -> None:
    assert load_tariffs().digest() == book.digest()
    assert book.with_projected(["zvw.huisarts.pzp"]).digest() != book.digest()


def test_values_and_products_cannot_be_changed(book: TariffBook) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        book.value("zvw.elv.ptz", D2026).amount = Decimal(1)  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        book.product("zvw.elv.ptz").eigen_risico = False  # type: ignore[misc]
    with pytest.raises(TypeError):
        book.sources()["new"] = None  # type: ignore[index]


def test_the_eigen_risico_flag_follows_the_exempt_list_of_the_besluit_zorgverzekering(
    book: TariffBook,
) -> None:
    """Bzv art. 2.17: GP care and district nursing are exempt; hospital, ELV, medicines, ambulance are not."""
    for product in map(book.product, book.ids):
        head = ".".join(product.id.split(".")[:2])
        if product.law != "Zvw" or head in (
            "zvw.huisarts",
            "zvw.huisartsenpost",
            "zvw.wijkverpleging",
            "zvw.pgb",
        ):
            assert not product.eigen_risico, product.id
        if product.id in ("zvw.msz.verpleegdag", "zvw.elv.ptz", "zvw.farmacie", "zvw.vervoer.ambulance"):
            assert product.eigen_risico, product.id
    assert not book.product("zvw.msz.meedenkadvies").eigen_risico
    assert not book.product("zvw.hulpmiddel.bed").eigen_risico


def test_a_price_an_hour_counts_in_minutes(book: TariffBook) -> None:
    hours = [p for p in map(book.product, book.ids) if p.unit == "uur"]
    assert len(hours) > 20
    assert {p.step_per_unit for p in hours} == {60}
    whole = [p for p in map(book.product, book.ids) if p.unit != "uur" and p.id != "zvw.kindzorg.dagverblijf"]
    assert {p.step_per_unit for p in whole} == {1}
    # A day nursery bills a part of a day below six hours: half days (guide 6.6).
    assert book.product("zvw.kindzorg.dagverblijf").step_per_unit == 2
