"""Hospital days less, or more, as capacity; as money by the share that a scenario states."""

from __future__ import annotations

from sim.report.language import Language
from sim.report.page import Block, Bullets
from sim.report.results import Alternative, Result
from sim.report.rounding import form_of
from sim.report.uncertainty import bracket

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
    each = alternative.change("days_in_setting", **_HOSPITAL)
    if people is None or each is None or people.difference or each.verdict == "same":
        return ""
    days = each.scaled(people.base)
    form = form_of("days", (days.found.mean,), days.reach, words)
    told = words.say(
        "freed.days.less" if days.found.mean < 0 else "freed.days.more",
        title=alternative.run.title(words),
        amount=form.whole(abs(days.found.mean)),
        bracket=bracket(days, form, words),
    )
    return f"{told} {_money(alternative, words)}"


def _money(alternative: Alternative, words: Language) -> str:
    """As money: by the stated share, or that none is stated."""
    stated = alternative.run.scenario.get("freed") or {"applies": False}
    change = alternative.change("cost", **_HOSPITAL, **_CALENDAR)
    if not stated["applies"] or change is None:
        return words.say("freed.no_share")
    moved, share = change.found.mean, stated["cash_share"]
    part = moved * share["value"]
    low, high = share["range"] or (share["value"], share["value"])
    return words.say(
        "freed.share",
        share=words.percent(share["value"], 0),
        low=words.percent(low, 0),
        high=words.percent(high, 0),
        amount=form_of("eur", (part,), change.reach * share["value"], words).whole(abs(part)),
        whole=form_of("eur", (moved,), change.reach, words).whole(abs(moved)),
        way=words.say("freed.less" if moved < 0 else "freed.more"),
    )
