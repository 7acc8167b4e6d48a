"""Where people die and stay, how they move between settings, and how full the places are."""

from __future__ import annotations

from sim.measure.estimates import Estimate
from sim.report import style
from sim.report.figures import costs_and_places as figures
from sim.report.figures import flow as figures_flow
from sim.report.figures.flow import DECEASED, EVERY, month_name, moves_of
from sim.report.language import Language
from sim.report.page import (
    Block,
    Bullets,
    Metric,
    Section,
    figure,
    indicator_metrics,
    measures_table,
    metric_table,
    on_screen,
    row,
    split,
    told_table,
    wish_metrics,
)
from sim.report.results import Alternative, Result, RunView
from sim.report.rounding import form_of
from sim.report.sections.provenance import Published
from sim.report.uncertainty import bracket
from sim.schema import HOSPICE_SETTINGS, SETTINGS


def places(result: Result, words: Language, published: Published) -> Section:
    """Where people die, whether that was their wish, and days in each setting."""
    dead, stays = (split(name, "setting", SETTINGS, words) for name in ("place_of_death", "days_in_setting"))
    dead += wish_metrics(words)
    targets = {t.place: t.value for t in published.targets if t.place}
    blocks = [
        *metric_table(words.say("table.place"), words.say("column.place"), dead, result, words),
        *figure(figures.place_of_death(result, words, targets)),
        *metric_table(words.say("table.days"), words.say("column.place"), stays, result, words),
        *freed(result, words),
        *on_screen(figure(figures.days_by_setting(result, words))),
        *_moves(result, words),
        *measures_table("places", result, words),
    ]
    return Section("places", words.say("section.places"), tuple(blocks))


def hospices(result: Result, words: Language) -> Section:
    """Beds: occupancy, waiting, refusal, death while waiting, blocked hospital days."""
    metrics = [
        *indicator_metrics("hospice", result, words),
        *split("occupancy", "setting", (*HOSPICE_SETTINGS, "elv"), words, "occupancy_of"),
        *split("wait_days_mean", "setting", HOSPICE_SETTINGS, words, "wait_of"),
    ]
    blocks = [
        *metric_table(words.say("table.hospice"), words.say("column.measure"), metrics, result, words),
        *on_screen(figure(figures.occupancy_by_site(result, words))),
        *figure(figures_flow.occupancy_by_month(result, words)),
        *on_screen(_months(result.base, words)),
    ]
    return Section("hospice", words.say("section.hospice"), tuple(blocks))


def _moves(result: Result, words: Language) -> list[Block]:
    """Moves between settings: as bands, as a matrix of the base, and the largest with their differences."""
    run = result.base
    moves = moves_of(run)
    if not moves:
        return []
    reached = [k for k in (*SETTINGS, DECEASED) if any(to == k for _, to in moves)]
    left = [k for k in SETTINGS if any(start == k for start, _ in moves)]

    def shown(found: Estimate | None) -> str:
        return words.none if found is None else words.number(found.mean, style.DAY_DIGITS)

    head = [words.say("flow.matrix"), *(words.word("setting", k) for k in reached)]
    rows = (row(words.word("setting", k), *(shown(moves.get((k, to))) for to in reached)) for k in left)
    matrix = told_table("table.moves", head, rows, words, title=run.title(words))
    return [*figure(figures_flow.flows(run, words)), *on_screen([matrix, *_moved(result, words)])]


def _moved(result: Result, words: Language) -> list[Block]:
    """The most frequent moves with the paired differences of the alternatives."""
    if not result.alternatives:
        return []

    moves = moves_of(result.base)
    order = sorted(moves, key=lambda pair: -moves[pair].mean)
    metrics = [
        Metric(
            words.say("flow.move", start=words.word("setting", a), to=words.word("setting", b)),
            "moves",
            (("from", a), ("to", b)),
            factor=EVERY,
        )
        for a, b in order[: style.MOVES_SHOWN]
    ]
    return metric_table(words.say("table.moved"), words.say("column.move"), metrics, result, words)


def _months(run: RunView, words: Language) -> list[Block]:
    """Occupancy of each type of place by month, of the base run."""
    found = {k: run.kpis.along("occupancy_by_month", "month", setting=k) for k in SETTINGS}
    kinds = [k for k in SETTINGS if any(e.mean for e in found[k].values())]
    months = sorted({month for k in kinds for month in found[k]})
    if not months:
        return []

    def shown(found: Estimate | None) -> str:
        return words.none if found is None else words.percent(found.mean)

    head = [words.say("column.month"), *(words.word("setting", k) for k in kinds)]
    rows = (row(month_name(m, words), *(shown(found[k].get(m)) for k in kinds)) for m in months)
    return [told_table("table.months", head, rows, words, title=run.title(words))]


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
