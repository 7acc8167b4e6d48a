"""The question of the capacity page: a region by name or as a filled-in form, and norms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from sim import api
from sim.api.registers import Fitted, RegisterResult, with_region
from sim.errors import InputError
from sim.runs.options import OnProgress
from sim.scenario import Area, load_area, regions_of
from sim.scenario.area.form_lines import AREA_ENDINGS as FILES
from sim.schema import HOSPICE_SETTINGS
from sim.studies.capacity.norms import DEFAULT_NORMS, parse_norms
from sim.studies.capacity.observe import ANY_HOSPICE, SHORT_STAY
from sim.studies.capacity.study import OnGuess
from sim.web.apart import read_apart
from sim.web.recipe import Document, load_document
from sim.web.work import OnWait, gate, key_of, make_room

_WEB_CAPACITY_REPLICATIONS = 3  # replications of every number of beds on the capacity page

BASE: Final = "basis_2026"  # scenario of a question without a register
AREA_FORMS = ("csv", "xlsx", "ods", "yaml", "yml")  # files that hold a region


@dataclass(frozen=True)
class Wanted:
    """What a user asks of beds."""

    kind: str  # `all`, or a type of place
    wait_days: int  # at least this share of the requests has a bed within so many days
    wait_percent: int
    refused_percent: int  # at most this share is refused

    @property
    def norms(self) -> tuple[str, ...]:
        """As `palsim capacity --norm` takes them."""
        return (
            f"wait_days<={self.wait_days}@{self.wait_percent / 100:g}",
            f"refused<={self.refused_percent / 100:g}",
        )


def default_wanted(kind: str) -> Wanted:
    """The norms of `palsim capacity` when none is given."""
    wait, refused = parse_norms(DEFAULT_NORMS)
    return Wanted(kind, round(wait.bound), round(wait.share * 100), round(refused.bound * 100))


def sized_kinds(area: str | Area) -> tuple[str, ...]:
    """What a region can be asked about: all hospices together, and each type that it has."""
    (region,) = load_area(area).regions
    types = {str(site.setting) for site in region.sites}
    return (ANY_HOSPICE, *(kind for kind in (*HOSPICE_SETTINGS, SHORT_STAY) if kind in types))


def uploaded_area(name: str, content: bytes) -> Area:
    """Read a region that a user filled in."""
    label = Path(name).name
    ending = Path(label).suffix.lower().removeprefix(".")
    if ending not in AREA_FORMS:
        raise InputError(
            "{label}: is no form of a region; give a file ending in {forms}", label=label, forms=AREA_FORMS
        )
    area: Area = read_apart("area", name, content, ending)
    if len(regions_of(area)) != 1:
        raise InputError(
            "{label}: holds {count} regions; give one region at a time",
            label=label,
            count=len(regions_of(area)),
        )
    return area


def size(
    area: str | Area,
    wanted: Wanted,
    cache: Path,
    on_progress: OnProgress | None = None,
    on_wait: OnWait | None = None,
    on_guess: OnGuess | None = None,
    scenario: Document | None = None,
) -> api.CapacityResult:
    """Find the smallest number of beds, with few replications; a broken study goes on where it was.

    `on_guess` is told what the formulas say, before the simulation. The scenario is that of a register, by
    default current practice.
    """
    about = area if isinstance(area, str) else area.model_dump(mode="json")
    out = cache / f"beds-{key_of(about, asdict(wanted), scenario)}"
    with gate(on_wait):
        found = api.capacity(
            api.Name(area) if isinstance(area, str) else area,
            scenario=BASE if scenario is None else load_document(scenario),
            type=wanted.kind,
            norm=wanted.norms,
            replications=_WEB_CAPACITY_REPLICATIONS,
            prices=False,
            out=out,
            resume=True,
            on_progress=on_progress,
            on_guess=on_guess,
        )
        make_room(cache, keep=(out,))
    return found


REGISTER_ENDINGS = tuple(ending.removeprefix(".") for ending in FILES)  # files that hold a register


@dataclass(frozen=True)
class Told:
    """What a user tells beside the file."""

    since: str = ""  # first and last day; empty for those of the rows
    until: str = ""
    weeks: int = 0  # weeks to look ahead
    beds: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    shut: str = ""  # beds that were shut, one a line as the command takes them

    def as_json(self) -> str:
        """For the process that reads the file."""
        document = {
            "since": self.since.strip() or None,
            "until": self.until.strip() or None,
            "weeks": self.weeks,
            "houses": [f"{house}={beds}" for house, beds in self.beds.items()],
            "shut": [line.strip() for line in self.shut.splitlines() if line.strip()],
        }
        return json.dumps(document)


def read_register_upload(name: str, content: bytes, told: Told) -> Fitted:
    """What an uploaded register says, read by a process with a limit of time and memory.

    Raises InputError in one line with row and column, without what a cell holds.
    """
    label = Path(name).name
    ending = Path(label).suffix.lower().removeprefix(".")
    if ending not in REGISTER_ENDINGS:
        raise InputError(
            "{label}: is no register; give a file ending in {forms}", label=label, forms=REGISTER_ENDINGS
        )
    found: Fitted = read_apart("register", name, content, ending, told.as_json())
    return replace(found, kinds=dict(told.kinds))


def beside_model(found: Fitted, area: Area, on_wait: OnWait | None = None) -> RegisterResult:
    """The register in its region, the model simulated beside it; `on_wait` is told of waiting."""
    with gate(on_wait):
        return with_region(found, area)
