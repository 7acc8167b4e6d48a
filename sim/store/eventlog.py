"""Stays and refusals as one log of events: for animation (vidigi) and for process mining.

The vocabulary is that of vidigi. `arrival_departure` is the entry into the model and the death or the
end of the journey; `resource_use` and `resource_use_end` are a bed taken and given back; `queue` is
where nobody holds a bed: at home, waiting for a place, and the moment at which a request ended.
"""

from __future__ import annotations

import heapq

import numpy as np

from sim import dates
from sim.columns import as_of, join
from sim.later import pd
from sim.schema import EXITS, SETTINGS
from sim.units import MINUTES_PER_DAY, Ints

ARRIVAL, DEPARTURE = "arrival", "depart"
ARRIVAL_DEPARTURE, QUEUE, USE, USE_END = "arrival_departure", "queue", "resource_use", "resource_use_end"
_HOME = SETTINGS[0]
_DEATH = EXITS[0]
WAITING = "wacht_op_"
END = "_einde"
_NO_BED = 0

_WITHIN = ("arrival", "start", "refusal", "again", "wait", "end", "departure", "death")
"""What happens within one stay, in the order in which it happens within one minute."""
_KEYS = ["replication", "patient_id"]


def vidigi_log(stays: pd.DataFrame, refusals: pd.DataFrame) -> pd.DataFrame:
    """Every event of every patient in the words and columns of vidigi, sorted by run, patient and time.

    Stays and refusals are tables of a run folder, with `replication` and `cluster`. Columns: entity_id,
    event_type, event; `time`, minutes since the first midnight of the log; timestamp; `resource_id`, number
    of the bed at its place from 1, missing without a bed; place, region, run_number (vidigi animates one run
    at a time).
    """
    log = _log(stays, refusals)
    start = log["minute"].min() // MINUTES_PER_DAY * MINUTES_PER_DAY if len(log) else 0
    bed = log["bed"].astype("Int64")
    return pd.DataFrame(
        {
            "entity_id": log["patient_id"],
            "event_type": log["event_type"],
            "event": log["event"],
            "time": log["minute"] - start,
            "timestamp": _timestamps(log["minute"]),
            "resource_id": bed.mask(bed == _NO_BED),
            "place": log["place"],
            "region": log["region"],
            "run_number": log["replication"],
        }
    )


def mining_log(stays: pd.DataFrame, refusals: pd.DataFrame) -> pd.DataFrame:
    """One row an activity, for process mining: a stay, a wait, a request that ended without a place, death.

    Stays and refusals are tables of a run folder, with `replication` and `cluster`. Columns: case
    (replication and patient), activity, timestamp (its start), region, place. Sorted by case and time.
    """
    log = _log(stays, refusals)
    left_out = [_WITHIN.index(word) for word in ("arrival", "again", "end", "departure")]
    log = log[~log["within"].isin(left_out)].reset_index(drop=True)
    return pd.DataFrame(
        {
            "case": log["replication"].astype(str) + "-" + log["patient_id"].astype(str),
            "activity": log["event"].mask(log["within"] == _WITHIN.index("death"), _DEATH),
            "timestamp": _timestamps(log["minute"]),
            "region": log["region"],
            "place": log["place"],
        }
    )


def _log(stays: pd.DataFrame, refusals: pd.DataFrame) -> pd.DataFrame:
    """All events in order, with the bed and its place where there is one."""
    s = _sorted_stays(stays)
    first = ~s.duplicated(_KEYS)
    last = ~s.duplicated(_KEYS, keep="last")
    home, died = s["setting"] == _HOME, s["exit_reason"] == _DEATH
    use = s[~home]
    parts = [
        _events(s[first], "start_minute", ARRIVAL_DEPARTURE, ARRIVAL, "arrival"),
        _events(s[home], "start_minute", QUEUE, _HOME, "start"),
        _events(use, "start_minute", USE, use["setting"], "start", bed=True),
        _events(use, "end_minute", USE_END, use["setting"] + END, "end", bed=True),
        _events(s[last & ~died], "end_minute", ARRIVAL_DEPARTURE, DEPARTURE, "departure"),
        _events(s[last & died], "end_minute", ARRIVAL_DEPARTURE, DEPARTURE, "death"),
        _waits(s),
        *_refusals(s, refusals),
    ]
    log = pd.concat(parts, ignore_index=True)
    return log.sort_values([*_KEYS, "minute", "stay", "within"], kind="stable", ignore_index=True)


def _timestamps(minutes: pd.Series) -> pd.Series:
    """Minutes since 2020-01-01 as pandas timestamps."""
    return pd.Timestamp(dates.EPOCH) + pd.to_timedelta(minutes, unit="min")


def bed_numbers(place: Ints, start: Ints, end: Ints) -> Ints:
    """Number of each guest's bed: the lowest of the place, from 1, that is free at the start (int64 array).

    A guest holds the bed from `start` up to `end`, so that no bed has two guests at once.
    """
    number = np.zeros(len(place), np.int64)
    here = None
    used: list[tuple[int, int]] = []
    free: list[int] = []
    for i in np.lexsort((end, start, place)).tolist():
        if place[i] != here:
            here, used, free = place[i], [], []
        while used and used[0][0] <= start[i]:
            heapq.heappush(free, heapq.heappop(used)[1])
        number[i] = heapq.heappop(free) if free else len(used) + 1
        heapq.heappush(used, (int(end[i]), int(number[i])))
    return number


def _sorted_stays(stays: pd.DataFrame) -> pd.DataFrame:
    """Stays by patient and time, words as text, with the place and number of each bed."""
    minutes = ["requested_minute", "start_minute", "end_minute"]
    columns = [*_KEYS, "cluster", "setting", "site", "exit_reason", *minutes]
    s = stays[columns].sort_values([*_KEYS, "start_minute", "end_minute"], kind="stable", ignore_index=True)
    for name in ("cluster", "setting", "site", "exit_reason"):
        s[name] = s[name].astype(str)
    s["place"] = s["site"].mask(s["site"] == "", s["setting"])
    groups = s.groupby(["replication", "cluster", "place"], sort=True).ngroup().to_numpy().astype(np.int64)
    held = np.flatnonzero(s["setting"] != _HOME)
    start, end = (s[name].to_numpy().astype(np.int64)[held] for name in ("start_minute", "end_minute"))
    bed = np.full(len(s), _NO_BED, np.int64)
    bed[held] = bed_numbers(groups[held], start, end)
    return s.assign(bed=bed, stay=np.arange(len(s)))


def _events(
    rows: pd.DataFrame, minute: str, kind: str, event: str | pd.Series, within: str, *, bed: bool = False
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "replication": rows["replication"],
            "region": rows["cluster"],
            "patient_id": rows["patient_id"],
            "minute": rows[minute].astype("int64"),
            "event_type": kind,
            "event": event,
            "place": rows["place"] if bed else "",
            "bed": rows["bed"] if bed else _NO_BED,
            "stay": rows["stay"],
            "within": _WITHIN.index(within),
        }
    )


def _waits(s: pd.DataFrame) -> pd.DataFrame:
    """Waits that ended in a place, from the minute of the request, within the stay of that minute."""
    waited = s[s["requested_minute"].notna()]
    waited = waited[waited["requested_minute"] < waited["start_minute"]]
    asked = waited["requested_minute"].to_numpy(np.int64)
    stay = _stay_at(s, waited, asked)
    return _events(waited.assign(stay=stay), "requested_minute", QUEUE, WAITING + waited["setting"], "wait")


def _refusals(s: pd.DataFrame, refusals: pd.DataFrame) -> list[pd.DataFrame]:
    """Requests that ended without a place; who was at home and stays there is at home again."""
    words = {"reason": refusals["reason"].astype(str), "cluster": refusals["cluster"].astype(str)}
    stay = _stay_at(s, refusals, refusals["minute"].to_numpy(np.int64) - 1)
    rows = refusals.assign(**words, stay=stay, place="", bed=_NO_BED)
    at_home = (s["setting"] == _HOME).to_numpy()[stay]
    goes_on = s["end_minute"].to_numpy()[stay] > rows["minute"].to_numpy()
    return [
        _events(rows, "minute", QUEUE, rows["reason"], "refusal"),
        _events(rows[at_home & goes_on], "minute", QUEUE, _HOME, "again"),
    ]


def _stay_at(s: pd.DataFrame, rows: pd.DataFrame, minute: Ints) -> Ints:
    """Number of the stay of each row's patient that a minute falls in; the first one before all."""
    owner, patients = pd.factorize(pd.MultiIndex.from_frame(s[_KEYS]))
    owner = owner.astype(np.int64)
    who = patients.get_indexer(pd.MultiIndex.from_frame(rows[_KEYS])).astype(np.int64)
    place, found = as_of((owner,), s["start_minute"].to_numpy(np.int64), (who,), minute)
    return np.where(found, place, join((owner,), (who,))[0])
