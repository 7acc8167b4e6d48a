"""Norms as users write them, and what they count in a replication made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import InputError
from sim.measure.tables import Window
from sim.studies.capacity.norms import DEFAULT_NORMS, Norm, parse_norm, parse_norms
from sim.studies.capacity.observe import ADMITTED, DIED, REFUSED, Observed

DAY = 1440
BTH, HCH, PU, ELV = range(4)


@pytest.fixture
def replication() -> Observed:
    """Ten requests for a hospice: six for a bth, four for a pu; two for a short stay."""
    rows = [
        (0, 0, BTH, ADMITTED),
        (0, 3 * DAY, BTH, ADMITTED),
        (5, 3 * DAY + 1, BTH, ADMITTED),
        (5, 0, BTH, REFUSED),
        (5, 0, BTH, DIED),
        (5, 0, BTH, ADMITTED),
        (9, 0, PU, ADMITTED),
        (9, 0, PU, ADMITTED),
        (9, DAY, PU, ADMITTED),
        (9, 0, PU, REFUSED),
        (9, 0, ELV, ADMITTED),
        (9, 0, ELV, REFUSED),
    ]
    minute, wait, first, outcome = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    used = np.array([[60, 0, 30, 10]], np.int64)
    room = np.array([[100, 0, 50, 40]], np.int64)
    none = np.zeros(0, np.int64)
    return Observed(minute, wait, first, outcome, used, room, none, none, none, 0, 0, 0, 12)


@pytest.mark.parametrize(
    ("text", "kind", "counts"),
    [
        ("wait_days<=3@0.9", "all", (6, 10)),
        ("wait_days<=0@0.5", "all", (4, 10)),
        ("wait_days<=3@0.9", "bth", (3, 6)),
        ("refused<=0.05", "all", (2, 10)),
        ("refused<=0.05", "elv", (1, 2)),
        ("died_waiting<=0.02", "all", (1, 10)),
        ("not_admitted<=0.1", "pu", (1, 4)),
        ("not_admitted<=0.1", "all", (3, 10)),
        ("occupancy<=0.8", "all", (90, 150)),
        ("occupancy<=0.8", "elv", (10, 40)),
    ],
)
def test_a_norm_counts_requests_by_first_choice(replication, text, kind, counts):
    assert parse_norm(text).counts(replication, kind) == counts


def test_who_gets_no_bed_is_not_placed_in_time(replication):
    """6 of 10 within three days, 9 asked: three short; 2 refused, half of one allowed: 1.5 over."""
    assert parse_norm("wait_days<=3@0.9").margin(replication, "all") == pytest.approx(3.0)
    assert parse_norm("refused<=0.05").margin(replication, "all") == pytest.approx(1.5)
    assert parse_norm("refused<=0.25").margin(replication, "all") == pytest.approx(-0.5)
    assert parse_norm("occupancy<=0.8").margin(replication, "all") == pytest.approx(90 - 0.8 * 150)


def test_a_norm_may_look_at_one_month_only(replication):
    assert parse_norm("refused<=0.05").counts(replication, "all", Window(5, 9)) == (1, 4)


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        ("wait_days<=3@0.9", Norm("wait_days", 3.0, 0.9)),
        (" wait_days <= 1,5 @ 0,95 ", Norm("wait_days", 1.5, 0.95)),
        ("refused<=0,05", Norm("refused", 0.05)),
        ("refused<=5%", Norm("refused", 0.05)),
        ("refused ≤ 2,5 %", Norm("refused", 0.025)),
        ("wait_days<=3@90%", Norm("wait_days", 3.0, 0.9)),
        ("died_waiting<=0", Norm("died_waiting", 0.0)),
    ],
)
def test_norms_are_read_with_points_or_commas(text, norm):
    assert parse_norm(text) == norm
    assert parse_norm(norm.text) == norm


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("refused", "is no norm; write it as wait_days<=3@0.9 or refused<=0.05"),
        ("refused>0.05", "is no norm; write it as wait_days<=3@0.9 or refused<=0.05"),
        (
            "occupancy>=0.75",
            "a floor names no smallest number, as occupancy only falls with beds; write a ceiling such as "
            "refused<=0.05, and read occupancy beside it at each number of beds",
        ),
        ("refused<=five", "'five' is no number; write it as wait_days<=3@0.9 or refused<=0.05"),
        ("refused<=5", "5 is no share; write one from 0 up to 1, as refused<=0.05"),
        ("refused<=-0.1", "-0.1 is no share; write one from 0 up to 1, as refused<=0.05"),
        ("refused<=nan", "nan is no share; write one from 0 up to 1, as refused<=0.05"),
        ("refused<=0.05@0.9", "only wait_days has a share after @; write refused<=0.05"),
        ("wait_days<=3", "says not for which share of requests; write it as wait_days<=3@0.9"),
        ("wait_days<=3@90", "90 is no share; write one between 0 and 1, as 0.9"),
        ("wait_days<=3@1", "1 is no share; write one between 0 and 1, as 0.9"),
        ("wait_days<=-1@0.9", "-1 days is too few; write 0 or more"),
        ("wait_days<=nan@0.9", "nan is no number of days; write one from 0 to 3653"),
        ("wait_days<=inf@0.9", "inf is no number of days; write one from 0 to 3653"),
        ("wait_days<=1e999@0.9", "1e999 is no number of days; write one from 0 to 3653"),
        ("wait_days<=3@nan", "nan is no share; write one between 0 and 1, as 0.9"),
        ("refused<=1e999", "1e999 is no share; write one from 0 up to 1, as refused<=0.05"),
        ("occupancy<=nan", "nan is no share; write one from 0 up to 1, as occupancy<=0.05"),
        (
            "waiting<=3",
            "'waiting' is not measured; "
            "choose from wait_days, refused, died_waiting, not_admitted, occupancy",
        ),
    ],
)
def test_a_norm_written_otherwise_gets_one_line(text, fault):
    with pytest.raises(InputError) as caught:
        parse_norm(text)
    assert str(caught.value) == f"--norm {text!r}: {fault}"


def test_norms_stand_once_in_their_order_and_default_to_an_example():
    assert [norm.text for norm in parse_norms(())] == list(DEFAULT_NORMS)
    assert parse_norms("refused<=0.1") == (Norm("refused", 0.1),)
    assert len(parse_norms(["refused<=0.1", "refused<=0,10"])) == 1
