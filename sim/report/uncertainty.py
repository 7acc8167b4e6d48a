"""A difference in words with both its uncertainties: chance and assumptions, rounded to what they allow."""

from __future__ import annotations

from sim.report import style
from sim.report.language import Language
from sim.report.rounding import Change, Form, step_of
from sim.studies.sensitivity.assumptions import Carried, Spread
from sim.studies.sensitivity.draws import Assumption
from sim.studies.sensitivity.study import MOST_IMPORTANT


def name_of(assumption: Assumption, words: Language) -> str:
    """An assumption in words: the title of a price, the path of a setting."""
    return words.name(assumption.title) if assumption.title is not None else words.path(assumption.path)


def bracket(change: Change, form: Form, words: Language) -> str:
    """Both uncertainties and what they leave of the sign, as stands behind an amount.

    Such as `toeval ± 29.000; aannamen −70.000 tot +150.000; niet zeker, ...`. The range holds the amount
    itself, which lies at its end where all ranges lead one way.
    """
    told = [_chance(change, form, words)]
    if change.spread is None:
        told.append(words.say("uncertain.not_drawn"))
    elif change.ends is not None:
        low, high = map(form.bare, change.ends)
        key = "assumed" if low != high else "within"
        told.append(words.say(f"uncertain.{key}", low=low, high=high))
    elif change.spread.chance:
        told.append(words.say("uncertain.within"))
    if change.verdict == "sure":
        told.append(words.say("uncertain.sure"))
    elif change.verdict == "open":
        told.append(_open(change, words))
    return "; ".join(filter(None, told))


def _chance(change: Change, form: Form, words: Language) -> str:
    if not change.found.has_interval:
        return words.say("uncertain.one")
    half = (change.found.high - change.found.low) / 2
    if half == 0:
        return ""
    own = min(step_of(half), form.step)
    return words.say("uncertain.chance", reach=form.bare(half, own, signed=False))


def _open(change: Change, words: Language) -> str:
    told, spread = words.say("uncertain.open"), change.spread
    if spread is None or not change.moved:
        return told
    rather = round(spread.sign, 2) < 1 / 2  # the assumptions lead the other way than as they stand
    way = words.say("uncertain.more" if (change.found.mean > 0) != rather else "uncertain.less")
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
