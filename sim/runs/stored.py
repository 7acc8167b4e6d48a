"""A stored run as it was made: its scenario, its prices, the tables of its tasks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from sim import store
from sim.catalogue import TariffBook, load_tariffs
from sim.errors import InputError
from sim.ledger import own_book
from sim.measure.tables import Task
from sim.scenario import Area, LoadedScenario, Region, Scenario, clusters_of
from sim.scenario.own import own_tariffs_of
from sim.schema import TABLES

_Model = TypeVar("_Model", bound=BaseModel)


def stored_scenario(folder: Path) -> LoadedScenario:
    """The scenario, area, seed and replications of a finished run, from its manifest.

    Raises InputError when the folder holds no finished run, or one of another form.
    """
    return scenario_of_manifest(store.load_run(folder).manifest, folder)


def scenario_of_manifest(manifest: Mapping[str, Any], folder: Path) -> LoadedScenario:
    """As `stored_scenario`, from a manifest at hand; a message names the folder."""
    scenario = {**manifest["scenario"], "replications": manifest["replications"]}
    return LoadedScenario(_model(Scenario, scenario, folder), _model(Area, manifest["area"], folder), ())


def _model(kind: type[_Model], data: Mapping[str, Any], folder: Path) -> _Model:
    try:
        return kind.model_validate_json(json.dumps(data), strict=True)
    except ValueError:
        raise InputError(
            "{folder}/{manifest}: a scenario of another version of palsim; run again",
            folder=folder,
            manifest=store.MANIFEST,
        ) from None


@dataclass(frozen=True)
class Stored:
    """A finished run with what its tasks share."""

    run: store.StoredRun
    loaded: LoadedScenario
    book: TariffBook  # with the own amounts of the run

    @classmethod
    def of(cls, run: store.StoredRun, loaded: LoadedScenario | None = None) -> Stored:
        """A stored run, of a scenario that is at hand or is read out of it."""
        loaded = loaded or scenario_of_manifest(run.manifest, run.folder)
        return cls(run, loaded, own_book(load_tariffs(), own_tariffs_of(run.manifest)))

    @property
    def regions(self) -> tuple[Region, ...]:
        """Regions, those that share their places as one."""
        return tuple(cluster.region for cluster in clusters_of(self.loaded.area))

    def task(self, replication: int, region: Region) -> Task:
        """A task whose tables are read when somebody looks at them."""
        read = cache(partial(self.run.table, replication=replication, cluster=region.id))
        return Task(self.loaded.scenario, region, store.Made(TABLES, read), self.book)
