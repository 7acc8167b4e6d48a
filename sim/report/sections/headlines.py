"""The sentences that a scenario puts first: what it touches, what is lost, who pays more and who less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.measure.estimates import Difference, Estimate, difference_of
from sim.report import style
from sim.report.language import Language
from sim.report.page import Metric, Numbers, numbers_of
from sim.report.results import Alternative
from sim.report.rounding import form_of, reach_of, rounded
from sim.report.uncertainty import bracket, verdict
from sim.stats import t_interval
from sim.studies.headline import HEADLINE, Headlined
from sim.studies.sensitivity.assumptions import Spread

_BALANCE = "provider_gain"  # what is above or below 0 with a policy, and not there without it
Said = tuple[list[str], list[str]]  # sentences, and the names of what stays as it is


def headline_of(alternative: Alternative, words: Language, about: str = "") -> Said:
    """The headline of a scenario in sentences, in the order of its file; what is `about` one KPI alone."""
    told: list[str] = []
    missing: list[str] = []
    unchanged: list[str] = []
    items = alternative.run.scenario.get("headline") or ()
    for number, (item, found) in enumerate(zip(items, alternative.headline, strict=True)):
        if about and not _is_about(item, about):
            continue
        if item["form"] == "payers":
            told.append(payers_of(alternative, words))
            continue
        label = str(item["label"][words.code])
        if not len(found.base):
            missing.append(words.say("headline_of.missing", label=label))
            continue
        difference = difference_of(found.base, found.alternative, found.unit)
        spread = alternative.spread(HEADLINE, item=str(number))
        if verdict(difference, spread) == "same" and not difference.base:
            continue
        if verdict(difference, spread) == "same":
            unchanged.append(label[:1].lower() + label[1:])
        elif item["form"] == "level":
            told.append(_level(item, label, found, difference, spread, words))
        else:
            told.append(_change(item, label, found, difference, spread, words))
    return [*told, *missing], unchanged


def headline_rows(alternative: Alternative, words: Language, beside: Sequence[str] = ()) -> list[Numbers]:
    """The headline of a scenario as rows of a table, where measured, but for KPIs of tables beside it."""
    rows = []
    items = alternative.run.scenario.get("headline") or ()
    for number, (item, found) in enumerate(zip(items, alternative.headline, strict=True)):
        if item["form"] == "payers" or not len(found.base) or list(item["kpi"]) in [[k] for k in beside]:
            continue
        label = str(item["label"][words.code])
        row = _row(label, found, alternative.spread(HEADLINE, item=str(number)), words)
        if not row.is_unchanged or found.base.any():
            rows.append(row)
    return rows


def _row(label: str, found: Headlined, spread: Spread | None, words: Language) -> Numbers:
    """A measure of a headline as a row of a table."""
    sides = (found.base, found.alternative)
    values = tuple(Estimate(*t_interval(side), found.unit) for side in sides)
    change = difference_of(*sides, found.unit)
    return numbers_of(Metric(label, HEADLINE), found.unit, values, ((change, spread),), words)


def tells_payers(alternative: Alternative) -> bool:
    """Whether a headline tells who pays more and who less."""
    return any(item["form"] == "payers" for item in alternative.run.scenario.get("headline") or ())


def tells(alternative: Alternative, name: str) -> bool:
    """Whether a headline tells something of a KPI, whatever its dimension."""
    return any(_is_about(item, name) for item in alternative.run.scenario.get("headline") or ())


def _is_about(item: Mapping[str, Any], name: str) -> bool:
    return any(kpi.partition(":")[0] == name for kpi in item["kpi"] or ())


def is_covered(alternative: Alternative, kpi: str) -> bool:
    """Whether a headline tells the change of one KPI, so that no other sentence needs to."""
    items = alternative.run.scenario.get("headline") or ()
    return any(item["form"] == "change" and list(item["kpi"] or ()) == [kpi] for item in items)


def _level(
    item: Mapping[str, Any],
    label: str,
    found: Headlined,
    difference: Difference,
    spread: Spread | None,
    words: Language,
) -> str:
    """How many there are, and will be, as in the table: of whom."""
    row = _row(label, found, spread, words)
    row = replace(row, form=replace(row.form, bare=False))
    base, alt = (row.cell(place, words).text for place in range(len(row.values)))
    sides = (difference.base, difference.alt)
    form = form_of(found.unit, sides, reach_of(difference, spread), words)
    of = ""
    if item.get("of") and found.of == found.of:
        of = words.say("headline_of.of", count=words.number(found.of), label=item["of"]["label"][words.code])
    behind = bracket(difference, spread, form, words)
    return words.say("headline_of.level", label=label, base=base, alt=alt, of=of, bracket=behind)


def _change(
    item: Mapping[str, Any],
    label: str,
    found: Headlined,
    difference: Difference,
    spread: Spread | None,
    words: Language,
) -> str:
    """How much more or less, and for each of whom."""
    reach = reach_of(difference, spread)
    form = form_of(found.unit, (difference.difference,), reach, words)
    way = "more" if difference.difference > 0 else "less"
    if all(kpi.partition(":")[0] == _BALANCE for kpi in item["kpi"]):
        way = "balance"
    elif difference.difference > 0 and not difference.base and found.unit != style.SHARE_UNIT:
        way = "new"
    if not rounded(difference.difference, form.step):
        behind = bracket(difference, spread, form, words)
        return words.say("headline_of.nil", label=label, amount=form.nothing(), bracket=behind)
    signed = way == "balance"
    amount = form.whole(difference.difference if signed else abs(difference.difference), signed)
    told = words.say(
        f"headline_of.{way}",
        label=label,
        amount=amount,
        none=form_of(found.unit, (), 0.0, words).whole(0.0),
        bracket=bracket(difference, spread, form, words),
    )
    if item.get("per") and found.per > 0:
        each = abs(difference.difference) / found.per
        one = form_of(found.unit, (each,), reach / found.per, words)
        whom = item["per"]["label"][words.code]
        told += words.say("headline_of.per", amount=one.whole(each), label=whom)
    return told


def payers_of(alternative: Alternative, words: Language) -> str:
    """Who pays more and who pays less, as far as chance and assumptions leave that clear.

    Where more than that moves for payers whose sign is not settled, they are named as such.
    """
    parts = alternative.differences.along("cost", "payer", view="calendar")
    spreads = {payer: alternative.spread("cost", payer=payer, view="calendar") for payer in parts}
    clear = [p for p, found in parts.items() if verdict(found, spreads[p]) in ("sure", "chance")]
    clear.sort(key=lambda payer: -abs(parts[payer].difference))
    sides = {
        "more": [payer for payer in clear if parts[payer].difference > 0],
        "less": [payer for payer in clear if parts[payer].difference < 0],
    }
    told = [
        words.say(
            f"headline_of.pay_{way}" if not place else f"headline_of.also_{way}",
            payer=_payer(payer, parts[payer], spreads[payer], words),
        )
        for way, payers in sides.items()
        for place, payer in enumerate(payers[: style.PAYERS_NAMED])
    ]
    still = all(verdict(found, spreads[p]) == "same" for p, found in parts.items())
    told = told or [words.say("headline_of.pay_same" if still else "headline_of.pay_unclear")]
    least = abs(parts[clear[0]].difference) if clear else 0.0
    open_ = [p for p, found in parts.items() if p not in clear and abs(found.difference) > least]
    open_.sort(key=lambda payer: -abs(parts[payer].difference))
    named = [n for p in open_ if (n := _moved(p, parts[p], spreads[p], words))][: style.PAYERS_NAMED]
    if named:
        told.append(words.say("headline_of.pay_open", payers=words.listing(named)))
    return " ".join(told)


def _moved(payer: str, found: Difference, spread: Spread | None, words: Language) -> str:
    """A payer with how far it moves; empty where that rounds to nothing."""
    form = form_of("eur", (found.difference,), reach_of(found, spread), words)
    if not rounded(found.difference, form.step):
        return ""
    amount = form.whole(found.difference, signed=True)
    return words.say("headline_of.payer_moved", payer=words.word("payer_in_sentence", payer), amount=amount)


def _payer(payer: str, found: Difference, spread: Spread | None, words: Language) -> str:
    form = form_of("eur", (found.difference,), reach_of(found, spread), words)
    return words.say(
        "headline_of.payer",
        payer=words.word("payer_in_sentence", payer),
        amount=form.whole(found.difference, signed=True),
        bracket=bracket(found, spread, form, words),
    )
