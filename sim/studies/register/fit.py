"""What a register says: requests, stays, refusals, patience and occupancy, each with its 95% interval."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.scenario.area.register_file import NOT_KNOWN, ORIGINS, REASONS, Register
from sim.stats import CONFIDENCE_LEVEL, Interval, t_interval
from sim.studies.register.stay import MOST_LOG_ERROR, Fitted, Survived, fit_stay, kaplan_meier
from sim.units import DAYS_PER_MEAN_YEAR, MONTHS_PER_YEAR, Bools, Floats, Ints

_NEWTON_ROUNDS = 50  # steps of Newton's method that a fit may take

GAVE_UP = ("geen_plaats", "elders", "ingetrokken")
"""Reasons by which a request ends because no place came in time."""
_TAIL = (1 - CONFIDENCE_LEVEL) / 2


@dataclass(frozen=True)
class Closing:
    """Beds of a house, by default all, that are shut for some days."""

    house: str
    first: dt.date
    last: dt.date
    beds: int | None = None


@dataclass(frozen=True)
class TooMany:
    """A row whose guest came into a house that was full: how many days there were more guests than beds."""

    number: int
    house: str
    days: int


@dataclass(frozen=True)
class House:
    """What a register says of one house."""

    name: str
    beds: int
    stated: bool  # whether the beds were given; else they are the most guests that were there at once
    guests: int  # admissions in the days of the register, as those of `mean_days`
    bed_days: int  # days in beds
    open_days: int  # days that a bed was open
    occupancy: Interval  # over the register, with the spread of its months
    mean_days: float  # of the stays that ended
    # Median days that a bed stays empty while somebody waits; NaN where that never happened
    turnover_days: float


@dataclass(frozen=True)
class Arrivals:
    """Requests over time."""

    per_year: Interval
    by_origin: Mapping[str, Interval]
    # Every month of the register (`2026-03`), in order, to its requests by origin
    by_month: Mapping[str, Mapping[str, int]]
    trend: Interval  # growth a year as a share; NaN where the register is too short
    # Month of the year to its requests as a multiple of the mean; empty where the register is too short
    season: Mapping[int, float]
    season_p: float  # probability of so strong a season by chance


@dataclass(frozen=True)
class RegisterFit:
    """What a register says."""

    register: Register
    arrivals: Arrivals
    stay: tuple[Fitted, ...]  # the best first; empty where too few stays ended
    survival: Survived
    # Shares of the settled requests by reason, and that ended because no place came in time (NaN of none)
    refused: Mapping[str, Interval]
    gave_up: Interval
    # Mean days after which somebody gives up waiting (exponential); NaN where nobody did
    patience_days: Interval
    wait_days: Interval  # mean wait of those admitted
    houses: tuple[House, ...]
    too_many: tuple[TooMany, ...]
    closed: tuple[Closing, ...] = ()  # also after the register: the weeks to come are without them


def fit_register(
    register: Register, beds: Mapping[str, int] | None = None, closed: Sequence[Closing] = ()
) -> RegisterFit:
    """Estimate what a register tells of its houses, whose closed beds count neither as open nor as empty."""
    asked = register.requests()
    inside = asked.admitted != NOT_KNOWN
    days, ended = stays_of(asked)
    houses, too_many = [], []
    for name in register.houses:
        house, over = _house(register, name, (beds or {}).get(name), closed)
        houses.append(house)
        too_many += over
    return RegisterFit(
        register,
        _arrivals(asked),
        tuple(fit_stay(days, ended)),
        kaplan_meier(days, ended),
        *_refused(asked),
        _patience(asked),
        t_interval((asked.admitted[inside] - asked.asked[inside]).astype(np.float64)),
        tuple(houses),
        tuple(sorted(too_many, key=lambda row: row.number)),
        tuple(closed),
    )


def estimates_of(fit: RegisterFit) -> dict[str, Interval]:
    """The estimates that stand beside those of the model, by name."""
    used, offered = sum(h.bed_days for h in fit.houses), sum(h.open_days for h in fit.houses)
    out = {"requests": fit.arrivals.per_year, "wait_days": fit.wait_days, "patience_days": fit.patience_days}
    if fit.stay:
        out["stay_days"] = fit.stay[0].mean
    if fit.gave_up.n:
        out["refused"] = fit.gave_up
    if offered:
        out["occupancy"] = Interval(used / offered, math.nan, math.nan, len(fit.houses))
    return out


def poisson_interval(count: int, exposure: float) -> Interval:
    """A rate with its exact interval (Garwood): events over what they were counted in."""
    low = float(special.gammaincinv(count, _TAIL)) if count else 0.0
    high = float(special.gammaincinv(count + 1, 1 - _TAIL))
    return Interval(count / exposure, low / exposure, high / exposure, count)


def binomial_interval(count: int, total: int) -> Interval:
    """A share with its exact interval (Clopper and Pearson)."""
    low = float(special.betaincinv(count, total - count + 1, _TAIL)) if count else 0.0
    high = float(special.betaincinv(count + 1, total - count, 1 - _TAIL)) if count < total else 1.0
    return Interval(count / total, low, high, total)


# ------------------------------------------------------------------ requests
def _arrivals(register: Register) -> Arrivals:
    years = (register.until - register.since) / DAYS_PER_MEAN_YEAR
    months: dict[str, Counter[str]] = {_month(d): Counter() for d in range(register.since, register.until)}
    for day, origin in zip(register.asked.tolist(), register.origin.tolist(), strict=True):
        months[_month(day)][ORIGINS[origin]] += 1
    origins = {
        word: poisson_interval(int((register.origin == code).sum()), years)
        for code, word in enumerate(ORIGINS)
        if (register.origin == code).any()
    }
    trend, season, p = _course(register)
    return Arrivals(
        poisson_interval(len(register), years),
        origins,
        {month: dict(counts) for month, counts in months.items()},
        trend,
        season,
        p,
    )


def _month(day: int) -> str:
    return dt.date.fromordinal(day).strftime("%Y-%m")


def _full_months(register: Register) -> tuple[Ints, Floats, Floats]:
    """Each whole month of the register (0 is January), its days and its requests."""
    before, until = (
        np.datetime64(dt.date.fromordinal(day), "M") for day in (register.since - 1, register.until)
    )
    edges = np.arange(before + 1, until + 1)
    days = [day.toordinal() for day in edges.astype("datetime64[D]").tolist()]
    asked = np.searchsorted(np.sort(register.asked), days)
    months = edges[:-1].astype(np.int64) % MONTHS_PER_YEAR
    return months, np.diff(days).astype(np.float64), np.diff(asked).astype(np.float64)


def _course(register: Register) -> tuple[Interval, dict[int, float], float]:
    """Trend and season of the requests: a Poisson regression on whole months, spread as wide as they show.

    None where requests are too few, or too close together, to tell them.
    """
    months, days, count = _full_months(register)
    none = Interval(math.nan, math.nan, math.nan, len(months))
    if len(months) < MONTHS_PER_YEAR or not count.sum():
        return none, {}, math.nan
    time = np.arange(len(months)) / MONTHS_PER_YEAR
    angle = 2 * math.pi * months / MONTHS_PER_YEAR
    straight = np.column_stack([np.ones(len(time)), time - time.mean()])
    waves = np.column_stack([straight, np.cos(angle), np.sin(angle)])
    seasonal = len(months) >= 2 * MONTHS_PER_YEAR
    design = waves if seasonal else straight
    try:
        slopes, spread, loss = _regress(design, count, days)
    except np.linalg.LinAlgError:
        return none, {}, math.nan
    error = float(special.ndtri(1 - _TAIL)) * math.sqrt(abs(spread[1, 1]))
    if not error <= MOST_LOG_ERROR:
        return none, {}, math.nan
    grown, low, high = (math.expm1(slopes[1] + e) for e in (0.0, -error, error))
    trend = Interval(grown, low, high, len(months))
    if not seasonal:
        return trend, {}, math.nan
    gain = 2 * (_regress(straight, count, days)[2] - loss)
    at = 2 * math.pi * np.arange(MONTHS_PER_YEAR) / MONTHS_PER_YEAR
    wave = np.exp(slopes[2] * np.cos(at) + slopes[-1] * np.sin(at))
    season = {month: float(each) for month, each in enumerate(wave / wave.mean(), start=1)}
    return trend, season, math.exp(-max(gain, 0) / 2)


def _regress(design: Floats, count: Floats, days: Floats) -> tuple[Floats, Floats, float]:
    """Coefficients of a Poisson regression, their covariance, and what the likelihood loses.

    Raises LinAlgError, or gives what is not finite, where requests in few months tell no coefficients.
    """
    slopes = np.zeros(design.shape[1])
    slopes[0] = math.log(count.sum() / days.sum())
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON_ROUNDS):
            expected = days * np.exp(design @ slopes)
            slopes = slopes + np.linalg.solve((design.T * expected) @ design, design.T @ (count - expected))
        expected = days * np.exp(design @ slopes)
        free = max(len(count) - design.shape[1], 1)
        wider = max(float(((count - expected) ** 2 / expected).sum()) / free, 1.0)
        loss = float((expected - count * np.log(expected)).sum())
        return slopes, wider * np.linalg.inv((design.T * expected) @ design), loss / wider


# ------------------------------------------------------------------ refusals and patience
def _refused(register: Register) -> tuple[dict[str, Interval], Interval]:
    """Shares of the settled requests by reason, and of those that gave up waiting."""
    ended = register.declined != NOT_KNOWN
    total = int(((register.admitted != NOT_KNOWN) | ended).sum())
    if not total:
        return {}, Interval(math.nan, math.nan, math.nan, 0)
    count = {word: int((ended & (register.reason == code)).sum()) for code, word in enumerate(REASONS)}
    shares = {word: binomial_interval(n, total) for word, n in count.items() if n}
    return shares, binomial_interval(sum(count[word] for word in GAVE_UP), total)


def _patience(register: Register) -> Interval:
    """Mean days until somebody gives up: all waiting over the times that it ended so."""
    ended = np.where(register.admitted != NOT_KNOWN, register.admitted, register.declined)
    waited = np.where(ended == NOT_KNOWN, register.until, ended) - register.asked
    gave_up = (register.declined != NOT_KNOWN) & np.isin(register.reason, [REASONS.index(w) for w in GAVE_UP])
    count, exposure = int(gave_up.sum()), float(waited.sum())
    if not count or not exposure:
        return Interval(math.nan, math.nan, math.nan, 0)
    rate = poisson_interval(count, exposure)
    return Interval(1 / rate.mean, 1 / rate.high, 1 / rate.low, count)


# ------------------------------------------------------------------ houses
def _house(
    register: Register, name: str, beds: int | None, closed: Sequence[Closing]
) -> tuple[House, list[TooMany]]:
    mine = (register.house == register.houses.index(name)) & (register.admitted != NOT_KNOWN)
    start, end = register.admitted[mine], register.left[mine]
    stays = end != NOT_KNOWN
    end = np.where(stays, end, register.until)
    days = np.arange(register.since, register.until)
    there = _there(start, end, register.since, register.until)
    most = int(there.max()) if len(there) else 0
    open_beds = beds_open(name, most if beds is None else beds, days, closed)
    occupancy = _occupancy(days, there, open_beds)
    came = start >= register.since
    over = _too_many(register.numbers[mine], (start, end), there - open_beds, register.since, name)
    house = House(
        name,
        most if beds is None else beds,
        beds is not None,
        int(came.sum()),
        int(there.sum()),
        int(open_beds.sum()),
        occupancy,
        float((end - start)[stays & came].mean()) if (stays & came).any() else math.nan,
        _turnover(register, start, end[stays], there, open_beds),
    )
    return house, over


def beds_open(house: str, beds: int, days: Ints, closed: Sequence[Closing]) -> Ints:
    """Beds of a house that are open on each day (proleptic ordinal)."""
    found = np.full(len(days), beds)
    for shut in closed:
        if shut.house == house:
            during = (days >= shut.first.toordinal()) & (days <= shut.last.toordinal())
            less = found if shut.beds is None else shut.beds
            found = np.where(during, np.maximum(found - less, 0), found)
    return found


def _there(start: Ints, end: Ints, since: int, until: int) -> Ints:
    """Guests by day: from the day of admission to before the day of leaving."""
    steps = np.zeros(until - since + 1, np.int64)
    np.add.at(steps, np.maximum(start, since) - since, 1)
    np.add.at(steps, np.maximum(end, since) - since, -1)
    return np.cumsum(steps)[:-1]


def _occupancy(days: Ints, there: Ints, open_beds: Ints) -> Interval:
    """Bed days over open bed days, with the spread of the whole months (a ratio by its residuals)."""
    total = int(open_beds.sum())
    if not total:
        return Interval(math.nan, math.nan, math.nan, 0)
    share = float(there.sum()) / total
    month = np.array([_month(day) for day in days.tolist()])
    names, place = np.unique(month, return_inverse=True)
    used, offered = (np.bincount(place, weights=each) for each in (there, open_beds))
    n = len(names)
    if n <= 2:
        return Interval(share, math.nan, math.nan, n)
    rest = used - share * offered
    error = math.sqrt(float((rest**2).sum()) * n / (n - 1)) / total
    reach = float(special.stdtrit(n - 1, 1 - _TAIL)) * error
    return Interval(share, max(share - reach, 0.0), min(share + reach, 1.0), n)


def _too_many(numbers: Ints, stays: tuple[Ints, Ints], over: Ints, since: int, house: str) -> list[TooMany]:
    """Rows after which a house held more guests than beds; of those there, who came last is one too many."""
    start, end = stays
    found: Counter[int] = Counter()
    for day in np.flatnonzero(over > 0).tolist():
        came = np.flatnonzero((start <= since + day) & (end > since + day))
        last = came[np.argsort(start[came], kind="stable")][-int(over[day]) :]
        found.update(int(numbers[row]) for row in last)
    return [TooMany(number, house, days) for number, days in found.items()]


def _turnover(register: Register, start: Ints, left: Ints, there: Ints, open_beds: Ints) -> float:
    """Median days from a guest's leaving of a full house to the next admission, while somebody waited."""
    ended = np.where(register.admitted != NOT_KNOWN, register.admitted, register.declined)
    ended = np.where(ended == NOT_KNOWN, register.until, ended)
    gaps = []
    for day in left.tolist():
        before = day - 1 - register.since
        if before < 0 or there[before] < open_beds[before]:
            continue
        later = start[start >= day]
        if not len(later):
            continue
        following = int(later.min())
        waiting = (register.asked < day) & (ended >= following)
        if waiting.any():
            gaps.append(following - day)
    return float(np.median(gaps)) if gaps else math.nan


def stays_of(register: Register) -> tuple[Ints, Bools]:
    """Days of each stay so far, and whether it has ended."""
    inside = register.admitted != NOT_KNOWN
    ended = register.left[inside] != NOT_KNOWN
    return np.where(ended, register.left[inside], register.until) - register.admitted[inside], ended
