"""People who want nothing but a bed in a house, for the queue of a capacity study where theory is exact.

Requests are Poisson from long before the counted window, stays and patience independent of each other. Who
dies in the queue leaves it, so that a guest leaves it at the rate of patience and of stays together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from sim.catalogue import load_tariffs
from sim.journey.log import REFUSAL_FIELDS, STAY_FIELDS, columns
from sim.journey.sized import Demand, Member, Queued, demand_of, people_where, queue
from sim.ledger import quote
from sim.measure.tables import Window
from sim.scenario import clusters_of, load_scenario
from sim.schema import NEVER, REFUSAL_REASONS, code
from sim.stats import overlap
from sim.studies.capacity.observe import DIED, REFUSED, Observed, observe
from sim.units import MINUTES_PER_DAY

MOST_PEOPLE = 900
_OUT_OF_PATIENCE, _DIED = (code(REFUSAL_REASONS, word) for word in ("geduld_op", "overleden_in_wachttijd"))


@dataclass(frozen=True)
class Asking:
    """Who asks for a bed.

    Attributes
    ----------
    rate : float
        Requests a day.
    stay, patience : float
        Mean days; without patience nobody waits.
    houses : tuple of int
        Beds of each house.
    lognormal : bool
        Stays are lognormal, else exponential.
    turnover : float
        Days that a bed stands empty between two guests.
    other_house : float
        Share that accepts any house; the others have one of their own, in proportion to its beds.
    hospital : float
        Share that asks from hospital, and then goes before who asks from home.
    before : int
        Days of requests before the window.
    """

    rate: float
    stay: float
    patience: float
    houses: tuple[int, ...]
    lognormal: bool = False
    turnover: float = 0.0
    other_house: float = 1.0
    hospital: float = 0.0
    before: int = 300


@dataclass(frozen=True)
class Fates:
    """How requests that end in the window fare, and beds in use.

    Attributes
    ----------
    asked, refused, died : dict of word to int
        Of `all`, and of who asks from `hospital` and from `home`.
    used : tuple of float
        Mean beds in use of each house.
    seen : Observed
    """

    asked: dict[str, int]
    refused: dict[str, int]
    died: dict[str, int]
    used: tuple[float, ...]
    seen: Observed


@cache
def window() -> Window:
    """The counted window of the base."""
    return Window.of(load_scenario("basis_2026").scenario)


@cache
def people(houses: tuple[int, ...]) -> Demand:
    """Some people of Middenland, in a region with no other sites than bijna-thuis-huizen of so many beds."""
    loaded = load_scenario("basis_2026", "middenland")
    (cluster,) = clusters_of(loaded.area)
    (number, region), *_ = cluster.members
    house = next(site for site in region.sites if site.setting == "bth")
    sites = tuple(
        house.model_copy(update={"id": f"huis-{place}", "beds": beds}) for place, beds in enumerate(houses)
    )
    only = region.model_copy(update={"sites": sites})
    member = Member(number, only, quote(load_tariffs(), loaded.scenario.prices, only))
    whole = demand_of(loaded.scenario, [member], only, 0, visits=False)
    plain = (whole.needs.nursing_minute == NEVER) & (whole.patients["wlz_since_minute"] == NEVER)
    return people_where(whole, plain & (np.cumsum(plain) <= MOST_PEOPLE))


def replication(asking: Asking, seed: int) -> tuple[Demand, np.ndarray]:
    """Requests of one replication, and who makes one from hospital."""
    demand = people(asking.houses)
    random = np.random.default_rng(seed)
    first = window().low - asking.before * MINUTES_PER_DAY
    span = window().high - first
    count = int(random.poisson(asking.rate * span / MINUTES_PER_DAY))
    total = len(demand.patients)
    assert count <= total, "more requests than people"
    asked = np.sort(random.integers(first, window().high, total))
    if asking.lognormal:
        sigma = 1.0
        stay = random.lognormal(math.log(asking.stay) - sigma**2 / 2, sigma, total)
    else:
        stay = random.exponential(asking.stay, total)
    chosen = np.zeros(total, bool)
    chosen[random.choice(total, count, replace=False)] = True
    patience = np.zeros(total, np.int64)
    if asking.patience:
        patience = (random.exponential(asking.patience, total) * MINUTES_PER_DAY).astype(np.int64) + 1
    other = random.random(total) < asking.other_house
    race = {site.id: random.exponential(1.0, total) / max(site.beds, 1e-9) for site in demand.region.sites}
    inside = chosen & (random.random(total) < asking.hospital)
    none, no = np.full(total, NEVER), np.zeros(total, bool)
    needs = replace(
        demand.needs,
        admissions=_short_admissions(demand, inside, asked),
        hospice_minute=np.where(chosen & ~inside, asked, NEVER),
        hospice_window_minute=np.zeros(total, np.int64),
        hospice_choice=np.zeros(total, np.int64),
        other_house=other,
        house=race,
        patience_minutes=patience,
        nursing_minute=none,
        elv_minute=none,
        care_minute=none,
        after_hospital=inside,
        elv_after_hospital=no,
        discharged_alive=no,
        diverted_home=np.full(total, -1),
        diverted_hospital=np.full(total, -1),
        support=replace(demand.needs.support, respite_minute=none),
    )
    columns_now = {
        **demand.patients.columns,
        "death_minute": asked + 2 + (stay * MINUTES_PER_DAY).astype(np.int64),
        "entry_minute": asked - 2 * MINUTES_PER_DAY,
        "entry_setting": np.zeros(total, demand.patients["entry_setting"].dtype),
    }
    patients = type(demand.patients)("patients", columns_now, demand.patients.labels)
    places = demand.scenario.places.model_copy(
        update={
            "turnover_days": asking.turnover,
            "goes_first": "ziekenhuis" if asking.hospital else "aanvraag",
        }
    )
    scenario = demand.scenario.model_copy(update={"places": places})
    return replace(demand, patients=patients, needs=needs, scenario=scenario), inside


def _short_admissions(demand: Demand, inside: np.ndarray, asked: np.ndarray) -> object:
    """One admission of a minute for who asks from hospital, over when the request is due."""
    rows = np.flatnonzero(inside)
    admissions, count = demand.needs.admissions, len(rows)
    return replace(
        admissions,
        events=type(admissions.events)(rows, np.zeros(count, np.int64), asked[rows] - 1),
        stay_minutes=np.ones(count, np.int64),
        ic_minutes=np.zeros(count, np.int64),
        terminal=np.zeros(count, bool),
        emergency=np.zeros(count, bool),
        ambulance=np.zeros(count, bool),
        acute_bed=np.zeros(count, bool),
        keep=np.zeros(count),
    )


def run(asking: Asking, seed: int) -> Fates:
    """One replication through the queue of a capacity study."""
    demand, inside = replication(asking, seed)
    queued = queue(demand, asking.houses, window().high)
    seen = observe(demand, asking.houses, queued, window())
    length = window().high - window().low
    asked, refused, died = _by_origin(queued, inside)
    assert asked["all"] == len(seen.outcome)
    assert refused["all"] == (seen.outcome == REFUSED).sum()
    assert died["all"] == (seen.outcome == DIED).sum()
    assert seen.site_used.sum() == seen.used.sum() == _guest_minutes(queued)
    assert (seen.site_used <= seen.site_room).all()
    return Fates(asked, refused, died, tuple((seen.site_used / length).tolist()), seen)


def _guest_minutes(queued: Queued) -> int:
    """Minutes of guests in the window: what beds in use must add up to."""
    stays = columns(queued.log.stays, STAY_FIELDS)
    housed = stays["site"] >= 0
    return int(overlap(stays["start"], stays["end"], window().low, window().high)[housed].sum())


def _by_origin(queued: Queued, inside: np.ndarray) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Requests that end in the window, who ran out of patience, who died waiting: in all and by origin."""
    stays = columns(queued.log.stays, STAY_FIELDS)
    ends = columns(queued.log.refusals, REFUSAL_FIELDS)
    counted = window().holds(ends["minute"])
    entered = stays["row"][(stays["requested"] != NEVER) & window().holds(stays["start"])]
    gone = ends["row"][counted & (ends["reason"] == _OUT_OF_PATIENCE)]
    dead = ends["row"][counted & (ends["reason"] == _DIED)]

    def told(*rows: np.ndarray) -> dict[str, int]:
        every = np.concatenate(rows)
        hospital = int(inside[every].sum())
        return {"all": len(every), "hospital": hospital, "home": len(every) - hospital}

    return told(entered, gone, dead), told(gone), told(dead)
