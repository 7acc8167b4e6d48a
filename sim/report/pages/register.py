"""The page of a register: its numbers beside those of the model, its houses, and rows that do not fit."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import numpy as np

from sim.errors import LANGUAGES
from sim.report import style
from sim.report.figures import register as figures_register
from sim.report.figures.drawing import Show
from sim.report.formats.render import render_page
from sim.report.language import Language, language
from sim.report.page import Block, Bullets, Prose, Row, Section, TableView, figure, row, table, told_table
from sim.stats import CONFIDENCE_LEVEL, Interval
from sim.studies.register.fit import RegisterFit, estimates_of
from sim.studies.register.weeks import Weeks
from sim.units import DAYS_PER_WEEK, MONTHS_PER_YEAR


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
    parts: dict[str, list[Block]] = {
        "requests": _requests(fit, words),
        "stay": _stays(fit, words),
        "houses": [_houses(fit, words)],
        "rows": _rows(fit, words),
        "limits": [Bullets(tuple(limits(fit, words)))],
    }
    first = [] if weeks is None else [weeks_section(weeks, beds, words)]
    told = words.each("register.section", *parts)
    return [*first, *(Section(id_, title, tuple(parts[id_])) for id_, title in zip(parts, told, strict=True))]


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
        key = "no_trend" if trend.n < MONTHS_PER_YEAR else "few_for_trend"
        out.append(words.say(f"register.say.{key}", n=words.number(trend.n)))
    else:
        key = "trend" if trend.low > 0 or trend.high < 0 else "flat"
        value = _told(trend, lambda share: words.percent(share, signed=True), words)
        out.append(words.say(f"register.say.{key}", value=value))
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

    def made(name: str, value: Interval) -> Row:
        show = _show(name, words)
        other = _cell(model[name], show, words) if name in model else words.none
        label = words.say(f"register.measure.{name}")
        return row(label, _cell(value, show, words), *([other] if model else []))

    head = [words.say("column.measure"), words.say("register.register")]
    head += [words.say("register.model")] if model else []
    note = words.say("register.beside_note" if model else "register.no_model")
    rows = (made(*each) for each in estimates_of(fit).items())
    return table(words.say("register.beside"), head, rows, note)


def _show(name: str, words: Language) -> Show:
    if name in ("refused", "occupancy"):
        return words.percent
    return (lambda value: words.number(value)) if name == "requests" else _days(words)


def _days(words: Language) -> Show:
    return lambda value: words.number(value, style.DAY_DIGITS)


def _cell(found: Interval, show: Show, words: Language) -> tuple[str, str]:
    note = words.interval(found, show, "cell") if found.low != found.high else ""
    return show(found.mean) if math.isfinite(found.mean) else words.none, note


def _told(found: Interval, show: Show, words: Language) -> str:
    interval = words.say("interval.text", low=show(found.low), high=show(found.high))
    return f"{show(found.mean)} ({interval})"


def _requests(fit: RegisterFit, words: Language) -> list[Block]:
    def counted(
        caption: str, word: str, heads: tuple[str, str], found: Mapping[str, Interval], show: Show
    ) -> TableView:
        rows = (row(words.word(word, code), _cell(each, show, words)) for code, each in found.items())
        return table(words.say(caption), words.each("register.column", *heads), rows)

    origins, reasons = fit.arrivals.by_origin, fit.refused
    made = [counted("register.by_origin", "register.origin", ("origin", "per_year"), origins, _days(words))]
    if reasons:
        heads = ("reason", "share")
        made.append(counted("register.by_reason", "register.reason", heads, reasons, words.percent))
    return [*figure(figures_register.requests_by_month(fit, words)), *made]


def _stays(fit: RegisterFit, words: Language) -> list[Block]:
    found = figure(figures_register.stays(fit, words))
    if not fit.stay:
        return [*found, Prose(words.say("register.no_stay"))]
    rows = (
        row(
            words.word("register.family", each.family),
            words.number(each.aic, style.DAY_DIGITS),
            _cell(each.mean, _days(words), words),
        )
        for each in fit.stay
    )
    head = words.each("register.column", "family", "aic", "mean_days")
    return [*found, table(words.say("register.by_family"), head, rows, words.say("register.family_note"))]


def _houses(fit: RegisterFit, words: Language) -> TableView:
    assumed = words.say("register.beds_assumed")
    rows = (
        row(
            house.name,
            (words.number(house.beds), "" if house.stated else assumed),
            *map(words.number, (house.guests, house.bed_days, house.open_days)),
            _cell(house.occupancy, words.percent, words),
            *(words.number(n, style.DAY_DIGITS) for n in (house.mean_days, house.turnover_days)),
        )
        for house in fit.houses
    )
    return told_table("register.houses", house_heads(words), rows, words, wide=True)


def house_heads(words: Language) -> list[str]:
    """Columns of the table of houses."""
    names = ("house", "beds", "guests", "bed_days", "open_days", "occupancy", "mean_days", "turnover")
    return words.each("register.column", *names)


def _rows(fit: RegisterFit, words: Language) -> list[Block]:
    out: list[Block] = []
    aside = fit.register.set_aside
    if aside:
        told = (
            words.say(
                "register.fault", row=each.number, column=each.column, fault=each.fault.told(words.code)
            )
            for each in aside
        )
        out.append(Prose(words.say("register.set_aside", n=words.number(len(aside)))))
        out.append(Bullets(tuple(told)))
    if fit.too_many:
        head = words.each("register.column", "house", "row", "days_over")
        rows = (row(r.house, words.number(r.number), words.number(r.days)) for r in fit.too_many)
        out.append(told_table("register.too_many", head, rows, words))
    return out or [Prose(words.say("register.all_fit"))]


def limits(fit: RegisterFit, words: Language) -> list[str]:
    """What the register cannot tell."""
    keys = ["demand", "elsewhere", "dates"]
    keys += [] if all(house.stated for house in fit.houses) else ["beds"]
    keys += [] if fit.patience_days.n else ["patience"]
    return [words.say(f"register.limit.{key}") for key in keys]


def weeks_section(found: Weeks, beds: int, words: Language) -> Section:
    """The section; `beds` are those of all houses together."""
    blocks: list[Block] = [
        Prose(words.say("register.weeks.about", draws=words.number(len(found.waiting)))),
        *figure(figures_register.fan(found, beds, words)),
        free_table(found, words),
    ]
    return Section("weeks", words.say("register.section.weeks"), tuple(blocks))


def free_table(found: Weeks, words: Language) -> TableView:
    """The chance that a bed is free, by house, and who waits, at the end of each week."""
    houses = list(found.free)

    def made(end: int) -> Row:
        free = np.array([found.free[house][:, end - 1] for house in houses])
        shares = [*(free > 0).mean(axis=1), (free > 0).any(axis=0).mean()]
        day = words.date(dt.date.fromordinal(found.first + end - 1))
        waits = words.number(float(found.waiting[:, end - 1].mean()), style.DAY_DIGITS)
        return row(day, *(words.percent(float(share), 0) for share in shares), waits)

    week, *others = words.each("register.weeks", "week", "any", "waiting")
    ends = range(DAYS_PER_WEEK, found.waiting.shape[1] + 1, DAYS_PER_WEEK)
    note = words.say("register.weeks.note")
    return table(words.say("register.weeks.free"), [week, *houses, *others], map(made, ends), note)
