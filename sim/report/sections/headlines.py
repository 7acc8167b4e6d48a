"""The sentences that a scenario puts first: what it touches, what is lost, who pays more and who less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.measure.estimates import Estimate, difference_of
from sim.report import style
from sim.report.language import Language
from sim.report.page import Metric, Numbers, numbers_of
from sim.report.results import Alternative, Headline
from sim.report.rounding import Change, form_of, rounded
from sim.report.uncertainty import bracket
from sim.stats import t_interval
from sim.studies.headline import HEADLINE, Headlined

_BALANCE = "provider_gain"  # what is above or below 0 with a policy, and not there without it
Said = tuple[list[str], list[str]]  # sentences, and the names of what stays as it is


def headline_of(alternative: Alternative, words: Language, about: str = "") -> Said:
    """The headline of a scenario in sentences, in the order of its file; what is `about` one KPI alone."""
    told: list[str] = []
    missing: list[str] = []
    unchanged: list[str] = []
    for each in alternative.headlines:
        if about and not _is_about(each.item, about):
            continue
        if each.item["form"] == "payers":
            told.append(payers_of(alternative, words))
            continue
        label = each.label(words)
        if each.change is None:
            missing.append(words.say("headline_of.missing", label=label))
        elif each.change.verdict != "same":
            told.append((_level if each.item["form"] == "level" else _change)(each, each.change, words))
        elif each.change.found.base:
            unchanged.append(label[:1].lower() + label[1:])
    return [*told, *missing], unchanged


def headline_rows(alternative: Alternative, words: Language, beside: Sequence[str] = ()) -> list[Numbers]:
    """The headline of a scenario as rows of a table, where measured, but for KPIs of tables beside it."""
    rows = []
    for each in alternative.headlines:
        if (
            each.item["form"] == "payers"
            or each.change is None
            or [*each.item["kpi"]] in [[k] for k in beside]
        ):
            continue
        row = _row(each, words)
        if not row.is_unchanged or each.found.base.any():
            rows.append(row)
    return rows


def first_rows(alternatives: Sequence[Alternative], words: Language) -> list[Numbers]:
    """Of several policies what each is about first, as rows with the difference that every policy makes."""
    rows: dict[str, Numbers] = {}
    for place, alternative in enumerate(alternatives):
        for number, each in enumerate(alternative.headlines):
            if each.item["form"] == "payers" or each.change is None:
                continue
            if each.label(words) not in rows:
                of_all = [other.measured[place][number] if other.measured else None for other in alternatives]
                changes = [
                    _changed(other, each.item, found)
                    for other, found in zip(alternatives, of_all, strict=True)
                ]
                changes[place] = each.change
                now = Estimate(*t_interval(each.found.base), each.found.unit)
                metric = Metric(each.label(words), HEADLINE)
                rows[metric.label] = numbers_of(metric, each.found.unit, [now], changes, words)
            break
    return list(rows.values())


def _changed(other: Alternative, item: Mapping[str, Any], found: Headlined | None) -> Change | None:
    """What a policy changes of a measure that another puts first, with its own range where that was drawn."""
    if found is None or not len(found.base):
        return None
    kpis = [*item["kpi"]]
    own = next((each.change for each in other.headlines if [*(each.item["kpi"] or ())] == kpis), None)
    if own is not None:
        return own
    spread = None
    if len(kpis) == 1 and "*" not in kpis[0]:
        name, _, along = kpis[0].partition(":")
        spread = other.spread(name, **dict(pair.split("=", 1) for pair in along.split(",") if pair))
    return Change(difference_of(found.base, found.alternative, found.unit), spread)


def _row(each: Headline, words: Language) -> Numbers:
    """A measure of a headline as a row of a table."""
    found = each.found
    values = [Estimate(*t_interval(side), found.unit) for side in (found.base, found.alternative)]
    return numbers_of(Metric(each.label(words), HEADLINE), found.unit, values, [each.change], words)


def tells_payers(alternative: Alternative) -> bool:
    """Whether a headline tells who pays more and who less."""
    return any(item["form"] == "payers" for item in alternative.items)


def tells(alternative: Alternative, name: str) -> bool:
    """Whether a headline tells something of a KPI, whatever its dimension."""
    return any(_is_about(item, name) for item in alternative.items)


def _is_about(item: Mapping[str, Any], name: str) -> bool:
    return any(kpi.partition(":")[0] == name for kpi in item["kpi"] or ())


def is_covered(alternative: Alternative, kpi: str) -> bool:
    """Whether a headline tells the change of one KPI, so that no other sentence needs to."""
    return any(item["form"] == "change" and [*(item["kpi"] or ())] == [kpi] for item in alternative.items)


def _level(each: Headline, change: Change, words: Language) -> str:
    """How many there are, and will be, as in the table: of whom."""
    found, item, row = each.found, each.item, _row(each, words)
    row = replace(row, form=replace(row.form, bare=False))
    base, alt = (row.cell(place, words).text for place in range(len(row.values)))
    form = form_of(found.unit, (change.found.base, change.found.alt), change.reach, words)
    of = ""
    if item.get("of") and found.of == found.of:
        of = words.say("headline_of.of", count=words.number(found.of), label=item["of"]["label"][words.code])
    told = {"base": base, "alt": alt, "of": of, "bracket": bracket(change, form, words)}
    return words.say("headline_of.level", label=each.label(words), **told)


def _change(each: Headline, change: Change, words: Language) -> str:
    """How much more or less, and for each of whom."""
    item, unit, moved, form = each.item, each.found.unit, change.found.mean, change.form(words)
    way = "more" if moved > 0 else "less"
    if all(kpi.partition(":")[0] == _BALANCE for kpi in item["kpi"]):
        way = "balance"
    elif moved > 0 and not change.found.base and unit != style.SHARE_UNIT:
        way = "new"
    said = {"label": each.label(words), "bracket": bracket(change, form, words)}
    if not rounded(moved, form.step):
        return words.say("headline_of.nil", amount=form.nothing(), **said)
    amount = form.whole(moved, True) if way == "balance" else form.whole(abs(moved))
    none = form_of(unit, (), 0.0, words).whole(0.0)
    told = words.say(f"headline_of.{way}", amount=amount, none=none, **said)
    if item.get("per") and each.found.per > 0:
        one = abs(moved) / each.found.per
        shown = form_of(unit, (one,), change.reach / each.found.per, words).whole(one)
        told += words.say("headline_of.per", amount=shown, label=item["per"]["label"][words.code])
    return told


def payers_of(alternative: Alternative, words: Language) -> str:
    """Who pays more and who pays less, as far as chance and assumptions leave that clear.

    Where more than that moves for payers whose sign is not settled, they are named as such.
    """
    parts = alternative.along("cost", "payer", view="calendar")
    order = sorted(parts, key=lambda payer: -abs(parts[payer].found.mean))
    clear = [payer for payer in order if parts[payer].verdict in ("sure", "chance")]
    told = []
    for way, sign in (("more", 1), ("less", -1)):
        payers = [payer for payer in clear if parts[payer].found.mean * sign > 0]
        for place, payer in enumerate(payers[: style.PAYERS_NAMED]):
            change = parts[payer]
            behind = bracket(change, change.form(words), words)
            said = words.say("headline_of.payer", **_moved(payer, change, words), bracket=behind)
            told.append(words.say(f"headline_of.{'also' if place else 'pay'}_{way}", payer=said))
    still = all(change.verdict == "same" for change in parts.values())
    told = told or [words.say("headline_of.pay_same" if still else "headline_of.pay_unclear")]
    least = abs(parts[clear[0]].found.mean) if clear else 0.0
    unsettled = [p for p in order if p not in clear and abs(parts[p].found.mean) > least and parts[p].moved]
    named = [
        words.say("headline_of.payer_moved", **_moved(payer, parts[payer], words))
        for payer in unsettled[: style.PAYERS_NAMED]
    ]
    if named:
        told.append(words.say("headline_of.pay_open", payers=words.listing(named)))
    return " ".join(told)


def _moved(payer: str, change: Change, words: Language) -> dict[str, str]:
    """A payer, and how far it moves."""
    amount = change.form(words).whole(change.found.mean, signed=True)
    return {"payer": words.word("payer_in_sentence", payer), "amount": amount}
