"""The event loop in C: built where a compiler is, and equal to that of SimPy to the byte.

`loop.c` is compiled at its first use, with the names and numbers of this program before it, into the cache
folder of the user; a library for another text is never loaded. Without a compiler nothing is compiled.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import dates
from sim.journey import ordering, patient
from sim.journey.ceiling import ON_STAYS
from sim.journey.lists import Constants, PatientArrays, PatientColumns, columns_of, constants_of
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, Log
from sim.journey.meter import Contracts, Load, Meter, Segment
from sim.journey.needs import Needs
from sim.journey.ordering import need_events
from sim.journey.places import ANYWHERE
from sim.journey.sites import sites_of
from sim.scenario.models import Region, Scenario
from sim.schema import Table
from sim.units import FAR_FUTURE, KIND_BITS, Ints

_INT, _FLOAT = ctypes.c_int64, ctypes.c_double
_INTS, _BOOLS, _FLOATS = (ctypes.POINTER(each) for each in (_INT, ctypes.c_uint8, _FLOAT))
_POINTERS: dict[Any, str] = {_INTS: "int64_t *", _BOOLS: "uint8_t *", _FLOATS: "double *"}
_TYPES: dict[Any, str] = {_INT: "int64_t ", _FLOAT: "double ", **_POINTERS}
_OF_COLUMN = {"IntsT": _INTS, "BoolsT": _BOOLS, "FloatsT": _FLOATS}
_OF_CONSTANT = {"int": _INT, "float": _FLOAT}
_DTYPES: dict[Any, type] = {_INTS: np.int64, _BOOLS: np.uint8, _FLOATS: np.float64}
_UNLIMITED = -1
_MOST_ROWS = 1 << 24
_MOST_TYPES = 8
"""Types of hospice that one patient accepts; each stands for places with and without a contract."""
_YEARS_AFTER = 3
"""Calendar years that a meter may run on after the last death."""
_FAILURES = ("NO_MEMORY", "TOO_LATE", "TOO_MUCH")
_SOURCE = Path(__file__).with_name("loop.c")
_FLAGS = ("-O2", "-ffp-contract=off", "-fwrapv", "-std=gnu11", "-shared", "-fPIC", "-x", "c")


class _World(ctypes.Structure):
    """What a run reads."""

    _fields_ = [
        *((f.name, _OF_COLUMN[str(f.type)]) for f in fields(PatientColumns)),
        *((f.name, _OF_CONSTANT[str(f.type)]) for f in fields(Constants)),
        *((name, _INT) for name in ("people", "first", "until", "queue", "written", "shared")),
        *((name, _INT) for name in ("sites", "houses_known", "hospital_limited", "goes_first")),
        *((name, _INT) for name in ("acute_kinds_known", "changes_planned", "contracts", "years")),
        *((name, _INTS) for name in ("offsets", "keys", "reference", "kinds", "beds", "nursing_kind")),
        *((name, _INTS) for name in ("nursing_beds", "acute_kinds", "turnover", "order_from", "order_kind")),
        *((name, _INTS) for name in ("planned_minute", "planned_site", "planned_beds")),
        *((name, _INTS) for name in ("allowance", "background", "year_starts")),
        *((name, _INTS) for name in ("load_from", "load_minute", "load_used", "load_rate")),
        ("has_house", _BOOLS),
        ("houses", _FLOATS),
    ]


class _Answer(ctypes.Structure):
    """What a run writes: rows of integers, and home care granted a patient."""

    _fields_ = [
        *((name, _INTS) for name in ("granted", "care")),
        *((name, _INTS) for name in ("stays", "refusals", "lost", "segments", "changes")),
        *((f"{name}_used", _INT) for name in ("stays", "refusals", "lost", "segments", "changes")),
    ]


@dataclass(frozen=True)
class Clock:
    """How a queue runs.

    Parameters
    ----------
    until : int
        Minute at which it stops; FAR_FUTURE follows everybody until death.
    loads : sequence of Load, optional
        What people outside the queue use of each contract.
    longer : dict of setting code to int
        Minutes that a bed stays in use after every guest.
    written : bool
        Nobody looks at the meters: how their rates change is written down.
    """

    until: int
    loads: Sequence[Load] | None = None
    longer: Mapping[int, int] | None = None
    written: bool = False


@dataclass(frozen=True)
class Followed:
    """What a run gives.

    Parameters
    ----------
    lost : int64 array, shape (k, 2)
        Requests for a short stay that found no bed: row of the patient, minute.
    changes : int64 array, shape (k, 3)
        Contract, minute and change of its rate, where these are written.
    """

    log: Log
    lost: Ints
    changes: Ints


def _head() -> str:
    """Names and numbers of this program for the text in C."""
    numbers = {
        name: value
        for module in (ordering, patient)
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int) and abs(value) < FAR_FUTURE
    }
    numbers |= {"KIND_BITS": KIND_BITS, "ANYWHERE": ANYWHERE, "UNLIMITED": _UNLIMITED}
    numbers |= {name: number for number, name in enumerate(_FAILURES, 1)}
    for name, kinds in (("HOSPICES", patient.HOSPICES), ("ON_STAYS", ON_STAYS)):
        numbers[name] = sum(1 << kind for kind in kinds)
    lines = ["#include <stdint.h>", "#include <stdlib.h>", "#include <string.h>", "#define NEVER INT64_MIN"]
    lines += [f"#define {name} ({value})" for name, value in sorted(numbers.items())]
    for record, constant in ((_World, "const "), (_Answer, "")):
        lines.append("typedef struct {")
        for name, kind in record._fields_:  # type: ignore[misc]
            lines.append(f"    {constant if kind in _POINTERS else ''}{_TYPES[kind]}{name};")
        lines.append(f"}} {record.__name__[1:]};")
    return "\n".join(lines) + "\n"


def _cache_folder() -> Path:
    """Where a user's libraries are kept."""
    named = os.environ.get("XDG_CACHE_HOME")
    if named:
        return Path(named) / "palsim"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "palsim"


@cache
def library() -> ctypes.CDLL | None:
    """The compiled loop; built now where it is not yet, None where that cannot be done."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    text = (_head() + _SOURCE.read_text("utf-8")).encode()
    name = f"loop-{hashlib.sha256(text).hexdigest()[:32]}-{sys.platform}-{platform.machine()}.so"
    try:
        built = _cache_folder() / name
        if not built.is_file():
            if compiler is None:
                return None
            built.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=built.parent) as folder:
                made = Path(folder) / name
                subprocess.run(
                    [compiler, *_FLAGS, "-", "-o", str(made)], input=text, check=True, capture_output=True
                )
                os.replace(made, built)
        found = ctypes.CDLL(str(built))
    except (OSError, subprocess.SubprocessError, RuntimeError):
        return None
    found.palsim_run.argtypes = [ctypes.POINTER(_World), ctypes.POINTER(_Answer)]
    found.palsim_run.restype = ctypes.c_int
    found.palsim_free.argtypes = [ctypes.POINTER(_Answer)]
    found.palsim_free.restype = None
    return found


def follow(
    patients: Table,
    needs: Needs,
    region: Region,
    scenario: Scenario,
    contracts: Contracts,
    clock: Clock | None = None,
) -> Followed | None:
    """Run a region; None where it must be left to SimPy: no library, or numbers that it cannot hold."""
    found = library()
    if found is None or not _within(patients, needs, contracts):
        return None
    world = _Arrays()
    world.columns(columns_of(patients, needs, contracts))
    world.constants(constants_of(scenario, contracts))
    first = int(patients["entry_minute"].min()) if len(patients) else 0
    world.people(patients, needs, first)
    site_of = world.places(scenario, region, needs, first, (clock and clock.longer) or {})
    start = dates.date_of(first).year
    world.meters(contracts, start, patients, clock)
    answer = _Answer()
    granted, care = (np.zeros(len(patients), np.int64) for _ in range(2))
    answer.granted, answer.care = (each.ctypes.data_as(_INTS) for each in (granted, care))
    try:
        if found.palsim_run(ctypes.byref(world.record), ctypes.byref(answer)):
            return None
        stays = _rows(answer, "stays", len(STAY_FIELDS))
        stays[:, STAY_FIELDS.index("site")] = site_of[stays[:, STAY_FIELDS.index("site")]]
        log = Log(
            stays,
            _rows(answer, "refusals", len(REFUSAL_FIELDS)),
            granted,
            care,
            _meters(contracts, start, _rows(answer, "segments", 1 + len(fields(Segment)))),
        )
        return Followed(log, _rows(answer, "lost", 2), _rows(answer, "changes", 3))
    finally:
        found.palsim_free(ctypes.byref(answer))


def _within(patients: Table, needs: Needs, contracts: Contracts) -> bool:
    """Whether a run fits the packed numbers of the compiled loop."""
    largest = max((abs(c.allowance) for c in contracts.contracts), default=0)
    return (
        0 < len(patients) < _MOST_ROWS
        and largest < FAR_FUTURE
        and all(0 < len(order) <= _MOST_TYPES for order in needs.hospice_order)
    )


def _rows(answer: _Answer, name: str, width: int) -> Ints:
    """A copy of rows that a run wrote (int64 array, shape (rows, width))."""
    used = getattr(answer, f"{name}_used")
    if not used:
        return np.zeros((0, width), np.int64)
    return np.ctypeslib.as_array(getattr(answer, name), (used,)).reshape(-1, width).copy()


def _meters(contracts: Contracts, year: int, segments: Ints) -> tuple[Meter, ...]:
    """The meters as they stand at the end."""
    meters = [Meter(contract, dt.date(year, 1, 1)) for contract in contracts.contracts]
    for number, *values in segments.tolist():
        meters[number].segments.append(Segment(*values))
    return tuple(meters)


class _Arrays:
    """A `World` and the arrays that it points to, which live as long as it."""

    def __init__(self) -> None:
        self.record = _World()
        self._kept: list[NDArray[Any]] = []
        self._kinds = dict(self.record._fields_)  # type: ignore[arg-type, misc]

    def give(self, name: str, value: Any) -> None:
        """Set a number, or point to an array."""
        kind = self._kinds[name]
        if kind in _DTYPES:
            array = np.ascontiguousarray(value, _DTYPES[kind])
            self._kept.append(array)
            value = array.ctypes.data_as(kind)
        setattr(self.record, name, value)

    def columns(self, columns: PatientArrays) -> None:
        """What is read of each patient and admission."""
        for each in fields(columns):
            self.give(each.name, getattr(columns, each.name))

    def constants(self, constants: Constants) -> None:
        """What holds for all."""
        for each in fields(constants):
            self.give(each.name, getattr(constants, each.name))

    def people(self, patients: Table, needs: Needs, first: int) -> None:
        """Their needs as events, and which hospices they accept."""
        offsets, keys, reference = need_events(patients, needs)
        self.give("people", len(patients))
        self.give("first", first)
        for name, value in (("offsets", offsets), ("keys", keys), ("reference", reference)):
            self.give(name, value)
        orders = needs.hospice_order
        self.give("order_from", np.cumsum([0, *map(len, orders)]))
        self.give("order_kind", [kind for order in orders for kind in order])

    def places(
        self, scenario: Scenario, region: Region, needs: Needs, first: int, longer: Mapping[int, int]
    ) -> Ints:
        """The places of a region; the site of each comes back."""
        sites = sites_of(scenario, region)
        kinds, beds = sites.places.kinds, sites.places.beds
        self.give("sites", len(kinds))
        self.give("kinds", kinds)
        self.give("beds", [_UNLIMITED if each is None else each for each in beds])
        self.give("nursing_kind", [patient.VERPLEEGHUIS])
        self.give("nursing_beds", [region.nursing_home_places.value])
        self.give("acute_kinds", sites.acute_kinds)
        self.give("acute_kinds_known", len(sites.acute_kinds))
        self.give("hospital_limited", sites.hospital_limited)
        self.give("goes_first", sites.goes_first)
        planned = sorted(
            (max(minute, first), n, site, to) for n, (minute, site, to) in enumerate(sites.planned)
        )
        self.give("changes_planned", len(planned))
        for name, column in (("planned_minute", 0), ("planned_site", 2), ("planned_beds", 3)):
            self.give(name, [change[column] for change in planned])
        turnover = np.zeros(patient.WITHOUT_WLZ_CONTRACT, np.int64)
        for kind, minutes in sites.turnover.items():
            turnover[kind] = minutes + longer.get(kind, 0)
        self.give("turnover", turnover)
        none = np.zeros(len(needs.other_house))
        self.give("houses_known", len(region.sites))
        self.give("has_house", [site.id in needs.house for site in region.sites])
        self.give("houses", np.concatenate([none, *(needs.house.get(s.id, none) for s in region.sites)]))
        return sites.site_of

    def meters(self, contracts: Contracts, start: int, patients: Table, clock: Clock | None) -> None:
        """The contracts, the calendar, and when the clock stops."""
        self.give("contracts", len(contracts.contracts))
        self.give("allowance", [each.allowance for each in contracts.contracts])
        self.give("background", [each.background for each in contracts.contracts])
        last = dates.date_of(int(patients["death_minute"].max())).year + _YEARS_AFTER
        starts = [dates.minute_of(dt.date(year, 1, 1)) for year in range(start, last + 1)]
        self.give("years", len(starts))
        self.give("year_starts", starts)
        loads = (clock and clock.loads) or ()
        corners = [load.corners for load in loads]
        self.give("load_from", np.cumsum([0, *(len(each[0]) for each in corners)]))
        for number, name in enumerate(("load_minute", "load_used", "load_rate")):
            self.give(name, [value for each in corners for value in each[number]])
        self.give("queue", clock is not None)
        self.give("until", clock.until if clock else FAR_FUTURE)
        self.give("shared", bool(clock) and clock.loads is not None)
        self.give("written", bool(clock) and clock.written)
