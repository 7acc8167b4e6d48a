"""Hospital days less, or more, as capacity; as money by the share that a scenario states."""

from __future__ import annotations

from sim.measure.estimates import Difference
from sim.report.language import Language
from sim.report.page import Block, Bullets
from sim.report.results import Alternative, Result
from sim.report.rounding import form_of, reach_of
from sim.report.uncertainty import bracket, verdict
from sim.studies.sensitivity.assumptions import Spread

_HOSPITAL = {"setting": "ziekenhuis"}
_CALENDAR = {"view": "calendar"}


def freed(result: Result, words: Language) -> list[Block]:
    """What each alternative frees in hospitals, in one line.

    Nothing where no day moves, and nothing where more or fewer people die: a mean a person is then no total.
    """
    lines = [line for each in result.alternatives if (line := _line(each, words))]
    return [Bullets(tuple(lines))] if lines else []


def _line(alternative: Alternative, words: Language) -> str:
    people = alternative.differences.get("patients")
    each = alternative.differences.get("days_in_setting", **_HOSPITAL)
    if people is None or each is None or people.difference:
        return ""
    spread = alternative.spread("days_in_setting", **_HOSPITAL)
    if verdict(each, spread) == "same":
        return ""
    days = each.scaled(people.base)
    all_people = None if spread is None else spread.scaled(people.base)
    form = form_of("days", (days.difference,), reach_of(days, all_people), words)
    told = words.say(
        "freed.days.less" if days.difference < 0 else "freed.days.more",
        title=alternative.run.title(words),
        amount=form.whole(abs(days.difference)),
        bracket=bracket(days, all_people, form, words),
    )
    return f"{told} {_money(alternative, words)}"


def _money(alternative: Alternative, words: Language) -> str:
    """As money: by the stated share, or that none is stated."""
    stated = alternative.run.scenario.get("freed") or {"applies": False}
    found: Difference | None = alternative.differences.get("cost", **_HOSPITAL, **_CALENDAR)
    if not stated["applies"] or found is None:
        return words.say("freed.no_share")
    spread: Spread | None = alternative.spread("cost", **_HOSPITAL, **_CALENDAR)
    form = form_of("eur", (found.difference,), reach_of(found, spread), words)
    share = stated["cash_share"]
    part = found.scaled(share["value"])
    own = form_of("eur", (part.difference,), reach_of(found, spread) * share["value"], words)
    low, high = share["range"] or (share["value"], share["value"])
    return words.say(
        "freed.share",
        share=words.percent(share["value"], 0),
        low=words.percent(low, 0),
        high=words.percent(high, 0),
        amount=own.whole(abs(part.difference)),
        whole=form.whole(abs(found.difference)),
        way=words.say("freed.less" if found.difference < 0 else "freed.more"),
    )
