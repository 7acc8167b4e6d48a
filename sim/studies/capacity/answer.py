"""The answer of a capacity study: numbers of beds with what they show, extra beds, seasons, other places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.measure.estimates import finite_json
from sim.scenario.area.place_assumptions import Corner
from sim.stats import Interval
from sim.studies.capacity.norms import Norm
from sim.studies.capacity.ranking import Ranking, Verdict


@dataclass(frozen=True)
class Point:
    """One number of beds."""

    beds: Mapping[str, int]  # of every type that the region has; `sites` of each site
    sites: tuple[int, ...]
    total: int  # beds along the path, and how many more that is than now
    extra: int
    values: Mapping[str, Interval]  # PLACE_MEASURES; shares lie between 0 and 1
    norms: Mapping[str, Interval]  # share that the norm is about: in time, refused, ...
    in_norm: Interval  # share of years (counted windows) that keep to every norm by themselves
    verdict: Verdict  # on the mean over years, with 95% confidence for the whole search
    judged: int  # replications behind the verdict; 0 where that of a neighbour settles it
    # Euros in the counted window by payer, `total` among them; None where no price was asked for
    cost: Mapping[str, Interval] | None = None
    each: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # EACH by replication


@dataclass(frozen=True)
class ExtraBeds:
    """Effect of a change of beds: paired differences with the beds of now."""

    extra: int  # beds more, or fewer when negative; `beds` are those then, by type
    beds: Mapping[str, int]
    differences: Mapping[str, Interval]  # all measures but that of a wait within a day
    cost: Mapping[str, Interval]  # euros by payer, `total` among them
    # Euros for each request that no longer ends without a bed (refused, or died waiting); negative when it
    # saves. Fieller's interval, NaN bounds where there is none
    cost_per_refusal: Interval
    closed: str = ""  # site that closes


@dataclass(frozen=True)
class Guess:
    """Analytic first guess of one type, or of all hospices together."""

    load: float  # offered load in beds: mean number of beds in use when nobody waits
    requests: float  # a year
    stay_days: float  # mean stay when nobody waits
    patience_days: float  # mean
    # At the beds of now, as one pool: share refused if nobody waited (Erlang B), share that waits if
    # everybody did for ever (Erlang C), share whose patience runs out (Erlang A)
    refused_b: float
    wait_c: float
    refused_a: float
    # Erlang A with every site on its own: requests in proportion to its beds, no looking elsewhere
    refused_sites: float
    # Beds that the formula of each norm asks for: Erlang A for refusals, Erlang C for waits
    fewest: Mapping[str, int | None]
    fewest_sites: Mapping[str, int | None]  # the same with every site on its own, added up


@dataclass(frozen=True)
class Month:
    """A calendar month (`2026-01`) at the beds of now; its load is the beds in use when nobody waits."""

    month: str
    load: Interval
    requests: Interval
    not_admitted: Interval
    occupancy: Interval

    @property
    def measures(self) -> dict[str, Interval]:
        """All but the month itself."""
        return {name: value for name, value in vars(self).items() if name != "month"}


@dataclass(frozen=True)
class Year:
    """Beds that a year with more or fewer deaths asks for, and that year with the beds of now."""

    year: int
    demand: float  # deaths as a multiple of those of the first year
    load: float
    ranking: Ranking
    now: Point
    # Least and most of the demand over the ranges of what is assumed of ageing
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class RunningBed:
    """What a bed of a type costs its house a year, in use or not: assumptions, in euros."""

    kind: str
    fixed: float
    staff: float
    low: float  # least and most of fixed costs and staff together over their ranges
    high: float
    subsidy: float  # of the Regeling PTZ at most: its maximum a client times the guests of a bed of now


@dataclass(frozen=True)
class FallsShort:
    """When the beds of now no longer meet the norms, as far as the year `until`."""

    year: int | None  # first year in which they are shown to miss a norm; None where none is
    early: int | None  # the same where deaths rise as fast, and as slowly, as the assumptions on ageing allow
    late: int | None
    until: int
    own: bool  # whether the ages are those of the region's own municipalities, or those of the nation


@dataclass(frozen=True)
class TypeAnswer:
    """All about one type (`bth`, `hch`, `pu` or `elv`), or about `all` hospices together."""

    kind: str
    guess: Guess
    now: Point  # beds as the region has them
    curve: tuple[Point, ...]  # ascending
    smallest: Point | None  # smallest number of beds shown to meet the norms
    ranking: Ranking
    per_extra: tuple[ExtraBeds, ...]
    change: ExtraBeds | None = None  # from now to the smallest, where that is another
    # Every number that was judged and the beds of now, ascending, with all replications behind the verdict;
    # the beds of now and the smallest number with equally many
    decided: tuple[Point, ...] = ()

    def fullest(self, total: int) -> Point:
        """A number of beds with the most replications that were made of it."""
        return next(point for point in (*self.decided, *self.curve) if point.total == total)


@dataclass(frozen=True)
class House:
    """One site in a situation: its beds at the end of the window, and the share of its bed days in use."""

    id: str
    name: str
    kind: str
    beds: int
    occupancy: Interval


@dataclass(frozen=True)
class Outcome:
    """One situation, beside today (which has no name and no differences)."""

    name: str
    changes: tuple[str, ...]
    beds: Mapping[str, int]  # by type, when the counted window ends
    values: Mapping[str, Interval]  # COMPARED_MEASURES
    norms: Mapping[str, Interval]
    houses: tuple[House, ...]
    # Euros by payer, `total` among them; empty without prices, or where longer stays have none
    cost: Mapping[str, Interval] = field(default_factory=dict)
    # Paired, this less today; so are those of costs
    differences: Mapping[str, Interval] = field(default_factory=dict)
    cost_differences: Mapping[str, Interval] = field(default_factory=dict)
    # Least and most of the mean of `differences` (of `values` for today) over the ranges of the assumptions
    # about places, one moved at a time
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    unpriced: bool = False  # whether the costs are left out because guests stay longer


@dataclass(frozen=True)
class Compared:
    """Today and alternatives, of a type or of all hospices, with the ends of ranges that `ranges` look at."""

    kind: str
    today: Outcome
    others: tuple[Outcome, ...]
    replications: int
    assumptions: tuple[Corner, ...]


@dataclass(frozen=True)
class Capacity:
    """The answer of a capacity study."""

    area: str
    region: str
    scenario: str
    title: Mapping[str, str]
    seed: int
    replications: int  # of every number on a curve
    most_replications: int  # behind a verdict
    confidence: float
    norms: tuple[Norm, ...]
    peak: str | None  # month in which the norms must hold, when that was asked for
    years: float  # length of the counted window; `window` is half-open
    window: tuple[str, str]
    sites: tuple[tuple[str, str, str, int], ...]
    types: Mapping[str, TypeAnswer]
    months: tuple[Month, ...] = ()
    busiest: str = ""  # month with the highest offered load
    growth: tuple[Year, ...] = ()
    closing: tuple[ExtraBeds, ...] = ()
    # Share of the costs with the beds of now that rests on assumed prices; None without prices
    assumed: float | None = None
    # Types of hospice without a site, and the share of requests that would first want them
    missing: Mapping[str, float] = field(default_factory=dict)
    turnover_days: float = 0.0
    runs: int = 0  # runs of the queue and prices that this answer rests on
    header: Mapping[str, Any] = field(default_factory=dict)  # what makes stored runs those of this study
    # As of a run: merged scenario and area, seed, replications, hashes, versions, tariff rows
    manifest: Mapping[str, Any] = field(default_factory=dict)
    compared: Compared | None = None  # today beside changed places, where changes were asked about
    short: FallsShort | None = None  # where years were looked at by the ageing of the region
    running: tuple[RunningBed, ...] = ()  # of the types of hospice that were sized


def as_json(found: Capacity) -> dict[str, Any]:
    """The document of `palsim capacity --json`; numbers that do not exist are None.

    `curve`, `smallest` and `per_extra_bed` of the first type asked for stand at the top; those of every type
    under `types`.
    """
    types = {kind: _type_json(answer) for kind, answer in found.types.items()}
    first = next(iter(types.values()))
    document = {
        "area": found.area,
        "region": found.region,
        "scenario": found.scenario,
        "seed": found.seed,
        "replications": found.replications,
        "most_replications": found.most_replications,
        "confidence": found.confidence,
        "window": found.window,
        "norm": [norm.text for norm in found.norms],
        "peak_month": found.peak,
        "type": next(iter(types)),
        "sites": [
            {"id": id_, "name": name, "type": kind, "beds": beds} for id_, name, kind, beds in found.sites
        ],
        **first,
        "types": types,
        "months": found.months,
        "busiest_month": found.busiest or None,
        "growth": [
            {
                "year": year.year,
                "demand": year.demand,
                "demand_range": year.span,
                "offered_load": year.load,
                **_ranked(year.ranking),
                "now": _point_json(year.now),
            }
            for year in found.growth
        ],
        "running_cost": found.running,
        "falls_short": found.short,
        "closing": [_extra_json(row) for row in found.closing],
        "assumed_price_share": found.assumed,
        "missing_types": found.missing,
        "turnover_days": found.turnover_days,
        "runs": found.runs,
        "places": None if found.compared is None else _compared_json(found.compared),
    }
    answer: dict[str, Any] = finite_json(document)
    return answer


def _ranked(ranking: Ranking) -> dict[str, Any]:
    return {
        "smallest": ranking.smallest,
        "decided": ranking.decided,
        "largest_missing": ranking.largest_missing,
        "undecided": ranking.open,
    }


def _type_json(answer: TypeAnswer) -> dict[str, Any]:
    smallest = None
    if answer.smallest is not None:
        smallest = {**_point_json(answer.smallest), "replications": answer.smallest.judged}
    ranked = {key: value for key, value in _ranked(answer.ranking).items() if key != "smallest"}
    guess = answer.guess
    return {
        "offered_load": {
            "beds": guess.load,
            "requests_per_year": guess.requests,
            "stay_days": guess.stay_days,
            "patience_days": guess.patience_days,
        },
        "analytic": {
            "refused_erlang_b": guess.refused_b,
            "waits_erlang_c": guess.wait_c,
            "refused_erlang_a": guess.refused_a,
            "refused_erlang_a_per_site": guess.refused_sites,
            "beds_pooled": guess.fewest,
            "beds_per_site": guess.fewest_sites,
        },
        "now": _point_json(answer.now),
        "curve": [_point_json(point) for point in answer.curve],
        "smallest": smallest,
        **ranked,
        "per_extra_bed": [_extra_json(row) for row in answer.per_extra],
        "judged": [_point_json(point) for point in answer.decided],
        "change": None if answer.change is None else _extra_json(answer.change),
    }


def _point_json(point: Point) -> dict[str, Any]:
    payers = {payer: value.mean for payer, value in (point.cost or {}).items()}
    cost = payers.pop("total", None)
    return {
        "beds": point.beds,
        "total": point.total,
        "extra": point.extra,
        **{name: value.mean for name, value in point.values.items()},
        "cost_by_payer": None if point.cost is None else payers,
        "cost": cost,
        "meets_norm": {"meets": True, "misses": False}.get(point.verdict),
        "norms": point.norms,
        "in_norm": point.in_norm,
        "intervals": {
            **{name: [value.low, value.high] for name, value in point.values.items()},
            **{f"cost_{payer}": [value.low, value.high] for payer, value in (point.cost or {}).items()},
        },
        "judged_on": point.judged,
        "n": point.values["requests"].n,
    }


def _extra_json(row: ExtraBeds) -> dict[str, Any]:
    return {
        "extra": row.extra,
        "beds": row.beds,
        "closed": row.closed or None,
        "avoided_refusals": -row.differences["refusals"].mean,
        "avoided_not_placed": -row.differences["not_placed"].mean,
        "differences": row.differences,
        "cost_by_payer": {payer: value for payer, value in row.cost.items() if payer != "total"},
        "cost": row.cost.get("total"),
        "cost_per_avoided_refusal": row.cost_per_refusal,
    }


def _compared_json(found: Compared) -> dict[str, Any]:
    """Alternatives as `finite_json` puts them in the document."""
    return {
        "type": found.kind,
        "replications": found.replications,
        "assumptions": [
            {"setting": f"places.{end.setting}", "value": end.value} for end in found.assumptions
        ],
        "today": _outcome_json(found.today),
        "alternatives": [_outcome_json(each) for each in found.others],
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    names = ("id", "name", "type", "beds", "occupancy")
    return {key: value for key, value in vars(outcome).items() if key != "unpriced"} | {
        "houses": [dict(zip(names, vars(each).values(), strict=True)) for each in outcome.houses],
        "cost": outcome.cost or None,
        "cost_differences": outcome.cost_differences or None,
    }
