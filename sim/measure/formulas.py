"""The forms that a KPI takes: totals, ratios and quantiles of the additive parts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.measure.sums import Sums, dimension_of, dimension_text
from sim.stats import quantile_of_counts


def _dimensions(parts: Sums, measure: str, names: Sequence[str] | None) -> Iterator[tuple[str, int]]:
    """Dimensions (canonical JSON) and amounts of a measure; only those over exactly `names` where given."""
    wanted = None if names is None else set(names)
    for text, amount in parts.of_measure(measure):
        if wanted is None or dimension_of(text).keys() == wanted:
            yield text, amount


Splits = tuple[tuple[str, ...], ...]
_WHOLE: Splits = ((),)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum, divided by the size of its unit."""

    measure: str
    size: int = 1
    over: tuple[str, ...] | None = None
    along: Splits = _WHOLE  # names of the dimensions that the measure has, where `over` names none

    @property
    def splits(self) -> Splits:
        """Names of the dimensions of its values, one a way of splitting them."""
        return self.along if self.over is None else (self.over,)

    def values(self, parts: Sums) -> Iterator[tuple[str, float]]:
        """One total a dimension."""
        for dimension, amount in _dimensions(parts, self.measure, self.over):
            yield dimension, amount / self.size


@dataclass(frozen=True, slots=True)
class Ratio:
    """A sum over another."""

    top: str  # measures whose sums are added
    bottom: str
    size: int = 1  # of the unit of the numerator
    over: tuple[str, ...] | None = None  # take only the dimensions over exactly these names
    share: tuple[str, ...] = ()  # dimensions that the denominator is split by too
    along: Splits = _WHOLE  # as of a total

    @property
    def splits(self) -> Splits:
        """As of a total."""
        return self.along if self.over is None else (self.over,)

    def values(self, parts: Sums) -> Iterator[tuple[str, float]]:
        """One ratio a dimension; NaN where the denominator is 0."""
        for dimension, amount in _dimensions(parts, self.top, self.over):
            split = dimension_text({name: dimension_of(dimension)[name] for name in self.share})
            below = parts.sums.get((self.bottom, split), 0)
            value = amount / (below * self.size) if below else math.nan
            yield dimension, value


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of a counted distribution."""

    measure: str
    level: float
    size: int = 1

    @property
    def splits(self) -> Splits:
        """As of a total."""
        return _WHOLE

    def values(self, parts: Sums) -> Iterator[tuple[str, float]]:
        """The quantile; NaN where nothing was counted."""
        nothing = np.zeros(0, np.int64)
        values, counts = parts.spreads.get((self.measure, dimension_text({})), (nothing, nothing))
        level = quantile_of_counts(values, counts, self.level) / self.size
        yield dimension_text({}), level


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Several quantiles of a counted distribution and of its parts, the level as a dimension."""

    measure: str
    levels: tuple[float, ...]
    over: Splits = _WHOLE  # names of the dimensions that the distribution is taken over
    size: int = 1  # of the unit

    @property
    def splits(self) -> Splits:
        """As of a total."""
        return tuple((*names, "level") for names in self.over)

    def values(self, parts: Sums) -> Iterator[tuple[str, float]]:
        """One quantile a distribution and level; NaN where nothing was counted."""
        nothing = np.zeros(0, np.int64)
        for names in self.over:
            for dimension, _ in _dimensions(parts, self.measure, names):
                values, counts = parts.spreads.get((self.measure, dimension), (nothing, nothing))
                for level in self.levels:
                    found = quantile_of_counts(values, counts, level) / self.size
                    yield dimension_text({**dimension_of(dimension), "level": str(level)}), found
