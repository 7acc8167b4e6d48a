"""A difference in words with both its uncertainties: chance and assumptions, rounded to what they allow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.experiment import Spread
from sim.experiment.draws import Assumption
from sim.report import style
from sim.report.language import Language
from sim.report.results import Difference

Verdict = Literal["same", "sure", "chance", "open"]
"""Equal in every way; a sign that holds over chance and assumptions, or over chance with no assumptions
drawn; no sign that holds."""


def verdict(found: Difference, spread: Spread | None) -> Verdict:
    """What may be said of the sign of a difference.

    Parameters
    ----------
    found : Difference
        With its interval of chance.
    spread : Spread or None
        What it owes to the assumptions; None where none were drawn.

    Returns
    -------
    {"same", "sure", "chance", "open"}
    """
    still = found.difference == 0 and (not found.has_interval or found.low == found.high == 0)
    if still and (spread is None or spread.low == spread.high == 0):
        return "same"
    if not found.has_interval or not (found.low > 0 or found.high < 0):
        return "open"
    if spread is None:
        return "chance"
    held = spread.low > 0 if found.difference > 0 else spread.high < 0
    return "sure" if held else "open"


def reach_of(found: Difference, spread: Spread | None) -> float:
    """The larger of the two uncertainties: half of the interval, or of the range; 0 where there is none."""
    chance = (found.high - found.low) / 2 if found.has_interval else 0.0
    assumed = (spread.high - spread.low) / 2 if spread is not None else 0.0
    return max(chance, assumed)


def step_of(reach: float) -> float:
    """The unit to which a number with this uncertainty is rounded, so that two digits of it are left.

    Parameters
    ----------
    reach : float
        0 leaves the number as it is.

    Returns
    -------
    float
        A power of ten; 0 for no rounding.
    """
    return float(style.TEN ** (math.floor(math.log10(reach)) - 1)) if reach > 0 else 0.0


def rounded(value: float, step: float) -> float:
    """A number to a multiple of a step; as it is where the step is 0."""
    return round(value / step) * step if step else value


@dataclass(frozen=True)
class Form:
    """How the numbers of one sentence are written: all in one unit, to what their uncertainty allows.

    Parameters
    ----------
    step : float
        Numbers are rounded to it.
    size : float
        Of the unit in which they are written: 1, a million, or 0.01 for percentage points.
    digits : int
    named : callable
        A number, already in that unit and rounded, with its unit: signed or not.
    words : Language
    """

    step: float
    size: float
    digits: int
    named: Callable[[float, int, bool], str]
    words: Language

    def whole(self, value: float, signed: bool = False) -> str:
        """A number with its unit."""
        return self.named(rounded(value, self.step) / self.size, self.digits, signed)

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
    return min(max(0, -math.floor(math.log10(step / size) + style.NEARLY)), style.MOST_DIGITS)


def form_of(unit: str, values: tuple[float, ...], reach: float, words: Language) -> Form:
    """The form of the numbers of one sentence.

    Parameters
    ----------
    unit : str
        Of the KPI: eur, share, and those that are counted.
    values : tuple of float
        All numbers of the sentence.
    reach : float
        As `reach_of` gives it.
    words : Language
    """
    step = step_of(reach)
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if unit == style.SHARE_UNIT:
        size = 1 / 100
        return Form(step, size, digits_of(step, size, style.POINT_DIGITS), _points(words), words)
    if unit != "eur":
        exact = 0 if unit == "count" and largest >= 1 else style.DAY_DIGITS
        return Form(step, 1, digits_of(step, 1, exact), _counted(words), words)
    if largest >= style.MILLION and not 0 < step < style.MILLION_STEP:
        exact = style.SMALL_MILLION_DIGITS
        return Form(step, style.MILLION, digits_of(step, style.MILLION, exact), _millions(words), words)
    exact = style.EURO_DIGITS if largest >= style.SMALL_EUROS else 2
    return Form(step, 1, min(digits_of(step, 1, exact), 2), words.euro, words)


def _points(words: Language) -> Callable[[float, int, bool], str]:
    def named(value: float, digits: int, signed: bool) -> str:
        number = words.signed(value, digits) if signed else words.number(value, digits)
        return words.say("points", amount=number)

    return named


def _counted(words: Language) -> Callable[[float, int, bool], str]:
    return lambda value, digits, signed: (words.signed if signed else words.number)(value, digits)


def _millions(words: Language) -> Callable[[float, int, bool], str]:
    return lambda value, digits, signed: words.say("million", amount=words.euro(value, digits, signed))


def name_of(assumption: Assumption, words: Language) -> str:
    """An assumption in words: the title of a price, the path of a setting."""
    return words.name(assumption.title) if assumption.title is not None else words.path(assumption.path)


def bracket(found: Difference, spread: Spread | None, form: Form, words: Language) -> str:
    """Both uncertainties and what they leave of the sign, as stands behind an amount.

    Parameters
    ----------
    found : Difference
    spread : Spread or None
    form : Form
    words : Language

    Returns
    -------
    str
        Such as `toeval ± 29.000; aannamen −70.000 tot +150.000; teken staat niet vast, ...`. The range holds
        the amount itself, which lies at its end where all ranges lead one way.
    """
    told = [_chance(found, form, words)]
    if spread is None:
        told.append(words.say("uncertain.not_drawn"))
    elif spread.low < spread.high:
        ends = (min(spread.low, found.difference), max(spread.high, found.difference))
        low, high = (form.bare(end) for end in ends)
        told.append(words.say("uncertain.assumed", low=low, high=high))
    elif spread.chance:
        told.append(words.say("uncertain.within"))
    said = verdict(found, spread)
    if said == "sure":
        told.append(words.say("uncertain.sure"))
    elif said == "open":
        told.append(_open(found, spread, words))
    return "; ".join(filter(None, told))


def _chance(found: Difference, form: Form, words: Language) -> str:
    if not found.has_interval:
        return words.say("uncertain.one")
    half = (found.high - found.low) / 2
    if half == 0:
        return ""
    own = min(step_of(half), form.step)
    return words.say("uncertain.chance", reach=form.bare(half, own, signed=False))


def _open(found: Difference, spread: Spread | None, words: Language) -> str:
    told = words.say("uncertain.open")
    if spread is None or not rounded(found.difference, step_of(reach_of(found, spread))):
        return told
    way = words.say("uncertain.more" if found.difference > 0 else "uncertain.less")
    told += words.say("uncertain.odds", way=way, share=odds(spread.sign, words))
    if spread.carried:
        told += words.say("uncertain.hangs", name=name_of(spread.carried[0].assumption, words))
    return told


def odds(share: float, words: Language) -> str:
    """A probability in whole percentages, never as none or all."""
    if share > style.MOST_ODDS:
        return words.say("uncertain.above", share=words.percent(style.MOST_ODDS, 0))
    if share < 1 - style.MOST_ODDS:
        return words.say("uncertain.below", share=words.percent(1 - style.MOST_ODDS, 0))
    return words.percent(share, 0)
