"""Beds of a region's sites under a scenario."""

from __future__ import annotations

from sim.scenario.models import Region, Scenario


def beds_of(scenario: Scenario, region: Region) -> tuple[int, ...]:
    """Count the beds of each site with the scenario's `places.extra_beds`, which hold for every region.

    Extra beds of a type go to the first site of that type; beds taken away leave the first site first,
    then the next.

    Parameters
    ----------
    scenario : Scenario
    region : Region

    Returns
    -------
    tuple of int
        Beds in the order of `region.sites`, 0 or more.
    """
    left: dict[str, int] = {str(setting): extra for setting, extra in scenario.places.extra_beds.items()}
    beds: list[int] = []
    for site in region.sites:
        here = max(site.beds + left.get(site.setting, 0), 0)
        left[site.setting] = left.get(site.setting, 0) - (here - site.beds)
        beds.append(here)
    return tuple(beds)
