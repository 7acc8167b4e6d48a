"""The event log of hand-made journeys, in the words of vidigi and for process mining."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.store.eventlog import bed_numbers, mining_log, vidigi_log
from sim.store.export import harmless, harmless_log

DAY = 1440


def stays(*rows):
    """Stays (patient, setting, site, requested, start, end) in days; the last of a patient ends in death."""
    frame = pd.DataFrame(rows, columns=["patient_id", "setting", "site", "requested", "start", "end"])
    for name in ("start", "end"):
        frame[f"{name}_minute"] = (frame[name] * DAY).astype("int64")
    frame["requested_minute"] = (frame["requested"].astype("Float64") * DAY).astype("Int64")
    frame["exit_reason"] = "verplaatst"
    frame.loc[~frame.duplicated("patient_id", keep="last"), "exit_reason"] = "overleden"
    frame["exit_reason"] = frame["exit_reason"].astype("category")
    return frame.assign(
        replication=0,
        cluster=pd.Categorical(["mi"] * len(frame)),
        setting=frame["setting"].astype("category"),
        site=frame["site"].astype("category"),
    )


def refusals(*rows):
    """Refusals (patient, day, reason)."""
    frame = pd.DataFrame(rows, columns=["patient_id", "minute", "reason"])
    frame["minute"] = (frame["minute"].astype("float64") * DAY).astype("int64")
    frame["patient_id"] = frame["patient_id"].astype("int64")
    return frame.assign(replication=0, cluster=pd.Categorical(["mi"] * len(frame)))


def told(log):
    """Event rows without what is equal in all of them."""
    beds = log["resource_id"].fillna(0).astype(int)
    return list(zip(log["time"] / DAY, log["event_type"], log["event"], beds, strict=True))


def activities(log):
    return list(log["activity"])


def test_a_wait_in_hospital_ends_in_a_hospice_bed():
    table = stays(
        (7, "thuis", "", None, 2.0, 10.0),
        (7, "ziekenhuis", "", None, 10.0, 20.0),
        (7, "bth", "Huis", 16.0, 20.0, 30.0),
    )
    assert told(vidigi_log(table, refusals())) == [
        (0.0, "arrival_departure", "arrival", 0),
        (0.0, "queue", "thuis", 0),
        (8.0, "resource_use", "ziekenhuis", 1),
        (14.0, "queue", "wacht_op_bth", 0),
        (18.0, "resource_use_end", "ziekenhuis_einde", 1),
        (18.0, "resource_use", "bth", 1),
        (28.0, "resource_use_end", "bth_einde", 1),
        (28.0, "arrival_departure", "depart", 0),
    ]
    mining = mining_log(table, refusals())
    assert activities(mining) == ["thuis", "ziekenhuis", "wacht_op_bth", "bth", "overleden"]
    assert mining["timestamp"].iloc[0] == pd.Timestamp("2020-01-03")
    assert list(mining["case"].unique()) == ["0-7"]
    assert list(mining["place"]) == ["", "ziekenhuis", "", "Huis", ""]


def test_who_runs_out_of_patience_at_home_is_at_home_again():
    table = stays((1, "thuis", "", None, 0.0, 40.0))
    log = told(vidigi_log(table, refusals((1, 25.0, "geduld_op"))))
    assert log[2:4] == [(25.0, "queue", "geduld_op", 0), (25.0, "queue", "thuis", 0)]
    assert activities(mining_log(table, refusals((1, 25.0, "geduld_op")))) == [
        "thuis",
        "geduld_op",
        "overleden",
    ]


def test_who_runs_out_of_patience_in_hospital_goes_on_to_the_next_stay():
    table = stays((1, "ziekenhuis", "", None, 0.0, 9.0), (1, "thuis", "", None, 9.0, 12.0))
    log = told(vidigi_log(table, refusals((1, 9.0, "geduld_op"))))
    assert log[2:5] == [
        (9.0, "queue", "geduld_op", 0),
        (9.0, "resource_use_end", "ziekenhuis_einde", 1),
        (9.0, "queue", "thuis", 0),
    ]


def test_a_death_while_waiting_stands_before_the_departure():
    table = stays((1, "thuis", "", None, 0.0, 12.0))
    log = vidigi_log(table, refusals((1, 12.0, "overleden_in_wachttijd")))
    assert list(log["event"]) == ["arrival", "thuis", "overleden_in_wachttijd", "depart"]


def test_patients_of_one_place_hold_different_beds_and_take_over_beds_that_came_free():
    table = stays(
        (1, "bth", "Huis", None, 0.0, 10.0),
        (2, "bth", "Huis", None, 5.0, 20.0),
        (3, "bth", "Huis", None, 10.0, 15.0),
        (4, "bth", "Elders", None, 6.0, 8.0),
    )
    log = vidigi_log(table, refusals())
    taken = log[log["event_type"] == "resource_use"]
    assert dict(zip(taken["entity_id"], taken["resource_id"], strict=True)) == {1: 1, 2: 2, 3: 1, 4: 1}


def test_replications_are_kept_apart():
    one = stays((1, "bth", "Huis", None, 0.0, 10.0))
    log = vidigi_log(pd.concat([one, one.assign(replication=1)], ignore_index=True), refusals())
    assert list(log["run_number"]) == [0] * 4 + [1] * 4
    assert set(log["resource_id"].dropna()) == {1}


def test_a_journey_cut_off_by_the_horizon_departs_without_dying():
    table = stays((1, "thuis", "", None, 0.0, 12.0)).assign(exit_reason="verplaatst")
    assert list(vidigi_log(table, refusals())["event"]) == ["arrival", "thuis", "depart"]
    assert activities(mining_log(table, refusals())) == ["thuis"]


def test_a_run_without_stays_gives_an_empty_log():
    assert len(vidigi_log(stays(), refusals())) == 0
    assert len(mining_log(stays(), refusals())) == 0


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.integers(1, 20)), max_size=60))
def test_no_bed_has_two_guests_and_no_more_beds_are_used_than_guests_at_once(guests):
    place, start, length = (np.array([g[i] for g in guests], np.int64) for i in range(3))
    end = start + length
    number = bed_numbers(place, start, end)
    for i in range(len(guests)):
        same = (place == place[i]) & (number == number[i]) & (np.arange(len(guests)) != i)
        assert not (same & (start < end[i]) & (start[i] < end)).any()
    for p in set(place.tolist()):
        here = place == p
        most = max(((start[here] <= t) & (t < end[here])).sum() for t in start[here])
        assert number[here].max() == most


@pytest.mark.parametrize("log", [vidigi_log, mining_log])
def test_the_tables_that_come_in_stay_as_they_were(log):
    table, refused = stays((1, "thuis", "", None, 0.0, 12.0)), refusals((1, 3.0, "geduld_op"))
    before = table.copy(), refused.copy()
    log(table, refused)
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(refused, before[1])


def test_a_place_named_like_a_formula_is_a_text_in_the_file():
    table = stays((7, "thuis", "", None, 2.0, 10.0), (7, "bth", "=cmd()", 8.0, 10.0, 20.0))
    for log in (vidigi_log(table, refusals()), mining_log(table, refusals())):
        assert "=cmd()" in log.to_string()
        cells = [
            cell for line in harmless_log(log).to_csv(index=False).splitlines() for cell in line.split(",")
        ]
        assert "'=cmd()" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\t=1", "'\t=1"),
        ("bth-linde", "bth-linde"),
    ],
)
def test_a_text_is_marked_only_when_a_spreadsheet_would_calculate_it(text, written):
    assert harmless(text) == written
