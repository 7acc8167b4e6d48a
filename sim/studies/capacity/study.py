"""How many beds a region needs: simulated curves, the smallest number that meets norms, effects of more."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim import store
from sim.catalogue import TariffBook
from sim.errors import InputError
from sim.law.ptz.scheme import FORM_OF
from sim.ledger import settings_from
from sim.measure.moves import months_of
from sim.measure.tables import Window, sites_of
from sim.runs.run import identity_of
from sim.scenario import Cluster, LoadedScenario, Region, clusters_of
from sim.scenario.area.ageing import Ageing, Ahead, ageing_of
from sim.scenario.area.place_assumptions import place_assumptions
from sim.schema import HOSPICE_SETTINGS
from sim.stats import CONFIDENCE_LEVEL
from sim.studies.capacity import points
from sim.studies.capacity.alternatives import Alternative, Asked, compared, named
from sim.studies.capacity.answer import (
    Capacity,
    Compared,
    ExtraBeds,
    FallsShort,
    Guess,
    Point,
    RunningBed,
    TypeAnswer,
    Year,
)
from sim.studies.capacity.norms import Norm
from sim.studies.capacity.observe import ANY_HOSPICE, SHORT_STAY, TYPES, Observed, settings_of
from sim.studies.capacity.paths import Beds, Path
from sim.studies.capacity.place_changes import Change, Situation, applied, situation_of
from sim.studies.capacity.queueing import erlang_b, fewest
from sim.studies.capacity.ranking import NOT_RANKED, Ranking, Sample, Search, searching, together
from sim.studies.capacity.runs import CAPACITY_DOUBLINGS, Place, Runs, first_look, years_of
from sim.units import DAYS_PER_MEAN_YEAR, MOST_BEDS, Ints

# Deaths that the instant answer draws, in one replication or more: some 700 requests, a load within 5%
_CAPACITY_INSTANT_DEATHS = 3000
# Rare requests (refused, say) that a norm lets happen before the first verdict: fewer decide nothing
_CAPACITY_EVENTS = 12
_YEARS_APART = 5  # years between those that a study sizes by the ageing of a region
_CAPACITY_POINTS = 6  # steps of a capacity curve between its lowest and its highest number of beds
_EXTRA_BEDS = (1, 2, 5, 10)  # beds more whose effect a capacity answer shows
_NEGLIGIBLE_SHARE = 1e-3  # refusals below which more beds change nothing worth a search
# Replications before the first verdict on a number of beds, where a norm is about rare requests
MOST_FIRST_LOOK = 128


@dataclass(frozen=True)
class Question:
    """What is asked of a capacity study."""

    loaded: LoadedScenario
    norms: tuple[Norm, ...]
    kinds: tuple[str, ...]  # types to size, `all` for the hospices together
    region: str | None  # region or cluster of the area, where it has more than one
    replications: int  # of every number of beds on a curve; an undecided number gets those of `looks`
    growth: float = 0.0  # yearly growth of deaths as a share, and for how many years
    growth_years: int = 0
    until: int | None = None  # year until which deaths follow from the ages of the region's people
    closed: tuple[str, ...] = ()  # ids of sites that close
    # Other changes of places: the changed places are sized, and stand beside those of today
    changes: tuple[Change, ...] = ()
    alternatives: tuple[Alternative, ...] = ()  # more places that stand beside those of today
    search: bool = True  # whether to look for the smallest number; else the places are only compared
    peak: bool = False  # whether the norms must hold in the busiest month
    prices: bool = True

    @property
    def places(self) -> tuple[Alternative, ...]:
        """What stands beside today: all changes together, then each alternative."""
        own = (*(Change("close", id_) for id_ in self.closed), *self.changes)
        return (*((named(own),) if own else ()), *self.alternatives)

    def looks(self, requests: float) -> tuple[int, ...]:
        """Replications after which an undecided number of beds is judged.

        Where requests (in the counted window) are few and a norm allows few of them, the first look waits
        until it lets some happen.
        """
        allowed = [norm.rarity * requests for norm in self.norms if norm.rarity]
        wanted = max((math.ceil(_CAPACITY_EVENTS / each) for each in allowed if each), default=0)
        first = max(self.replications, min(wanted, MOST_FIRST_LOOK))
        return tuple(first * 2**n for n in range(CAPACITY_DOUBLINGS + 1))


OnGuess = Callable[[Mapping[str, Guess]], None]
"""Told the first guess of every type by formula, before the simulation."""


def study(
    question: Question, book: TariffBook, runs: Runs, resume: bool = False, on_guess: OnGuess | None = None
) -> Capacity:
    """Size a region by runs that are made and kept; `resume` goes on with those of their folder.

    Raises InputError when the question does not fit the area.
    """
    return _Study(question, book, runs).answer(resume, on_guess)


class _Study:
    """One study: the region as it is, its cluster, and the runs so far."""

    def __init__(self, question: Question, book: TariffBook, runs: Runs) -> None:
        self.book, self.runs = book, runs
        scenario = question.loaded.scenario
        cluster = _cluster(question)
        self.today = situation_of(
            scenario, question.loaded.area, cluster, [each.changes for each in question.places]
        )
        self.question = question = _in_order(question, self.today)
        changed = applied(self.today, question.changes)
        if question.changes:
            scenario, cluster = changed.scenario, changed.clusters[0]
        self.scenario = scenario.model_copy(
            update={"places": scenario.places.model_copy(update={"extra_beds": {}})}
        )
        self.window = Window.of(scenario)
        self.years = years_of(self.window)
        self.rules = settings_from(scenario).rules()
        whole = cluster.region
        self.priced = question.prices and not changed.longer
        key = "; ".join((question.loaded.digest, *(change.line for change in question.changes)))
        self.place = Place.of(self.scenario, cluster, book, key, longer=changed.longer)
        last = np.array(self.window.high - 1)
        self.before = tuple(int(site.at(last)) for site in sites_of(scenario, whole))
        self.region = _standing(whole, self.before, question.closed)
        self.every = len(question.kinds) > 1
        self.question = replace(question, kinds=self._kinds())
        self.ageing = self._ageing()
        self.month: Window | None = None
        self.load: dict[str, float] = {}
        self.requests: dict[str, float] = {}

    # ------------------------------------------------------------------ the answer
    def answer(self, resume: bool, on_guess: OnGuess | None) -> Capacity:
        """Everything that was asked."""
        question, scenario = self.question, self.scenario
        header = self._header()
        self.runs.open(header, resume)
        kinds = question.kinds
        if on_guess is not None:
            on_guess(self._instant(kinds))
        free = self._free()
        first = self._path(kinds[0])
        now = self._observed([first.now])[first.now]
        rows = points.months(self.window, now, free[kinds[0]], kinds[0])
        winter = scenario.cohort.population.winter_peak.value
        busiest = points.busiest_month(
            self.window, winter, points.stay_days_of(free[kinds[0]], kinds[0], self.years)
        )
        if question.peak and busiest is None:
            raise InputError(
                "--peak-month: deaths in {name} have no season (cohort.population.winter_peak is 0); "
                "leave the option out",
                name=scenario.name,
            )
        if question.peak and busiest is not None:
            self.month = months_of(self.window)[busiest][1]
        looks = {kind: self._looks(kind) for kind in kinds}
        rankings = dict.fromkeys(kinds, NOT_RANKED)
        if question.search:
            rankings = self._searched(kinds, looks)
        numbers = {kind: self._curve(self._path(kind), rankings[kind]) for kind in kinds}
        cents = self._cents(first, [at for kind in kinds for at in self._priced(kind, numbers, rankings)])
        types = {kind: self._type(kind, free[kind], rankings[kind], numbers[kind], cents) for kind in kinds}
        return Capacity(
            area=question.loaded.area.name,
            region=self.region.name,
            scenario=scenario.name,
            title=scenario.title.model_dump(),
            seed=scenario.seed,
            replications=question.replications,
            most_replications=max(looks[kinds[0]]),
            confidence=CONFIDENCE_LEVEL,
            norms=question.norms,
            peak=rows[busiest].month if question.peak and busiest is not None else None,
            years=self.years,
            window=(scenario.horizon.count_from.isoformat(), scenario.horizon.count_to.isoformat()),
            sites=tuple((site.id, site.name, str(site.setting), site.beds) for site in self.region.sites),
            types=types,
            months=rows,
            busiest="" if busiest is None else rows[busiest].month,
            growth=self._growth(first, rankings[kinds[0]]),
            short=self._short(first),
            running=self._running(types),
            closing=self._closing(first, cents),
            assumed=points.assumed_share(cents.get(first.now)),
            missing=self._missing(),
            turnover_days=scenario.places.turnover_days,
            compared=self._compared(kinds[0]),
            runs=self.runs.asked + self.runs.reused,
            header=header,
            manifest=identity_of(replace(question.loaded, scenario=scenario), self.book)
            | {"replications": question.replications, "tariff_rows": sorted(self.runs.rows)},
        )

    def _compared(self, kind: str) -> Compared | None:
        question = self.question
        if not question.places:
            return None
        several = (applied(self.today, each.changes) for each in question.places)
        if self.every and any(site.setting in HOSPICE_SETTINGS for each in several for site in each.sites):
            kind = ANY_HOSPICE  # also where only an alternative opens one
        asked = Asked(self.today, question.places, question.norms, kind, question.replications)
        return compared(asked, self.book, self.rules if question.prices else None, self.runs.jobs)

    def _running(self, types: Mapping[str, TypeAnswer]) -> tuple[RunningBed, ...]:
        """What a bed of each type that was sized costs its house a year."""
        date, out = self.scenario.horizon.count_from, []
        for kind, cost in place_assumptions().running_cost_eur.items():
            if kind not in types:
                continue
            stay = types[kind].guess.stay_days
            guests = types[kind].now.values["occupancy"].mean * DAYS_PER_MEAN_YEAR / stay if stay else 0.0
            most = float(self.book.parameter(f"ptz.max.{FORM_OF[kind]}", date).amount)
            fixed, staff = cost.fixed.range or (0, 0), cost.staff.range or (0, 0)
            out.append(
                RunningBed(
                    kind,
                    float(cost.fixed.value),
                    float(cost.staff.value),
                    float(fixed[0] + staff[0]),
                    float(fixed[1] + staff[1]),
                    most * guests,
                )
            )
        return tuple(out)

    def _missing(self) -> dict[str, float]:
        """Types of hospice without a site, with the share of requests that would first want them.

        None where the region has no hospice at all: nobody can choose another type then.
        """
        there = {str(site.setting) for site in self.region.sites}
        if not there & set(HOSPICE_SETTINGS):
            return {}
        shares = self.scenario.hospice.first_choice.value
        return {kind: shares[kind] for kind in HOSPICE_SETTINGS if kind not in there}

    def _header(self) -> dict[str, object]:
        """What makes stored runs those of this study."""
        loaded = self.question.loaded
        area = loaded.area.model_dump(mode="json")
        scenario = self.scenario.model_dump(mode="json", exclude={"replications"})
        return {
            "schema_version": store.SCHEMA_VERSION,
            "scenario": scenario["name"],
            "area": area["name"],
            "region": self.place.whole.id,
            "seed": scenario["seed"],
            **({"places": [each.line for each in changed]} if (changed := self.question.changes) else {}),
            "hashes": {
                "scenario": store.checksum(store.json_bytes({"scenario": scenario, "area": area})),
                "tariffs": self.book.digest(),
                "code": store.code_digest(),
            },
        }

    def _kinds(self) -> tuple[str, ...]:
        present = {str(site.setting) for site in self.region.sites}
        asked = ANY_HOSPICE if self.every else self.question.kinds[0]
        kinds = kinds_of(asked, sorted(present))
        for kind in kinds or (asked,):
            if not present & {*settings_of(kind)}:
                raise InputError(
                    "--type {kind}: {name} has no site of type {what}; add one to the area, with 0 "
                    "beds if need be",
                    kind=kind,
                    name=self.region.name,
                    what="hospice" if kind == ANY_HOSPICE else kind,
                )
        return kinds if self.question.search else kinds[:1]

    def _path(self, kind: str) -> Path:
        return Path(kind, self.region, self.scenario, self.load)

    def _instant(self, kinds: Sequence[str]) -> dict[str, Guess]:
        """What the formulas say at once, of the fewest replications that have people enough."""
        every = self._unlimited()
        deaths = self.place.whole.palliative_deaths.value
        few = min(max(math.ceil(_CAPACITY_INSTANT_DEATHS / max(deaths, 1)), 1), self.question.replications)
        seen = first_look(self.place, dict.fromkeys(every.values()), few)
        return {
            kind: points.guess(self._path(kind), seen[every[kind]], self.question.norms, self.years)
            for kind in kinds
        }

    def _unlimited(self) -> dict[str, Beds]:
        """Beds of each site with which nobody waits, by type: hospices, or short stays, without limit."""
        every = {}
        for kind in TYPES:
            free = settings_of(SHORT_STAY if kind == SHORT_STAY else ANY_HOSPICE)
            every[kind] = tuple(
                MOST_BEDS if site.setting in free else site.beds for site in self.region.sites
            )
        return every

    def _free(self) -> dict[str, list[Observed]]:
        every = self._unlimited()
        found = self._observed(dict.fromkeys(every.values()))
        free = {kind: found[beds] for kind, beds in every.items()}
        self.load.update({kind: points.offered_load(seen, kind, self.years) for kind, seen in free.items()})
        self.requests.update({kind: points.requests_of(seen, kind) for kind, seen in free.items()})
        return free

    def _observed(self, beds: Sequence[Beds] | Mapping[Beds, None]) -> dict[Beds, list[Observed]]:
        return self.runs.observed(self.place, beds, self.question.replications)

    def _type(
        self,
        kind: str,
        free: Sequence[Observed],
        ranking: Ranking,
        numbers: Sequence[int],
        cents: Mapping[Beds, Ints],
    ) -> TypeAnswer:
        question, path = self.question, self._path(kind)
        extra = [path.current + more for more in self._extra(kind)]
        wanted = dict.fromkeys((*numbers, *extra, path.current))
        beds = {number: path.beds(number) for number in (*wanted, *ranking.replications)}
        seen = self._observed([beds[number] for number in wanted])

        def shown(number: int, runs: int | None = None) -> Point:
            at = beds[number]
            judged = ranking.replications.get(number, 0)
            several = seen[at] if runs is None else self.runs.observed(self.place, [at], runs)[at]
            return points.point(
                path, number, several, question.norms, ranking.verdict(number), judged, cents.get(at),
                self.month,
            )  # fmt: skip

        def difference(number: int) -> ExtraBeds:
            return points.extra_beds(path, (path.now, beds[number]), seen, cents)

        smallest = ranking.smallest
        behind = {path.current: 0} | dict(ranking.replications)
        side = {path.current, path.current if smallest is None else smallest}
        most = max(question.replications, *(behind[number] for number in side))
        decided = {
            number: shown(number, most if number in side else max(count, question.replications))
            for number, count in sorted(behind.items())
        }
        return TypeAnswer(
            kind,
            points.guess(path, free, question.norms, self.years),
            shown(path.current),
            tuple(shown(number) for number in sorted({*numbers, path.current, *extra})),
            None if smallest is None else decided[smallest],
            ranking,
            tuple(difference(number) for number in extra),
            None if smallest in (None, path.current) else difference(smallest),
            tuple(decided.values()),
        )

    # ------------------------------------------------------------------ the search
    def _looks(self, kind: str) -> tuple[int, ...]:
        """Replications after which a number of a type is judged; the first type gets all looks."""
        looks = self.question.looks(self.requests[kind])
        return looks if kind == self.question.kinds[0] else looks[: len(looks) // 2] or looks

    def _searched(self, kinds: Sequence[str], looks: Mapping[str, Sequence[int]]) -> dict[str, Ranking]:
        """Smallest number of beds of each type; the only type of hospice has the answer of all."""
        hospice = [kind for kind in kinds if kind in HOSPICE_SETTINGS]
        only = hospice[0] if ANY_HOSPICE in kinds and len(hospice) == 1 else None
        asked = {kind: self._path(kind) for kind in kinds if kind != only}
        found = self._rankings(asked, self.place, looks)
        return {kind: found[ANY_HOSPICE if kind == only else kind] for kind in kinds}

    def _rankings(
        self, paths: Mapping[str, Path], place: Place, looks: Mapping[str, Sequence[int]]
    ) -> dict[str, Ranking]:
        """Smallest number of beds of each type, searched side by side."""
        searches = {}
        for kind, path in paths.items():
            load = self.load[SHORT_STAY if kind == SHORT_STAY else ANY_HOSPICE] * place.demand
            enough = fewest(partial(erlang_b, load), _NEGLIGIBLE_SHARE) or MOST_BEDS
            most = max(enough, path.current) + math.ceil(math.sqrt(load))
            searches[kind] = searching(range(most + 1), looks[kind], path.current)
        return self._found(searches, paths, place)

    def _found(
        self, searches: Mapping[str, Search], paths: Mapping[str, Path], place: Place
    ) -> dict[str, Ranking]:
        """What searches by type find, told by the runs of a place."""
        norms, month = self.question.norms, self.month

        def margins(steps: Mapping[str, tuple[list[int], int]]) -> dict[str, dict[int, Sample]]:
            by_look: dict[int, list[Beds]] = {}
            for kind, (numbers, look) in steps.items():
                by_look.setdefault(look, []).extend(paths[kind].beds(number) for number in numbers)
            seen = {look: self.runs.observed(place, beds, look) for look, beds in by_look.items()}
            return {
                kind: {
                    number: points.sample_of(seen[look][paths[kind].beds(number)], norms, kind, month)
                    for number in numbers
                }
                for kind, (numbers, look) in steps.items()
            }

        return together(searches, margins)

    def _extra(self, kind: str) -> tuple[int, ...]:
        """Beds more whose effect is shown: all steps for the first type, the first step for the others."""
        if not self.question.search:
            return ()
        return _EXTRA_BEDS if kind == self.question.kinds[0] else _EXTRA_BEDS[:1]

    def _curve(self, path: Path, ranking: Ranking) -> tuple[int, ...]:
        """Numbers of beds that the curve shows: around the beds of now and the answer.

        For the types beside the first those that were judged suffice.
        """
        if not self.question.search:
            return (path.current,)
        span = math.ceil(math.sqrt(self.load[path.kind]))
        answer = path.current if ranking.smallest is None else ranking.smallest
        low = max(min(path.current, answer) - span, 0)
        high = max(path.current, answer) + span
        step = max(math.ceil((high - low) / _CAPACITY_POINTS), 1)
        near = [number for number in ranking.replications if low <= number <= high]
        if path.kind != self.question.kinds[0]:
            return tuple(sorted({*near, answer}))
        return tuple(sorted({*range(low, high + 1, step), high, answer, *near}))

    # ------------------------------------------------------------------ money and differences
    def _priced(
        self, kind: str, numbers: Mapping[str, Sequence[int]], rankings: Mapping[str, Ranking]
    ) -> list[Beds]:
        """Beds with a price: curve, answer and more beds of the first type; one bed more of the others."""
        path, smallest = self._path(kind), rankings[kind].smallest
        wanted = {path.current + more for more in self._extra(kind)}
        if kind == self.question.kinds[0]:
            wanted |= {*numbers[kind], *(() if smallest is None else (smallest,))}
        return [path.beds(number) for number in sorted(wanted)]

    def _cents(self, path: Path, several: Sequence[Beds]) -> dict[Beds, Ints]:
        if not self.priced:
            return {}
        several = several if not self.question.closed else [*several, self.before]
        return self.runs.cents(
            self.place, path.now, several, self.question.replications, self.book, self.rules
        )

    def _closing(self, path: Path, cents: Mapping[Beds, Ints]) -> tuple[ExtraBeds, ...]:
        """Closing the sites together, against the region as it was."""
        closed = self.question.closed
        if not closed:
            return ()
        seen = self._observed((self.before, path.now))
        names = ", ".join(site.name for site in self.region.sites if site.id in closed)
        return (points.extra_beds(path, (self.before, path.now), seen, cents, names),)

    # ------------------------------------------------------------------ more deaths
    def _ageing(self) -> Ageing | None:
        """Deaths of the years to come by the ages of the region's people, where they were asked about."""
        until, first = self.question.until, self.scenario.horizon.count_from.year
        if until is None:
            return None
        if until <= first:
            raise InputError(
                "--until {until}: is not after {first}, the year that is counted; give a later year",
                until=until,
                first=first,
            )
        return ageing_of(self.region, first, until)

    def _years(self) -> list[Ahead]:
        """Years to size with their deaths: each of growth; of ageing the ends and each fifth."""
        question, first = self.question, self.scenario.horizon.count_from.year
        if self.ageing is not None:
            years = self.ageing.years
            return [each for each in years if each in (years[0], years[-1]) or not each.year % _YEARS_APART]
        later = range(question.growth_years + 1 if question.growth else 0)
        grown = [(first + n, (1 + question.growth) ** n) for n in later]
        return [Ahead(year, factor, factor, factor) for year, factor in grown]

    def _growth(self, path: Path, first: Ranking) -> tuple[Year, ...]:
        question = self.question
        out: list[Year] = []
        for ahead in self._years():
            place = self.place.grown(ahead.factor)
            ranking = first
            if out and question.search:
                looks = {path.kind: self._looks(path.kind)[:-1]}
                ranking = self._rankings({path.kind: path}, place, looks)[path.kind]
            seen = self.runs.observed(place, [path.now], question.replications)[path.now]
            now = points.point(path, path.current, seen, question.norms, ranking.verdict(path.current), 0)
            span = None if self.ageing is None else (ahead.low, ahead.high)
            load = self.load[path.kind] * ahead.factor
            out.append(Year(ahead.year, ahead.factor, load, ranking, now, span))
        return tuple(out)

    def _short(self, path: Path) -> FallsShort | None:
        """First year in which the beds of now are shown to miss a norm."""
        if self.ageing is None:
            return None
        years = self.ageing.years
        high = self._first_miss(path, [each.factor for each in years])
        if high == len(years):
            soon = self._first_miss(path, [each.high for each in years])
            early = years[soon].year if soon < len(years) else None
            return FallsShort(None, early, None, years[-1].year, self.ageing.own)
        bound = years[high].factor
        early = next(each.year for each in years if each.high >= bound)
        late = next((each.year for each in years if each.low >= bound), None)
        return FallsShort(years[high].year, early, late, years[-1].year, self.ageing.own)

    def _first_miss(self, path: Path, demands: Sequence[float]) -> int:
        """Place of the first demand with which the beds of now miss a norm, by halving, or past the end."""
        low, high = -1, len(demands)
        while high - low > 1:
            middle = (low + high) // 2
            if self._misses(path, demands[middle]):
                high = middle
            else:
                low = middle
        return high

    def _misses(self, path: Path, demand: float) -> bool:
        """Whether the beds of now are shown to miss a norm with so many times the deaths."""
        looks = self._looks(path.kind)[:-1]
        step = searching([path.current], looks, path.current)
        found = self._found({path.kind: step}, {path.kind: path}, self.place.grown(demand))
        return found[path.kind].verdict(path.current) == "misses"


def _in_order(question: Question, today: Situation) -> Question:
    """The question; where another change gives beds to what closes, all are changes in their order.

    Otherwise closing by itself stands beside the other changes.
    """
    closing = tuple(Change("close", id_) for id_ in question.closed)
    if not closing or not question.changes:
        return question
    changes = (*closing, *question.changes)
    if applied(today, changes).sites == applied(today, (*question.changes, *closing)).sites:
        return question
    return replace(question, closed=(), changes=changes)


def _cluster(question: Question) -> Cluster:
    area = question.loaded.area
    clusters = clusters_of(area)
    if question.region is None and len(clusters) == 1:
        return clusters[0]
    for cluster in clusters:
        if question.region in (cluster.id, *(region.id for _, region in cluster.members)):
            return cluster
    names = [cluster.id for cluster in clusters]
    if question.region is None:
        raise InputError(
            "{name}: has {count} regions that share no places; name one with --region: {names}",
            name=area.name,
            count=len(clusters),
            names=names,
        )
    raise InputError(
        "--region {region}: {name} has no such region; choose from {names}",
        region=question.region,
        name=area.name,
        names=names,
    )


def _standing(region: Region, beds: Beds, closed: Sequence[str]) -> Region:
    """The region as the answer shows it: beds at the end of the window, none where closed, without dates."""
    known = [site.id for site in region.sites]
    for id_ in closed:
        if id_ not in known:
            raise InputError(
                "--close {id}: {name} has no such site; choose from {known}",
                id=id_,
                name=region.name,
                known=known,
            )
    sites = tuple(
        site.model_copy(update={"beds": 0 if site.id in closed else number, "beds_from": ()})
        for site, number in zip(region.sites, beds, strict=True)
    )
    return region.model_copy(update={"sites": sites})


def kinds_of(asked: str, region_types: Sequence[str]) -> tuple[str, ...]:
    """Types that a question is about, of those that the area has a site of.

    `all` are the hospices together, then each type by itself.

    Raises InputError when there is no such type.
    """
    if asked not in TYPES:
        raise InputError("--type {asked}: no such type; choose from {types}", asked=asked, types=TYPES)
    if asked != ANY_HOSPICE:
        return (asked,)
    each = [kind for kind in TYPES if kind in region_types]
    return (ANY_HOSPICE, *each) if any(kind in HOSPICE_SETTINGS for kind in each) else tuple(each)
