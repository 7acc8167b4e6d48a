"""The page of a register: its numbers beside those of the model, its houses, and rows that do not fit."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

from sim.errors import LANGUAGES
from sim.report import style
from sim.report.figures import register as figures_register
from sim.report.figures.drawing import Show
from sim.report.formats.render import render_page
from sim.report.language import Language, language
from sim.report.page import (
    Block,
    Bullets,
    Cell,
    Prose,
    Row,
    Section,
    TableView,
    figure,
    number,
    text,
)
from sim.report.pages.register_weeks import weeks_section
from sim.stats import Interval
from sim.studies.register.fit import RegisterFit, estimates_of
from sim.studies.register.weeks import Weeks
from sim.units import CONFIDENCE_LEVEL


def page(
    fit: RegisterFit,
    model: Mapping[str, Interval],
    lang: str = LANGUAGES[0],
    weeks: Weeks | None = None,
    behind: Sequence[Section] = (),
) -> str:
    """What a register says, as one self-contained HTML page, with what stands behind its numbers.

    `model` has the same measures in the model, none where it was not run.
    """
    words = language(lang)
    lead: list[Block] = [
        Bullets(tuple(sentences(fit, words))),
        beside(fit, model, words),
        *figure(figures_register.occupancy(fit, words)),
    ]
    told = [*sections(fit, weeks, words), *behind]
    return render_page(words.say("register.title"), lead, lang, subtitle(fit, words), told)


def sections(fit: RegisterFit, weeks: Weeks | None, words: Language) -> list[Section]:
    """All that stands below the first screen."""
    beds = sum(house.beds for house in fit.houses)
    out = [] if weeks is None else [weeks_section(weeks, beds, words)]
    out += [
        _section("requests", _requests(fit, words), words),
        _section("stay", _stays(fit, words), words),
        _section("houses", [_houses(fit, words)], words),
        _section("rows", _rows(fit, words), words),
        _section("limits", [Bullets(tuple(limits(fit, words)))], words),
    ]
    return out


def _section(id_: str, blocks: list[Block], words: Language) -> Section:
    return Section(id_, words.say(f"register.section.{id_}"), tuple(blocks))


def subtitle(fit: RegisterFit, words: Language) -> str:
    """Rows and days of the register."""
    first, last = (
        words.date(dt.date.fromordinal(day)) for day in (fit.register.since, fit.register.until - 1)
    )
    return words.say("register.subtitle", first=first, last=last, rows=words.number(len(fit.register)))


def sentences(fit: RegisterFit, words: Language) -> list[str]:
    """What the register says in sentences: requests, course, stay, waiting."""
    asked = fit.arrivals.per_year
    out = [words.say("register.say.requests", value=_told(asked, lambda v: words.number(v), words))]
    trend = fit.arrivals.trend
    if math.isnan(trend.mean):
        out.append(words.say("register.say.no_trend", n=words.number(trend.n)))
    else:
        key = "trend" if trend.low > 0 or trend.high < 0 else "flat"
        out.append(words.say(f"register.say.{key}", value=_told(trend, _signed_percent(words), words)))
    out += _season(fit, words)
    if fit.stay:
        value = _told(fit.stay[0].mean, _days(words), words)
        family = words.word("register.family", fit.stay[0].family)
        out.append(words.say("register.say.stay", value=value, family=family))
    if fit.patience_days.n:
        out.append(words.say("register.say.patience", value=_told(fit.patience_days, _days(words), words)))
    return out


def _season(fit: RegisterFit, words: Language) -> list[str]:
    season = fit.arrivals.season
    if not season:
        return []
    if fit.arrivals.season_p > 1 - CONFIDENCE_LEVEL:
        return [words.say("register.say.no_season")]
    month = max(season, key=lambda each: season[each])
    share = words.percent(season[month] - 1, 0, signed=True)
    return [words.say("register.say.season", month=words.word("register.month", str(month)), share=share)]


def beside(fit: RegisterFit, model: Mapping[str, Interval], words: Language) -> TableView:
    """Register and model side by side."""
    found = estimates_of(fit)
    head = [text(words.say("column.measure")), number(words.say("register.register"))]
    head += [number(words.say("register.model"))] if model else []
    rows = []
    for name, value in found.items():
        show = _show(name, words)
        cells = [text(words.say(f"register.measure.{name}")), _cell(value, show, words)]
        if model:
            cells.append(_cell(model[name], show, words) if name in model else number(words.say("none")))
        rows.append(Row(tuple(cells)))
    note = words.say("register.beside_note" if model else "register.no_model")
    return TableView(words.say("register.beside"), tuple(head), tuple(rows), note)


def _show(name: str, words: Language) -> Show:
    if name in ("refused", "occupancy"):
        return words.percent
    return (lambda value: words.number(value)) if name == "requests" else _days(words)


def _days(words: Language) -> Show:
    return lambda value: words.number(value, style.DAY_DIGITS)


def _signed_percent(words: Language) -> Show:
    return lambda value: words.percent(value, signed=True)


def _cell(found: Interval, show: Show, words: Language) -> Cell:
    known = math.isfinite(found.low) and found.low != found.high
    note = words.say("interval.cell", low=show(found.low), high=show(found.high)) if known else ""
    return number(show(found.mean) if math.isfinite(found.mean) else words.say("none"), note)


def _told(found: Interval, show: Show, words: Language) -> str:
    interval = words.say("interval.text", low=show(found.low), high=show(found.high))
    return f"{show(found.mean)} ({interval})"


def _requests(fit: RegisterFit, words: Language) -> list[Block]:
    def whole(value: float) -> str:
        return words.number(value, style.DAY_DIGITS)

    head = (text(words.say("register.column.origin")), number(words.say("register.column.per_year")))
    rows = tuple(
        Row((text(words.word("register.origin", origin)), _cell(found, whole, words)))
        for origin, found in fit.arrivals.by_origin.items()
    )
    reasons = (text(words.say("register.column.reason")), number(words.say("register.column.share")))
    refused = tuple(
        Row((text(words.word("register.reason", reason)), _cell(found, words.percent, words)))
        for reason, found in fit.refused.items()
    )
    return [
        *figure(figures_register.requests_by_month(fit, words)),
        TableView(words.say("register.by_origin"), head, rows),
        *([TableView(words.say("register.by_reason"), reasons, refused)] if refused else []),
    ]


def _stays(fit: RegisterFit, words: Language) -> list[Block]:
    head = (
        text(words.say("register.column.family")),
        number(words.say("register.column.aic")),
        number(words.say("register.column.mean_days")),
    )
    rows = tuple(
        Row(
            (
                text(words.word("register.family", each.family)),
                number(words.number(each.aic, style.DAY_DIGITS)),
                _cell(each.mean, _days(words), words),
            )
        )
        for each in fit.stay
    )
    found = figure(figures_register.stays(fit, words))
    if not rows:
        return [*found, Prose(words.say("register.no_stay"))]
    return [*found, TableView(words.say("register.by_family"), head, rows, words.say("register.family_note"))]


def _houses(fit: RegisterFit, words: Language) -> TableView:
    names = ("beds", "guests", "bed_days", "open_days", "occupancy", "mean_days", "turnover")
    head = (
        text(words.say("register.column.house")),
        *(number(words.say(f"register.column.{n}")) for n in names),
    )
    rows = tuple(
        Row(
            (
                text(house.name),
                number(words.number(house.beds), "" if house.stated else words.say("register.beds_assumed")),
                *(number(words.number(n)) for n in (house.guests, house.bed_days, house.open_days)),
                _cell(house.occupancy, words.percent, words),
                *(number(words.number(n, style.DAY_DIGITS)) for n in (house.mean_days, house.turnover_days)),
            )
        )
        for house in fit.houses
    )
    return TableView(words.say("register.houses"), head, rows, words.say("register.houses_note"), wide=True)


def _rows(fit: RegisterFit, words: Language) -> list[Block]:
    out: list[Block] = []
    aside = fit.register.set_aside
    if aside:
        out.append(Prose(words.say("register.set_aside", n=words.number(len(aside)))))
        out.append(
            Bullets(
                tuple(
                    words.say(
                        "register.fault", row=row.number, column=row.column, fault=row.fault.told(words.code)
                    )
                    for row in aside
                )
            )
        )
    if fit.too_many:
        head = tuple(
            number(words.say(f"register.column.{n}"))
            if n != "house"
            else text(words.say("register.column.house"))
            for n in ("house", "row", "days_over")
        )
        rows = tuple(
            Row((text(r.house), number(words.number(r.number)), number(words.number(r.days))))
            for r in fit.too_many
        )
        out.append(TableView(words.say("register.too_many"), head, rows, words.say("register.too_many_note")))
    return out or [Prose(words.say("register.all_fit"))]


def limits(fit: RegisterFit, words: Language) -> list[str]:
    """What the register cannot tell."""
    keys = ["demand", "elsewhere", "dates"]
    keys += [] if all(house.stated for house in fit.houses) else ["beds"]
    keys += [] if fit.patience_days.n else ["patience"]
    return [words.say(f"register.limit.{key}") for key in keys]
