"""Scenarios: frozen models, overlays, areas and provenance, read from `scenarios/`."""

from sim.scenario.area.places import acute_beds_of, beds_of, beds_planned
from sim.scenario.area.regions import Cluster, clusters_of, numbered_regions, regions_of
from sim.scenario.loader import (
    LoadedScenario,
    apply,
    area_names,
    load_area,
    load_scenario,
    on_area,
    scenario_names,
    vary,
    vary_area,
)
from sim.scenario.models import Area, Region, Scenario, Site
from sim.scenario.overlay import Change, is_choice
from sim.scenario.provenance import Setting
from sim.scenario.values import (
    differing,
    effect_of,
    owner_of,
    plans_of,
    refuse_path_over_dates,
    same_values,
    switched_off_by,
)

__all__ = [
    "Area",
    "Change",
    "Cluster",
    "LoadedScenario",
    "Region",
    "Scenario",
    "Setting",
    "Site",
    "acute_beds_of",
    "apply",
    "area_names",
    "beds_of",
    "beds_planned",
    "clusters_of",
    "differing",
    "effect_of",
    "is_choice",
    "load_area",
    "load_scenario",
    "on_area",
    "numbered_regions",
    "owner_of",
    "plans_of",
    "refuse_path_over_dates",
    "regions_of",
    "same_values",
    "scenario_names",
    "switched_off_by",
    "vary",
    "vary_area",
]
