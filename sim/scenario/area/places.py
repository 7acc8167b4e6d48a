"""Beds of a region's sites under a scenario."""

from __future__ import annotations

from sim.dates import minute_of
from sim.scenario.models import Region, Scenario


def beds_of(scenario: Scenario, region: Region) -> tuple[int, ...]:
    """Beds of each site, in order, with the scenario's `places.extra_beds`, which hold for every region.

    Extra beds of a type go to the first site of that type; beds taken away leave the first site first, then
    the next, down to 0.
    """
    left: dict[str, int] = {str(setting): extra for setting, extra in scenario.places.extra_beds.items()}
    beds: list[int] = []
    for site in region.sites:
        here = max(site.beds + left.get(site.setting, 0), 0)
        left[site.setting] = left.get(site.setting, 0) - (here - site.beds)
        beds.append(here)
    return tuple(beds)


def acute_beds_of(scenario: Scenario, region: Region) -> tuple[int, ...]:
    """Beds of each site, in their order, that are kept for acute requests: the first site of a type first."""
    left: dict[str, int] = {str(setting): beds for setting, beds in scenario.places.acute_beds.items()}
    kept: list[int] = []
    for site, beds in zip(region.sites, beds_of(scenario, region), strict=True):
        here = min(left.get(site.setting, 0), beds)
        left[site.setting] = left.get(site.setting, 0) - here
        kept.append(here)
    return tuple(kept)


def beds_planned(scenario: Scenario, region: Region) -> tuple[tuple[int, int, int], ...]:
    """Changes of beds that the area plans, with the scenario's extra beds kept, in order of time.

    Each is the first minute of its date, the number of the site, and its beds from then on.
    """
    extra = [now - site.beds for now, site in zip(beds_of(scenario, region), region.sites, strict=True)]
    changes = [
        (minute_of(change.date), number, max(change.beds + extra[number], 0))
        for number, site in enumerate(region.sites)
        for change in site.beds_from
    ]
    return tuple(sorted(changes))
