"""A difference in words with both its uncertainties: chance and assumptions, rounded to what they allow."""

from __future__ import annotations

from typing import Literal

from sim.measure.estimates import Difference
from sim.report import style
from sim.report.language import Language
from sim.report.rounding import Form, range_told, reach_of, rounded, step_of
from sim.studies.sensitivity.assumptions import Carried, Spread
from sim.studies.sensitivity.draws import Assumption
from sim.studies.sensitivity.study import MOST_IMPORTANT

Verdict = Literal["same", "sure", "chance", "open"]
"""Equal in every way; a sign that holds over chance and assumptions, or over chance with no assumptions
drawn; no sign that holds."""


def verdict(found: Difference, spread: Spread | None) -> Verdict:
    """What may be said of the sign of a difference; `spread` is None where no assumptions were drawn."""
    still = found.difference == 0 and (not found.has_interval or found.low == found.high == 0)
    if still and (spread is None or spread.low == spread.high == 0):
        return "same"
    if not found.has_interval or not (found.low > 0 or found.high < 0):
        return "open"
    if spread is None:
        return "chance"
    step = step_of(reach_of(found, spread))  # an end that is told as nought holds no sign
    held = rounded(spread.low, step) > 0 if found.difference > 0 else rounded(spread.high, step) < 0
    return "sure" if held else "open"


def name_of(assumption: Assumption, words: Language) -> str:
    """An assumption in words: the title of a price, the path of a setting."""
    return words.name(assumption.title) if assumption.title is not None else words.path(assumption.path)


def bracket(found: Difference, spread: Spread | None, form: Form, words: Language) -> str:
    """Both uncertainties and what they leave of the sign, as stands behind an amount.

    Such as `toeval ± 29.000; aannamen −70.000 tot +150.000; niet zeker, ...`. The range holds the amount
    itself, which lies at its end where all ranges lead one way.
    """
    told = [_chance(found, form, words)]
    if spread is None:
        told.append(words.say("uncertain.not_drawn"))
    elif spread.low < spread.high:
        low, high = (form.bare(end) for end in range_told(found, spread))
        key = "assumed" if low != high else "within"
        told.append(words.say(f"uncertain.{key}", low=low, high=high))
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
    rather = round(spread.sign, 2) < 1 / 2  # the assumptions lead the other way than as they stand
    way = words.say("uncertain.more" if (found.difference > 0) != rather else "uncertain.less")
    key, share = ("rather", 1 - spread.sign) if rather else ("odds", spread.sign)
    told += words.say(f"uncertain.{key}", way=way, share=odds(share, words))
    if carriers := carriers_of(spread):
        told += words.say("uncertain.hangs", name=name_of(carriers[0].assumption, words))
    return told


def carriers_of(spread: Spread) -> tuple[Carried, ...]:
    """The assumptions that carry a range, as far as they are told, the largest share first.

    None where chance moves a draw more than all assumptions do: what follows the draws there follows chance
    as a rule, and has all of the little that is left.
    """
    return spread.carried[:MOST_IMPORTANT] if spread.deviation > spread.chance else ()


def odds(share: float, words: Language) -> str:
    """A probability in whole percentages, never as none or all."""
    if share > style.MOST_ODDS:
        return words.say("uncertain.above", share=words.percent(style.MOST_ODDS, 0))
    if share < 1 - style.MOST_ODDS:
        return words.say("uncertain.below", share=words.percent(1 - style.MOST_ODDS, 0))
    return words.percent(share, 0)
