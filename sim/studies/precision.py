"""When a comparison has replications enough: the paired half-width of a KPI, never a single mean."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim import stats
from sim.errors import InputError, Message
from sim.later import pd
from sim.measure.dimensions import refuse_kpi
from sim.measure.estimates import paired_values
from sim.measure.sums import dimension_text, kpi_text
from sim.units import Floats

# Replications on which advice rests, and the fewest of a run that stops at a precision
PILOT_REPLICATIONS = 5

LOOK_AHEAD = 3  # replications after the first narrow interval that must keep it narrow
FEWEST_NONZERO = 5  # differences other than 0 below which a spread of mostly zeros says too little to stop on
# Replications without any difference after which one comes in fewer than 5% of them: 0.95 ** 59 < 0.05
ZERO_REPLICATIONS = 59
# Widest interval that a precision may ask for: no cost of the nation in cents is larger
_MOST_HALF_WIDTH = 1e15
MOST_REPLICATIONS = 1000  # where a run that stops at a precision gives up


@dataclass(frozen=True)
class Precision:
    """A wanted half-width, in the unit of the KPI, of the 95% interval of a paired difference."""

    name: str
    dimension: dict[str, str]
    half_width: float

    @property
    def text(self) -> str:
        """As a user writes it."""
        return kpi_text(self.name, self.dimension)


@dataclass(frozen=True)
class Reached:
    """How narrow a KPI became in a comparison after so many replications.

    `needed` is how many the spread so far asks for, `nonzero` how many have a difference other than 0.
    """

    precision: Precision
    alternative: str
    half_width: float
    replications: int
    needed: int
    nonzero: int

    @property
    def note(self) -> Message:
        """What a user must know of a KPI that differs in no replication; empty otherwise."""
        if self.nonzero:
            return Message("")
        return Message(
            "{kpi}: no difference seen in {replications} replications of {alternative}",
            kpi=self.precision.text,
            replications=self.replications,
            alternative=self.alternative,
        )


def parse_kpi(text: str) -> tuple[str, dict[str, str]]:
    """Name and dimension of a KPI written as `place_of_death:setting=ziekenhuis`.

    Raises InputError when a part after the colon is no `key=value`.
    """
    name, _, along = text.partition(":")
    pairs = [part.partition("=") for part in along.split(",")] if along else []
    if not name or any(not (key and sign and value) for key, sign, value in pairs):
        raise InputError("kpi {text!r}: write it as name or name:key=value,key=value", text=text)
    return name, {key: value for key, _, value in pairs}


def parse_precision(text: str) -> Precision:
    """A wanted precision written as `KPI=HALFWIDTH`, such as `cost:view=calendar=100000`.

    Raises InputError when it is written otherwise, or the half-width is not above 0.
    """
    kpi, _, width = text.rpartition("=")
    try:
        wanted = float(width)
        fine = kpi and 0 < wanted <= _MOST_HALF_WIDTH
    except ValueError:
        fine = False
    if not fine:
        raise InputError(
            "--precision {text!r}: no half-width; write KPI=HALFWIDTH, such as "
            "place_of_death:setting=ziekenhuis=0.002",
            text=text,
        )
    name, dimension = parse_kpi(kpi)
    refuse_kpi("--precision", name, dimension)
    return Precision(name, dimension, wanted)


def refuse_unseen(text: str, values: Floats) -> None:
    """Refuse a KPI, as `--precision` writes it, that some replication has no value of.

    Raises InputError when a value is NaN.
    """
    if np.isnan(values).any():
        raise InputError(
            "--precision {text}: was not observed in every replication; choose another KPI", text=text
        )


def narrow_enough(values: Floats, half_width: float) -> bool:
    """Whether the interval of paired differences is narrow now, and was for the last replications one by one.

    Values are float64 in the order of the replications. Never below PILOT_REPLICATIONS + LOOK_AHEAD of them:
    a spread of few values may be small by chance. So may one of a rare effect, that is 0 in most: nor while
    fewer than FEWEST_NONZERO differences are other than 0, or while all of fewer than ZERO_REPLICATIONS are
    0.
    """
    n, seen = len(values), np.count_nonzero(values)
    if n < PILOT_REPLICATIONS + LOOK_AHEAD or 0 < seen < FEWEST_NONZERO:
        return False
    if not seen:
        return n >= ZERO_REPLICATIONS
    return all(
        stats.t_interval(values[:count]).half_width <= half_width for count in range(n - LOOK_AHEAD, n + 1)
    )


def needed(values: Floats, half_width: float) -> int:
    """Replications that a half-width takes, as far as the spread of these values tells.

    So many too that FEWEST_NONZERO of them may be other than 0; ZERO_REPLICATIONS where all are 0.
    """
    seen = int(np.count_nonzero(values))
    if not seen:
        return ZERO_REPLICATIONS
    found = stats.replications_needed(values, half_width)
    return max(found, math.ceil(len(values) * FEWEST_NONZERO / seen)) if seen < FEWEST_NONZERO else found


def next_number(values: Floats, half_width: float) -> int:
    """Replications to have next for an interval of this half-width; the present number when that is enough.

    At most twice the present number, MOST_REPLICATIONS, or ZERO_REPLICATIONS where all values are 0.
    """
    now = len(values)
    if narrow_enough(values, half_width):
        return now
    following = max(PILOT_REPLICATIONS + LOOK_AHEAD, min(max(needed(values, half_width), now + 1), 2 * now))
    return min(following, max(now, MOST_REPLICATIONS))


def judge(
    wanted: Sequence[Precision], base: pd.DataFrame, alternatives: Mapping[str, pd.DataFrame]
) -> tuple[list[Reached], int]:
    """How far a comparison is from the precisions wanted of it, and how many replications come next.

    That is the present number when all are narrow enough. It follows from the values alone, so that an
    interrupted comparison ends where an uninterrupted one does. Raises InputError when the KPI does not
    exist, or was not observed in every replication.
    """
    found: list[Reached] = []
    following = now = int(base["replication"].nunique())
    for precision in wanted:
        for name, kpis in alternatives.items():
            values = _values(precision, base, kpis)
            refuse_unseen(precision.text, values)
            number = stats.replications_needed(values, precision.half_width)
            width = stats.t_interval(values).half_width
            seen = int(np.count_nonzero(values))
            found.append(Reached(precision, name, width, now, number, seen))
            following = max(following, next_number(values, precision.half_width))
    return found, following


def _values(precision: Precision, base: pd.DataFrame, kpis: pd.DataFrame) -> Floats:
    """Paired differences of the KPI of a precision."""
    pairs = paired_values(base, kpis)
    key = (precision.name, dimension_text(precision.dimension))
    if key in pairs:
        first, second = pairs[key]
        return np.asarray(second - first, np.float64)
    known = [dimension for name, dimension in pairs if name == precision.name]
    if not known:
        names = sorted({name for name, _ in pairs})
        raise InputError(
            "--precision {text}: no such KPI; there are {names}", text=precision.text, names=names
        )
    raise InputError(
        "--precision {text}: no such dimension; there are {known}", text=precision.text, known=known
    )
