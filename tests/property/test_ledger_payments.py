"""Properties of own payments on any invoices: caps hold, order is free, a higher invoice never costs less."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.catalogue import load_tariffs
from sim.dates import day_of
from sim.law.parameters import Parameters
from sim.law.zvw.deductible import Claims, eigen_risico
from sim.law.zvw.payments import Surcharges, medicine_payment, transport_payment
from sim.law.zvw.supplementary import GuestDays, hospice_cover
from tests.law_cases.engine import person

PARAMETERS = Parameters(load_tariffs(), 2026)
JANUARY = day_of(dt.date(2026, 1, 1))
INVOICES = st.lists(st.tuples(st.integers(0, 180), st.integers(0, 300_000)), min_size=1, max_size=12)
DEATHS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def columns(invoices: list[tuple[int, int]]) -> dict[str, np.ndarray]:
    size = len(invoices)
    return {
        "person": np.zeros(size, np.int64),
        "day": np.array([JANUARY + d for d, _ in invoices], np.int64),
        "year": np.full(size, 2026),
        "cents": np.array([c for _, c in invoices], np.int64),
    }


def deductible(invoices: list[tuple[int, int]], died: dt.date) -> int:
    who = person({"person": {"died": died.isoformat()}})
    held = columns(invoices)
    claims = Claims(**held, treatment=np.full(len(invoices), -1))
    return int(eigen_risico(claims, who, PARAMETERS).sum())


@settings(max_examples=150, deadline=None)
@given(INVOICES, DEATHS)
def test_the_eigen_risico_is_the_smaller_of_the_invoices_and_the_limit_by_days(invoices, died):
    days = (died - dt.date(2026, 1, 1)).days + 1
    limit = (38_500 * days * 2 + 365 * 100) // (365 * 100 * 2) * 100
    assert deductible(invoices, died) == min(sum(c for _, c in invoices), limit)


@settings(max_examples=100, deadline=None)
@given(INVOICES, st.randoms(), DEATHS)
def test_the_order_of_invoices_does_not_change_the_total_of_the_year(invoices, random, died):
    shuffled = invoices.copy()
    random.shuffle(shuffled)
    assert deductible(shuffled, died) == deductible(invoices, died)


@settings(max_examples=100, deadline=None)
@given(INVOICES, st.integers(0, 11), st.integers(0, 100_000))
def test_a_higher_invoice_never_lowers_what_the_patient_pays(invoices, place, more):
    raised = invoices.copy()
    day, cents = raised[place % len(raised)]
    raised[place % len(raised)] = day, cents + more
    died = dt.date(2026, 9, 10)
    assert deductible(raised, died) >= deductible(invoices, died)


@settings(max_examples=150, deadline=None)
@given(INVOICES, DEATHS, st.data())
def test_medicines_stay_under_their_maximum_by_days_and_rides_under_theirs_of_a_year(invoices, died, data):
    who = person({"person": {"died": died.isoformat()}})
    due = np.array(data.draw(st.lists(st.booleans(), min_size=len(invoices), max_size=len(invoices))))
    lines = Surcharges(**columns(invoices), due=due)
    owed = int(lines.cents[due].sum())
    days = (died - dt.date(2026, 1, 1)).days + 1
    cap = (25_000 * days * 2 + 365 * 100) // (365 * 100 * 2) * 100
    medicines = medicine_payment(lines, who, PARAMETERS)
    rides = transport_payment(lines, who, PARAMETERS)
    assert medicines.sum() == min(owed, cap)
    assert rides.sum() == min(owed, 13_100)
    assert np.all((rides >= 0) & (rides <= lines.cents) & (due | (rides == 0)))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 31), st.integers(0, 9_000)), min_size=1, max_size=8),
    st.integers(0, 90),
    st.integers(0, 7_000),
    st.integers(0, 200_000),
)
def test_cover_of_a_guest_stays_within_days_amount_and_year(parts, most_days, per_day, per_year):
    who = person(
        {
            "person": {
                "cover_per_day_eur": per_day / 100,
                "cover_max_days": most_days,
                "cover_per_year_eur": per_year / 100,
            }
        }
    )
    size = len(parts)
    zeros = np.zeros(size, np.int64)
    guests = GuestDays(
        person=zeros,
        stay=np.arange(size),
        day=JANUARY + 31 * np.arange(size),
        year=np.full(size, 2026),
        days=np.array([d for d, _ in parts], np.int64),
        per_day=np.array([p for _, p in parts], np.int64),
        vpt=np.zeros(size, np.bool_),
        assistance=np.zeros(size, np.bool_),
        own_means=zeros,
        waiver=zeros,
    )
    cover = hospice_cover(guests, who)
    assert cover.sum() <= min(most_days * per_day, per_year)
    assert np.all(cover <= guests.days * guests.per_day)
