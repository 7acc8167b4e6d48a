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
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from sim import dates
from sim.choices import ENGINE_VARIABLE, Engine
from sim.errors import InputError
from sim.journey import ordering, patient
from sim.journey.ceiling import ON_STAYS
from sim.journey.lists import Constants, PatientColumns, columns_of, constants_of
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, Log
from sim.journey.meter import Contracts, Load, Meter, Segment
from sim.journey.needs import Needs
from sim.journey.ordering import need_events
from sim.journey.places import ANYWHERE
from sim.journey.sites import sites_of
from sim.limits import COMPILE_SECONDS
from sim.scenario.models import Region, Scenario
from sim.schema import NEVER, Table
from sim.units import FAR_FUTURE, KEY_ROW_BITS, KIND_BITS, METER_YEARS, Ints

_INT, _FLOAT = ctypes.c_int64, ctypes.c_double
_INTS, _BOOLS, _FLOATS = (ctypes.POINTER(each) for each in (_INT, ctypes.c_uint8, _FLOAT))
_POINTERS: dict[Any, str] = {_INTS: "int64_t *", _BOOLS: "uint8_t *", _FLOATS: "double *"}
_TYPES: dict[Any, str] = {_INT: "int64_t ", _FLOAT: "double ", **_POINTERS}
_OF_COLUMN: dict[str, Any] = {"IntsT": _INTS, "BoolsT": _BOOLS, "FloatsT": _FLOATS}
_OF_CONSTANT: dict[str, Any] = {"int": _INT, "float": _FLOAT}
_DTYPES: dict[Any, type] = {_INTS: np.int64, _BOOLS: np.uint8, _FLOATS: np.float64}
_UNLIMITED = -1
CHANGE_FIELDS = ("contract", "minute", "delta")
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
    """How a queue runs."""

    until: int  # minute at which it stops; FAR_FUTURE follows everybody until death
    loads: Sequence[Load] | None = None  # what people outside the queue use of each contract
    # Minutes that a bed stays in use after every guest, by setting code
    longer: Mapping[int, int] | None = None
    written: bool = False  # nobody looks at the meters: how their rates change is written down


@dataclass(frozen=True)
class Followed:
    """What a run gives."""

    log: Log
    lost: Ints  # requests for a short stay that found no bed: row of the patient, minute
    changes: Ints  # contract, minute and change of its rate, where these are written; shape (k, 3)


def _head() -> str:
    """Names and numbers of this program for the text in C."""
    named = [
        (name, value)
        for module in (ordering, patient)
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int) and abs(value) < FAR_FUTURE
    ]
    numbers = dict(named)
    twice = [name for name, value in named if numbers[name] != value]
    if twice:
        raise ValueError(f"{twice[0]} is one number in ordering.py and another in patient.py; rename one")
    numbers |= {"KIND_BITS": KIND_BITS, "KEY_ROW_BITS": KEY_ROW_BITS, "MOST_KINDS": 2 * len(patient.HOSPICES)}
    numbers |= {"ANYWHERE": ANYWHERE, "UNLIMITED": _UNLIMITED}
    numbers |= {name: number for number, name in enumerate(_FAILURES, 1)}
    sets = {name: getattr(patient, name) for name in ("HOSPICES", "AT_HOME", "FOR_A_TIME")}
    for name, kinds in (*sets.items(), ("ON_STAYS", ON_STAYS)):
        numbers[name] = sum(1 << kind for kind in kinds)
    lines = [
        "#include <stdint.h>",
        "#include <stdlib.h>",
        "#include <string.h>",
        f"#define NEVER (-INT64_C({-(int(NEVER) + 1)}) - 1)",
        f"#define FAR_FUTURE INT64_C({FAR_FUTURE})",
    ]
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
    built_by = " ".join((*_FLAGS, sys.platform, platform.machine(), *platform.libc_ver())).encode()
    name = f"loop-{hashlib.sha256(text + built_by).hexdigest()}.so"
    try:
        built = _cache_folder() / name
        if not built.is_file():
            if compiler is None:
                return None
            built.parent.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=built.parent) as folder:
                made = Path(folder) / name
                command = [compiler, *_FLAGS, "-", "-o", str(made)]
                subprocess.run(command, input=text, check=True, capture_output=True, timeout=COMPILE_SECONDS)
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
    patients: Table, needs: Needs, region: Region, scenario: Scenario, contracts: Contracts
) -> Log | None:
    """Run a region until its last patient has died; None where it must be left to SimPy."""
    people = people_of(patients, needs, scenario, contracts)
    found = people and people.follow(region)
    return found.log if found else None


def people_of(patients: Table, needs: Needs, scenario: Scenario, contracts: Contracts) -> People | None:
    """People for runs with any places; None where SimPy was chosen or must follow them.

    Raises InputError when the compiled engine was chosen and cannot be built here.
    """
    engine = chosen()
    if engine == "simpy":
        return None
    if library() is None:
        if engine == "compiled":
            raise InputError(
                "{variable}: the loop in C cannot be built here for want of a C compiler that works, or of a "
                "folder to keep it; use auto or simpy",
                variable=ENGINE_VARIABLE,
            )
        return None
    try:
        return People(patients, needs, scenario, contracts) if _within(patients, needs, contracts) else None
    except OverflowError:
        return None


def chosen() -> str:
    """The engine that `--engine` or PALSIM_ENGINE names; InputError when there is no such engine."""
    engine = os.environ.get(ENGINE_VARIABLE) or "auto"
    if engine not in get_args(Engine):
        raise InputError(
            "{variable}: {engine} is no engine; use one of {engines}",
            variable=ENGINE_VARIABLE,
            engine=engine,
            engines=", ".join(get_args(Engine)),
        )
    return engine


def _within(patients: Table, needs: Needs, contracts: Contracts) -> bool:
    """Whether a run fits the packed numbers of the compiled loop."""
    largest = max((abs(c.allowance) for c in contracts.contracts), default=0)
    return (
        0 < len(patients) < 1 << KEY_ROW_BITS
        and largest < FAR_FUTURE
        and all(0 < len(order) <= len(patient.HOSPICES) for order in needs.hospice_order)
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


class People:
    """People as the compiled loop reads them; it may follow them again and again, with other places."""

    def __init__(self, patients: Table, needs: Needs, scenario: Scenario, contracts: Contracts) -> None:
        self._record = _World()
        self._kinds: dict[str, Any] = dict(self._record._fields_)  # type: ignore[arg-type]
        self._kept: dict[str, NDArray[Any]] = {}
        self._patients, self._needs, self._scenario, self._contracts = patients, needs, scenario, contracts
        self._first = int(patients["entry_minute"].min())
        self._houses: list[str] | None = None
        self._lock = threading.Lock()  # one record holds the places of the run under way
        for record in (columns_of(patients, needs, contracts), constants_of(scenario, contracts)):
            for each in fields(record):
                self._give(each.name, getattr(record, each.name))
        offsets, keys, reference = need_events(patients, needs)
        self._give("people", len(patients))
        self._give("first", self._first)
        for name, value in (("offsets", offsets), ("keys", keys), ("reference", reference)):
            self._give(name, value)
        orders = needs.hospice_order
        self._give("order_from", np.cumsum([0, *map(len, orders)]))
        self._give("order_kind", [kind for order in orders for kind in order])
        self._meters()

    def follow(self, region: Region, clock: Clock | None = None) -> Followed | None:
        """Run a region; None where the numbers outgrow the loop.

        Without a clock it runs until the last has died.
        """
        with self._lock:
            return self._followed(region, clock)

    def _followed(self, region: Region, clock: Clock | None) -> Followed | None:
        found = library()
        assert found is not None
        site_of = self._places(region, (clock and clock.longer) or {})
        try:
            self._clock(clock)
        except OverflowError:
            return None
        answer = _Answer()
        granted, care = (np.zeros(len(self._patients), np.int64) for _ in range(2))
        answer.granted, answer.care = (each.ctypes.data_as(_INTS) for each in (granted, care))
        try:
            if found.palsim_run(ctypes.byref(self._record), ctypes.byref(answer)):
                return None
            stays = _rows(answer, "stays", len(STAY_FIELDS))
            site = STAY_FIELDS.index("site")
            stays[:, site] = site_of[stays[:, site]]
            segments = _rows(answer, "segments", 1 + len(fields(Segment)))
            log = Log(
                stays,
                _rows(answer, "refusals", len(REFUSAL_FIELDS)),
                granted,
                care,
                _meters(self._contracts, self._year, segments),
            )
            return Followed(log, _rows(answer, "lost", 2), _rows(answer, "changes", len(CHANGE_FIELDS)))
        finally:
            found.palsim_free(ctypes.byref(answer))

    @property
    def _year(self) -> int:
        return dates.date_of(self._first).year

    def _give(self, name: str, value: Any) -> None:
        """Set a number, or point to an array that is kept."""
        kind = self._kinds[name]
        if kind in _DTYPES:
            array = self._kept[name] = np.ascontiguousarray(value, _DTYPES[kind])
            value = ctypes.cast(array.ctypes.data, kind)
        setattr(self._record, name, value)

    def _places(self, region: Region, longer: Mapping[int, int]) -> Ints:
        """The places of a region; the site of each comes back."""
        sites, needs = sites_of(self._scenario, region), self._needs
        kinds, beds = sites.places.kinds, sites.places.beds
        self._give("sites", len(kinds))
        self._give("kinds", kinds)
        self._give("beds", [_UNLIMITED if each is None else each for each in beds])
        self._give("nursing_kind", [patient.VERPLEEGHUIS])
        self._give("nursing_beds", [region.nursing_home_places.value])
        self._give("acute_kinds", sites.acute_kinds)
        self._give("acute_kinds_known", len(sites.acute_kinds))
        self._give("hospital_limited", sites.hospital_limited)
        self._give("goes_first", sites.goes_first)
        planned = sorted(sites.planned, key=lambda change: max(change[0], self._first))
        self._give("changes_planned", len(planned))
        self._give("planned_minute", [max(minute, self._first) for minute, _, _ in planned])
        self._give("planned_site", [site for _, site, _ in planned])
        self._give("planned_beds", [beds for _, _, beds in planned])
        turnover = np.zeros(patient.WITHOUT_WLZ_CONTRACT, np.int64)
        for kind, minutes in sites.turnover.items():
            turnover[kind] = minutes + longer.get(kind, 0)
        self._give("turnover", turnover)
        ids = [site.id for site in region.sites]
        self._give("houses_known", len(ids))
        self._give("has_house", [id in needs.house for id in ids])
        if ids != self._houses:
            self._houses = ids
            none = np.zeros(len(needs.other_house))
            self._give("houses", np.concatenate([none, *(needs.house.get(id, none) for id in ids)]))
        return sites.site_of

    def _meters(self) -> None:
        """The contracts, and the calendar that their meters may need."""
        contracts = self._contracts.contracts
        self._give("contracts", len(contracts))
        self._give("allowance", [each.allowance for each in contracts])
        self._give("background", [each.background for each in contracts])
        last = dates.date_of(int(self._patients["death_minute"].max())).year + METER_YEARS
        starts = [dates.minute_of(dt.date(year, 1, 1)) for year in range(self._year, last + 1)]
        self._give("years", len(starts))
        self._give("year_starts", starts)

    def _clock(self, clock: Clock | None) -> None:
        """When the clock stops, and who looks at the meters."""
        loads = clock.loads if clock else None
        self._give("queue", clock is not None)
        self._give("until", clock.until if clock else FAR_FUTURE)
        self._give("shared", loads is not None)
        self._give("written", clock is not None and clock.written)
        corners = [load.corners for load in loads or ()]
        self._give("load_from", np.cumsum([0, *(len(each[0]) for each in corners)]))
        for number, name in enumerate(("load_minute", "load_used", "load_rate")):
            self._give(name, [value for each in corners for value in each[number]])
