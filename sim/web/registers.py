"""A network's register on the page: read apart, and set beside the model of its region."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.api.registers import Fitted, RegisterResult, with_region
from sim.errors import InputError
from sim.scenario import Area
from sim.scenario.area.form_lines import AREA_ENDINGS as FILES
from sim.web.apart import read_apart
from sim.web.work import OnWait, gate

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
