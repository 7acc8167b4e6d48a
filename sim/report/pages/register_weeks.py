"""The weeks to come as a section of the page of a register: a fan of guests, and the chance of a free bed."""

from __future__ import annotations

import datetime as dt

import matplotlib as mpl
import numpy as np

from sim.report import style
from sim.report.figures.drawing import RC, Drawing, frame, legend, value_axis
from sim.report.language import Language
from sim.report.page import Block, Prose, Row, Section, TableView, figure, row, table
from sim.studies.register.weeks import Weeks, band
from sim.units import DAYS_PER_WEEK

_WEEKS_BANDS = (0.95, 0.8, 0.5)  # shares of the courses within the bands of the figure


def weeks_section(found: Weeks, beds: int, words: Language) -> Section:
    """The section; `beds` are those of all houses together."""
    blocks: list[Block] = [
        Prose(words.say("register.weeks.about", draws=words.number(len(found.waiting)))),
        *figure(fan(found, beds, words)),
        free_table(found, words),
    ]
    return Section("weeks", words.say("register.section.weeks"), tuple(blocks))


def fan(found: Weeks, beds: int, words: Language) -> Drawing:
    """Guests of all houses day by day: the middle course, and bands that hold most of them."""
    total = found.total
    days = np.arange(1, total.shape[1] + 1)
    middle = np.median(total, axis=0)
    with mpl.rc_context(RC):
        figure_, axes = frame(style.CURVE_ROWS)
        for place, level in enumerate(_WEEKS_BANDS, start=1):
            low, high = band(total, level)
            name = words.say("register.weeks.band", share=words.percent(level, 0))
            axes.fill_between(
                days,
                low,
                high,
                color=style.SERIES_COLOURS[1],
                alpha=style.FAN_ALPHA * place,
                linewidth=0,
                label=name,
            )
        axes.plot(days, middle, color=style.INK, label=words.say("register.weeks.middle"))
        axes.axhline(beds, color=style.INK, linestyle=":", label=words.say("register.weeks.beds"))
        axes.set_ylim(0, None)
        axes.set_ylabel(words.say("register.weeks.guests"))
        value_axis(axes, words.say("register.weeks.day"), words.number)
        legend(figure_, axes)
    caption = words.say("register.weeks.caption")
    last = words.say(
        "register.weeks.last",
        middle=words.number(float(middle[-1])),
        low=words.number(float(band(total, _WEEKS_BANDS[1])[0][-1])),
        high=words.number(float(band(total, _WEEKS_BANDS[1])[1][-1])),
    )
    return Drawing("fig-register-weeks", figure_, caption, f"{caption} {last}")


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
