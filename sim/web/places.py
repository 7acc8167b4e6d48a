"""Changes of places on the page: fields made into lines of the command, alternatives, their answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import api
from sim.runs.options import OnProgress
from sim.scenario import Area, clusters_of, load_area, load_scenario
from sim.scenario.area.outlines import neighbours
from sim.scenario.area.real_region import nation, slug
from sim.studies.capacity.observe import ANY_HOSPICE
from sim.studies.capacity.place_changes import CHANGES, Change, applied, changes_of, situation_of
from sim.web.recipe import Document, load_document
from sim.web.sizing import BASE
from sim.web.work import OnWait, gate, key_of, make_room

WEB_PLACES_REPLICATIONS = 4  # replications of places of now and others on the capacity page
WEB_ALTERNATIVES = 3  # alternatives that the capacity page sets beside the places of now

Alternatives = tuple[tuple[str, ...], ...]
"""Of each alternative the lines of its changes, as `close bth-linde@2026-07-01`."""
_MARKS = re.compile(r"[;:=@]")  # signs that a line has a meaning for


@dataclass(frozen=True)
class Fields:
    """What a user filled in about one change; which of it counts depends on the change."""

    about: str = ""  # a site, a house, a type, an origin or whatever else it is about; empty for all
    number: int = 0  # beds, days or per cent
    since: dt.date | None = None
    until: dt.date | None = None
    yearly: bool = False  # whether a period returns every year


def house(name: str, kind: str) -> str:
    """A new house of a type, with or without a name, as a change has it."""
    named = _MARKS.sub(" ", name).strip()
    return f"{named + ':' if named else ''}{kind}"


def line_of(name: str, fields: Fields) -> str:
    """A change, by a key of `CHANGES`, as a line such as `close bth-linde@2026-07-01`.

    A period without both days has an empty day, which is refused.
    """
    kind = CHANGES[name]
    number = "" if kind.amount is None else kind.amount.form.format(fields.number)
    form = "%m-%d" if fields.yearly else "%Y-%m-%d"
    days = [day.strftime(form) for day in (fields.since, fields.until) if day is not None]
    when = f"@{'..'.join(days)}" if kind.when and (days or kind.when == "period") else ""
    return Change(name, "=".join(filter(None, (fields.about, number))) + when).line


def neighbours_of(area: Area, covered: frozenset[str]) -> tuple[str, ...]:
    """Care-office areas that a region, of the municipalities that it covers, may share places with.

    Those that touch it come first.
    """
    offices = nation().areas("zorgkantoorregio")
    names = {slug(name): name for name in offices}
    own = {name for name, within in offices.items() if {each.name for each in within} & covered}
    touching = {names[each] for name in own for each in neighbours()[slug(name)]}
    free = [name for name in offices if name not in own and slug(name) != area.regions[0].id]
    return tuple(sorted(free, key=lambda name: (name not in touching, name)))


def with_neighbours(area: Area, alternatives: Alternatives) -> Area:
    """The area with the care-office areas beside it whose places an alternative shares."""
    names = {slug(name): name for name in nation().areas("zorgkantoorregio")}
    asked = [
        line.removeprefix("share ") for each in alternatives for line in each if line.startswith("share ")
    ]
    others = [names[id_] for id_ in dict.fromkeys(asked) if id_ in names]
    if not others:
        return area
    document: dict[str, Any] = area.model_dump(mode="json", exclude_none=True)
    for name in others:
        document["regions"] += api.region(zorgkantoor=[name]).model_dump(mode="json", exclude_none=True)[
            "regions"
        ]
    people = sum(region["population"] for region in document["regions"])
    document["national_share"] |= {"value": people / nation().people}
    return Area.model_validate(document)


def check(area: Area, alternatives: Alternatives) -> None:
    """Refuse in one line, as the command does, a change that does not fit the places of the region."""
    whole = with_neighbours(area, alternatives)
    several = [changes_of("; ".join(lines)) for lines in alternatives if lines]
    today = situation_of(load_scenario(BASE).scenario, whole, clusters_of(whole)[0], several)
    for changes in several:
        applied(today, changes)


def compare_places(
    area: str | Area,
    alternatives: Alternatives,
    cache: Path,
    prices: bool = False,
    scenario: Document | None = None,
    on_progress: OnProgress | None = None,
    on_wait: OnWait | None = None,
) -> api.CapacityResult:
    """Places of now beside alternatives, on the same people; no number of beds is looked for.

    The scenario is that with the settings of a register, by default current practice.
    """
    own = load_area(area)
    whole = with_neighbours(own, alternatives)
    lines = ["; ".join(each) for each in alternatives if each]
    out = cache / f"places-{key_of(whole.model_dump(mode='json'), lines, prices, scenario)}"
    with gate(on_wait):
        found = api.capacity(
            whole,
            scenario=BASE if scenario is None else load_document(scenario),
            type=ANY_HOSPICE,
            region=own.regions[0].id,
            replications=WEB_PLACES_REPLICATIONS,
            alternatives=lines,
            search=False,
            prices=prices,
            out=out,
            resume=True,
            on_progress=on_progress,
        )
        make_room(cache, keep=(out,))
    return found


def kept(given: Sequence[str]) -> Alternatives:
    """Alternatives as a link holds them, changes between semicolons; what is too much is left out."""
    several = [tuple(part.strip() for part in text.split(";") if part.strip()) for text in given]
    several = several[:WEB_ALTERNATIVES]
    return (*several, *[()] * (WEB_ALTERNATIVES - len(several)))
