"""From observed replications to the numbers of a capacity answer: points, differences, months, guesses."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from sim import dates, stats, units
from sim.measure.moves import months_of
from sim.measure.tables import Window
from sim.schema import PAYERS
from sim.stats import Interval
from sim.studies.capacity.answer import ExtraBeds, Guess, Month, Point
from sim.studies.capacity.norms import OCCUPANCY, WAIT, Norm
from sim.studies.capacity.observe import ADMITTED, LOST, SHORT_STAY, Observed
from sim.studies.capacity.paths import Beds, Path
from sim.studies.capacity.place_measures import EACH, PLACE_MEASURES, unit_of
from sim.studies.capacity.queueing import erlang_a, erlang_b, erlang_c, fewest
from sim.studies.capacity.ranking import Sample, Verdict
from sim.units import Floats, Ints


def measured(several: Sequence[Observed], kind: str) -> dict[str, Floats]:
    """Every measure of a type, one value a replication; NaN where there was nothing to observe."""
    rows = [_one(found, kind) for found in several]
    return {name: np.array([row[name] for row in rows], np.float64) for name in rows[0]}


def _one(found: Observed, kind: str) -> dict[str, float]:
    mine = found.of(kind)
    outcome, wait = found.outcome[mine], found.wait[mine]
    asked = len(outcome)
    waits = wait[outcome == ADMITTED]
    used, room = found.bed_minutes(kind)
    lost = {name: int(np.isin(outcome, ends).sum()) for name, ends in LOST.items()}
    p90 = stats.quantile_of_counts(*np.unique(waits, return_counts=True), units.P90)
    return {
        "requests": float(asked),
        "at_once": share_of(int(((outcome == ADMITTED) & (wait == 0)).sum()), asked),
        "wait_mean_days": float(waits.mean()) / units.MINUTES_PER_DAY if len(waits) else math.nan,
        "wait_p90_days": p90 / units.MINUTES_PER_DAY,
        **{name: share_of(number, asked) for name, number in lost.items()},
        "occupancy": share_of(int(used.sum()), int(room.sum())),
        "blocked_days": found.blocked_minutes / units.MINUTES_PER_DAY,
        "hospital_deaths": float(found.hospital_deaths),
        "home_deaths": float(found.home_deaths),
        "full_days": found.full_minutes(kind) / units.MINUTES_PER_DAY,
        "refusals": float(lost["refused"]),
        "not_placed": float(lost["not_admitted"]),
    }


def share_of(part: int, whole: int) -> float:
    """A part of a whole; NaN of nothing."""
    return part / whole if whole else math.nan


def point(
    path: Path,
    total: int,
    several: Sequence[Observed],
    norms: Sequence[Norm],
    verdict: Verdict,
    judged: int,
    cents: Ints | None = None,
    month: Window | None = None,
) -> Point:
    """One number of beds along a path as the answer shows it, judged on so many replications.

    Cents are as `priced`; the norms must hold in the month, where one is given.
    """
    values = measured(several, path.kind)
    beds = path.beds(total)
    kept = [all(norm.margin(found, path.kind, month) <= 0 for norm in norms) for found in several]
    return Point(
        path.by_type(beds),
        beds,
        total,
        total - path.current,
        {name: interval_of(name)(values[name]) for name in PLACE_MEASURES},
        norm_shares(several, norms, path.kind, month),
        _interval(kept, stats.share_interval),
        verdict,
        judged,
        None if cents is None else euros(cents, stats.amount_interval),
        {name: tuple(values[name].tolist()) for name in EACH},
    )


def norm_shares(
    several: Sequence[Observed], norms: Sequence[Norm], kind: str, month: Window | None = None
) -> dict[str, Interval]:
    """Share that each norm is about."""
    return {
        norm.text: _interval(
            [share_of(*norm.counts(found, kind, month)) for found in several], stats.share_interval
        )
        for norm in norms
    }


def interval_of(measure: str) -> Callable[[Floats], Interval]:
    """How the interval of a measure is made: of a share, or of an amount of 0 or more."""
    return stats.share_interval if unit_of(measure) == "share" else stats.amount_interval


def euros(cents: Ints, interval: Callable[[Floats], Interval]) -> dict[str, Interval]:
    """Euros of each payer and in all, over replications of cents as `priced`."""
    paid = np.asarray(cents[:, : len(PAYERS)], np.float64) / units.CENTS_PER_EURO
    each = {payer: interval(paid[:, n]) for n, payer in enumerate(PAYERS)}
    return {"total": interval(paid.sum(axis=1)), **each}


def assumed_share(cents: Ints | None) -> float | None:
    """Share at assumed prices, the mean over the replications of cents as `priced`; None without prices."""
    if cents is None:
        return None
    whole = cents[:, : len(PAYERS)].sum(axis=1)
    paid = whole > 0
    return stats.mean(cents[paid, len(PAYERS)] / whole[paid])


def extra_beds(
    path: Path,
    pair: tuple[Beds, Beds],
    seen: Mapping[Beds, Sequence[Observed]],
    cents: Mapping[Beds, Ints],
    closed: str = "",
) -> ExtraBeds:
    """Paired differences of two numbers of beds in the same replications, with their cents as `priced`."""
    before, after = (measured(seen[beds], path.kind) for beds in pair)
    had, have = (path.by_type(beds) for beds in pair)
    differences = {name: stats.paired_interval(before[name], after[name]) for name in before}
    cost, per_refusal = {}, Interval(math.nan, math.nan, math.nan, 0)
    if all(beds in cents for beds in pair):
        change = cents[pair[1]] - cents[pair[0]]
        cost = euros(change, stats.t_interval)
        avoided = (before["not_placed"] - after["not_placed"])[: len(change)]
        whole = change[:, : len(PAYERS)].sum(axis=1) / units.CENTS_PER_EURO
        per_refusal = stats.ratio_interval(avoided, whole)
    extra = sum(have[kind] - had[kind] for kind in path.kinds)
    return ExtraBeds(extra, have, differences, cost, per_refusal, closed)


def months(window: Window, now: Sequence[Observed], free: Sequence[Observed], kind: str) -> tuple[Month, ...]:
    """Every month of the counted window with the beds of now, and with beds for everybody (`free`)."""
    rows = []
    for place, (name, month) in enumerate(months_of(window)):
        inside = [found.of(kind, month) for found in now]
        lost = [
            share_of(int((found.outcome[mine] != ADMITTED).sum()), int(mine.sum()))
            for found, mine in zip(now, inside, strict=True)
        ]
        load = [float(found.bed_minutes(kind)[0][place]) / (month.high - month.low) for found in free]
        used = [(found.bed_minutes(kind)[0][place], found.bed_minutes(kind)[1][place]) for found in now]
        rows.append(
            Month(
                name,
                _interval(load, stats.amount_interval),
                _interval([int(mine.sum()) for mine in inside], stats.amount_interval),
                _interval(lost, stats.share_interval),
                _interval([share_of(int(part), int(whole)) for part, whole in used], stats.share_interval),
            )
        )
    return tuple(rows)


def busiest_month(window: Window, winter_peak: float, stay_days: float) -> int | None:
    """Place of the month in which most beds are expected to be in use, by the season of deaths alone.

    The largest of twelve simulated means is mostly chance, so no run chooses the month. Deaths lie around
    1 January as 1 + peak cos(2 pi x) over the year x; guests are in bed before they die, half a stay on
    average. None where deaths have no season.
    """
    if not winter_peak:
        return None
    turn = 2 * math.pi / units.MINUTES_PER_MEAN_YEAR
    ahead = stay_days * units.MINUTES_PER_DAY / 2 if math.isfinite(stay_days) else 0.0

    means = []
    for _, month in months_of(window):
        start = dates.minute_of(dates.date_of(month.low).replace(month=1, day=1))
        first, last = (turn * (minute - start + ahead) for minute in (month.low, month.high))
        means.append(winter_peak * (math.sin(last) - math.sin(first)) / (last - first))
    return means.index(max(means))


def requests_of(several: Sequence[Observed], kind: str) -> float:
    """Mean number of requests of a type in the counted window."""
    return float(np.mean([found.of(kind).sum() for found in several]))


def stay_days_of(free: Sequence[Observed], kind: str, years: float) -> float:
    """Mean stay when nobody waits; NaN without a request."""
    asked = requests_of(free, kind)
    return offered_load(free, kind, years) * years * units.DAYS_PER_MEAN_YEAR / asked if asked else math.nan


def sample_of(several: Sequence[Observed], norms: Sequence[Norm], kind: str, month: Window | None) -> Sample:
    """What replications show of norms, for a verdict."""
    none = (-1, 0.0)
    margins = [[norm.margin(found, kind, month) for found in several] for norm in norms]
    counted = [[norm.events(found, kind, month) or none for found in several] for norm in norms]
    return Sample(
        np.array(margins, np.float64),
        np.array([[events for events, _ in row] for row in counted], np.int64),
        np.array([[allowed for _, allowed in row] for row in counted], np.float64),
    )


def _interval(values: Sequence[float], interval: Callable[[Floats], Interval]) -> Interval:
    return interval(np.array(values, np.float64))


Formula = tuple[Callable[[float, int], float], float]
"""Share at an offered load and a number of beds, and its bound."""


def guess(path: Path, free: Sequence[Observed], norms: Sequence[Norm], years: float) -> Guess:
    """Analytic first guess from the offered load, by replications with beds for everybody."""
    kind = path.kind
    load = offered_load(free, kind, years)
    asked, stay = requests_of(free, kind), stay_days_of(free, kind, years)
    patience = 0.0 if kind == SHORT_STAY else path.scenario.hospice.patience.value
    stays = patience / stay if asked else 0.0
    sites = [site.beds for site in path.region.sites if site.setting in path.kinds and site.beds]
    beds = sum(sites)
    apart = [(number / beds, erlang_a(load * number / beds, number, stays)[1]) for number in sites]
    formulas = {norm.text: _formula(norm, stay, stays) for norm in norms}
    return Guess(
        load,
        asked / years,
        stay,
        patience,
        erlang_b(load, beds),
        erlang_c(load, beds),
        erlang_a(load, beds, stays)[1],
        sum(part * refused for part, refused in apart) if apart else 1.0,
        {text: None if f is None else _fewest(load, f) for text, f in formulas.items()},
        {
            text: None if f is None or not apart else _sum(_fewest(load * part, f) for part, _ in apart)
            for text, f in formulas.items()
        },
    )


def formula_beds(norms: Sequence[Norm], load: float, stay: float, patience: float) -> int | None:
    """Beds as one pool that the formulas of all norms ask for; None where one has none.

    The offered load is in beds, the mean stay and patience in days.
    """
    formulas = [_formula(norm, stay, patience / stay if stay else 0.0) for norm in norms]
    found = [_fewest(load, formula) for formula in formulas if formula is not None]
    return max((n for n in found if n is not None), default=None) if None not in found else None


def offered_load(free: Sequence[Observed], kind: str, years: float) -> float:
    """Mean number of beds in use when nobody waits."""
    used = np.mean([int(found.bed_minutes(kind)[0].sum()) for found in free])
    return float(used) / (years * units.MINUTES_PER_MEAN_YEAR)


def _formula(norm: Norm, stay: float, patience: float) -> Formula | None:
    """What a norm asks of a formula; none for deaths in the queue, which no formula here knows."""

    def gives_up(load: float, beds: int) -> float:
        return erlang_a(load, beds, patience)[1]

    def waits_longer(load: float, beds: int) -> float:
        over = max(beds - load, 0.0) * norm.bound / stay if stay else 0.0
        return erlang_c(load, beds) * math.exp(-over)

    def in_use(load: float, beds: int) -> float:
        return load * (1 - gives_up(load, beds)) / beds if beds else 1.0

    if norm.measure == WAIT:
        return (waits_longer if patience else gives_up), 1 - norm.share
    if norm.measure == OCCUPANCY:
        return in_use, norm.bound
    return None if norm.measure == "died_waiting" else (gives_up, norm.bound)


def _fewest(load: float, formula: Formula) -> int | None:
    share, bound = formula
    return fewest(lambda number: share(load, number), bound)


def _sum(numbers: Iterable[int | None]) -> int | None:
    found = list(numbers)
    return None if None in found else sum(number for number in found if number is not None)
