"""A region of some hundred deaths a year, with few beds, on which a capacity study takes seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.scenario import Area, LoadedScenario, Region, load_area, load_scenario, vary

DEATHS = 250.0
BEDS = {"bth-linde": 1, "bth-haven": 1, "hch-kastanje": 1, "pu-west": 1, "elv-midden": 1}


def small_region(id_: str = "dorp", deaths: float = DEATHS, **changes: Any) -> Region:
    """Middenland with fewer deaths, and one bed or none at each site; sites are named after the region."""
    (region,) = load_area("middenland").regions
    places = region.nursing_home_places.model_copy(update={"value": 30, "range": None})
    sites = tuple(
        site.model_copy(update={"id": f"{site.id}-{id_}", "beds": BEDS[site.id]})
        for site in region.sites
        if site.id in BEDS
    )
    return region.model_copy(
        update={
            "id": id_,
            "name": id_.title(),
            "number": None,
            "palliative_deaths": region.palliative_deaths.model_copy(update={"value": deaths}),
            "nursing_home_places": places,
            "sites": sites,
            **changes,
        }
    )


def small_area(*regions: Region) -> Area:
    """An area of small regions; one by default."""
    area = load_area("middenland")
    return area.model_copy(update={"name": "klein", "regions": regions or (small_region(),)})


def on_area(area: Area, **values: Any) -> LoadedScenario:
    """Current practice on an area, with settings by path (dots written as two underscores)."""
    loaded = load_scenario("basis_2026")
    if values:
        paths = {path.replace("__", "."): value for path, value in values.items()}
        loaded = vary(loaded, paths, "klein")
    scenario = loaded.scenario.model_copy(update={"area": area.name})
    return replace(loaded, area=area, scenario=scenario)
