"""Numbers as they are shown: one unit a row or sentence, no more digits than their uncertainty carries."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sim.measure.estimates import Difference, Estimate, Ranged
from sim.report import style
from sim.report.language import Language
from sim.studies.sensitivity.assumptions import Spread

Named = Callable[[float, int, bool], str]
"""A number in the unit it is written in, its decimals, whether its sign is shown: with that unit."""
Verdict = Literal["same", "sure", "chance", "open"]
"""Equal in every way; a sign that holds over chance and assumptions, or over chance with no assumptions
drawn; no sign that holds."""


@dataclass(frozen=True)
class Change:
    """A paired difference, and what it owes to the assumptions where they were drawn."""

    found: Difference
    spread: Spread | None = None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The range of assumptions, with the difference in it where all of it lies to one side, if any."""
        if self.spread is None or self.spread.low == self.spread.high:
            return None
        return min(self.spread.low, self.found.mean), max(self.spread.high, self.found.mean)

    @property
    def reach(self) -> float:
        """The larger of its two uncertainties: half of the interval, or of the range; 0 without any."""
        chance = (self.found.high - self.found.low) / 2 if self.found.has_interval else 0.0
        low, high = self.ends or (0.0, 0.0)
        return max(chance, (high - low) / 2)

    @property
    def step(self) -> float:
        """To what it is rounded."""
        return step_of(self.reach)

    @property
    def moved(self) -> float:
        """The difference, rounded."""
        return rounded(self.found.mean, self.step)

    @property
    def verdict(self) -> Verdict:
        """What may be said of its sign."""
        found, spread = self.found, self.spread
        still = found.mean == 0 and (not found.has_interval or found.low == found.high == 0)
        if still and (spread is None or spread.low == spread.high == 0):
            return "same"
        if not found.has_interval or not (found.low > 0 or found.high < 0):
            return "open"
        if spread is None:
            return "chance"
        # an end that is told as nought holds no sign
        held = rounded(spread.low, self.step) > 0 if found.mean > 0 else rounded(spread.high, self.step) < 0
        return "sure" if held else "open"

    def scaled(self, factor: float) -> Change:
        """The same in another unit."""
        return Change(self.found.scaled(factor), self.spread and self.spread.scaled(factor))

    def form(self, words: Language) -> Form:
        """The form of a sentence on it."""
        return form_of(self.found.unit, (self.found.mean,), self.reach, words)


def step_of(reach: float) -> float:
    """The power of ten to which a number with this uncertainty is rounded, so that two digits of it are left.

    Without uncertainty it is 0, for no rounding.
    """
    return float(style.TEN ** (math.floor(math.log10(reach)) - 1)) if reach > 0 else 0.0


def rounded(value: float, step: float) -> float:
    """A number to a multiple of a step; as it is where the step is 0."""
    return round(value / step) * step if step else value


@dataclass(frozen=True)
class Form:
    """How the numbers of one sentence are written: all in one unit, to what their uncertainty allows."""

    step: float  # numbers are rounded to it
    size: float  # of the unit in which they are written: 1, a million, or 0.01 for percentage points
    digits: int
    named: Named  # a number, already in that unit and rounded, with its unit: signed or not
    words: Language

    def whole(self, value: float, signed: bool = False) -> str:
        """A number with its unit."""
        return self.named(rounded(value, self.step) / self.size, self.digits, signed)

    def span(self, low: float, high: float, signed: bool = True, key: str = "interval.cell") -> str:
        """From one number to another without their unit."""
        ends = {"low": self.bare(low, signed=signed), "high": self.bare(high, signed=signed)}
        return self.words.say(key, **ends)

    def nothing(self) -> str:
        """A difference that rounds to 0, with its unit."""
        return self.named(0.0, 0, False)

    def bare(self, value: float, step: float | None = None, signed: bool = True) -> str:
        """A number without its unit, to the step of the sentence or to another."""
        used = self.step if step is None else step
        number = rounded(value, used) / self.size
        digits = self.digits if round(number, self.digits) else digits_of(used, self.size, self.digits)
        return self.words.signed(number, digits) if signed else self.words.number(number, digits)


def digits_of(step: float, size: float, exact: int) -> int:
    """Decimals of a number that is rounded to a step, in a unit of some size; `exact` where it is not."""
    if not step:
        return exact
    return min(max(0, -math.floor(math.log10(step / size) + style.NEARLY)), style.MOST_DECIMALS)


def form_of(unit: str, values: tuple[float, ...], reach: float, words: Language) -> Form:
    """The form of the numbers of one sentence, in the unit of their KPI; `reach` as that of a `Change`."""
    step = step_of(reach)
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if values and not rounded(largest, step):
        largest = reach  # whose unit tells what is nothing
    if unit == style.SHARE_UNIT:
        size = 1 / 100
        return Form(step, size, digits_of(step, size, style.POINT_DIGITS), _points(words), words)
    if unit != "eur":
        exact = 0 if not largest or (unit == "count" and largest >= 1) else style.DAY_DIGITS
        return Form(step, 1, digits_of(step, 1, exact), _counted(words), words)
    if largest >= style.MILLION and not 0 < step < style.MILLION_STEP:
        exact = style.SMALL_MILLION_DIGITS
        return Form(step, style.MILLION, digits_of(step, style.MILLION, exact), _millions(words), words)
    return Form(step, 1, min(digits_of(step, 1, _cents(largest)), 2), words.euro, words)


def _points(words: Language, key: str = "points") -> Named:
    def named(value: float, digits: int, signed: bool) -> str:
        number = words.signed(value, digits) if signed else words.number(value, digits)
        return words.say(key, amount=number)

    return named


def _counted(words: Language) -> Named:
    return lambda value, digits, signed: (words.signed if signed else words.number)(value, digits)


def _millions(words: Language) -> Named:
    return lambda value, digits, signed: words.say("million", amount=words.euro(value, digits, signed))


@dataclass(frozen=True)
class RowForm:
    """How the numbers of one row are written: all in one unit, each to what its own uncertainty allows."""

    unit: str  # of the KPI: eur, share, and those that are counted
    size: float  # of the unit of the row, as in `Form`
    words: Language
    bare: bool = False  # without its unit, where the heading has it

    def value(self, found: Estimate, least: float = 0.0, most: float = math.inf) -> Form:
        """The form of a mean and its interval, by its chance; its step lies from `least` to `most`."""
        if self.unit == "eur" and not self.bare and found.mean == found.low == found.high == 0:
            return Form(0.0, 1, 0, self.words.euro, self.words)
        own = step_of((found.high - found.low) / 2 if found.has_interval else 0.0)
        digits = style.MOST_DECIMALS if least else self._fewest(found.mean)
        return self._form(found.mean, min(max(own, least), most), digits, self._value_named())

    def change(self, change: Change) -> Form:
        """The form of a difference and its ranges, by the larger of its two uncertainties."""
        named = self._value_named()
        if self.unit == style.SHARE_UNIT and not self.bare:
            named = _points(self.words, "pp")
        return self._form(change.found.mean, change.step, style.MOST_DECIMALS, named)

    def _form(self, value: float, step: float, most: int, named: Named) -> Form:
        digits = min(digits_of(step, self.size, self._exact(value)), most)
        return Form(step, self.size, digits, named, self.words)

    def _exact(self, value: float) -> int:
        """Decimals of a number of which no uncertainty is known."""
        if self.unit == style.SHARE_UNIT:
            return style.POINT_DIGITS
        if self.unit == "eur" and self.size == style.MILLION:
            return style.MILLION_DIGITS if abs(value) >= style.TEN_MILLION else style.SMALL_MILLION_DIGITS
        if self.unit == "eur":
            return _cents(value) if self.size == 1 else 0
        return 0 if not value or (self.unit == "count" and abs(value) >= 1) else style.DAY_DIGITS

    def _fewest(self, value: float) -> int:
        """Decimals that a mean has at most, however small its chance."""
        if self.unit == style.SHARE_UNIT:
            return style.SHARE_DIGITS
        return self._exact(value) if self.unit in ("eur", "count") else style.TABLE_DIGITS

    def _value_named(self) -> Named:
        if self.bare or self.unit not in ("eur", style.SHARE_UNIT):
            return _counted(self.words)
        if self.unit == style.SHARE_UNIT:
            return lambda value, digits, signed: self.words.percent(value / 100, digits, signed)
        return _millions(self.words) if self.size > 1 else self.words.euro


def row_form(
    unit: str, values: Iterable[Estimate | None], changes: Iterable[Change | None], words: Language
) -> RowForm:
    """The one unit of a row: millions where what it holds comes to that, its differences too, else euros.

    Where all differences round to nothing, their uncertainties say which.
    """
    if unit == style.SHARE_UNIT:
        return RowForm(unit, 1 / 100, words)
    means = [abs(found.mean) for found in values if found is not None and math.isfinite(found.mean)]
    known = [change for change in changes if change is not None]
    moved = [abs(change.found.mean) for change in known if change.moved]
    moved = moved or [change.reach for change in known if change.reach]
    large = unit == "eur" and max([*means, *moved], default=0.0) >= style.MILLION
    return RowForm(
        unit, style.MILLION if large and min(moved, default=math.inf) >= style.MILLION else 1, words
    )


def _cents(value: float) -> int:
    """Decimals of euros: cents below a hundred, none for nothing."""
    return style.EURO_DIGITS if not value or abs(value) >= style.SMALL_EUROS else 2


def told_range(
    found: Ranged, unit: str, words: Language, signed: bool = False, spread: Spread | None = None
) -> tuple[str, str]:
    """A number, or a difference where `signed`, and its range, in no more digits than the range allows.

    The range is empty where there is none, or no width. `spread` is what a difference owes to the
    assumptions.
    """
    if signed:
        change = Change(Difference(found.mean, found.low, found.high), spread)
        form = row_form(unit, (), (change,), words).change(change)
    else:
        value = Estimate(found.mean, found.low, found.high)
        form = row_form(unit, (value,), (), words).value(value)
    interval = ""
    if math.isfinite(found.low) and math.isfinite(found.high) and found.low != found.high:
        interval = form.span(found.low, found.high, signed, "interval.short")
    return form.whole(found.mean, signed), interval
