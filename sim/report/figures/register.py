"""Figures of a register: requests by month, how long guests stay, how full each house was."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.report import style
from sim.report.figures.drawing import RC, Drawing, frame, interval, legend, rows_axis, value_axis, value_text
from sim.report.language import Language
from sim.scenario.area.register_file import ORIGINS
from sim.studies.register.fit import RegisterFit
from sim.studies.register.weeks import Weeks, band

_WEEKS_BANDS = (0.95, 0.8, 0.5)  # shares of the courses within the bands of the figure of weeks


def requests_by_month(fit: RegisterFit, words: Language) -> Drawing:
    """Requests of each month, stacked by where the person was."""
    months = list(fit.arrivals.by_month)
    with mpl.rc_context(RC):
        figure, axes = frame(style.CURVE_ROWS)
        below = np.zeros(len(months))
        for place, origin in enumerate(o for o in ORIGINS if o in fit.arrivals.by_origin):
            counts = np.array([fit.arrivals.by_month[month].get(origin, 0) for month in months], float)
            colour = style.SERIES_COLOURS[(place + 1) % len(style.SERIES_COLOURS)]
            name = words.word("register.origin", origin)
            axes.bar(range(len(months)), counts, style.BAR_SHARE, bottom=below, color=colour, label=name)
            below += counts
        step = max(len(months) // style.MONTH_LABELS, 1)
        axes.set_xticks(range(0, len(months), step), months[::step])
        axes.yaxis.set_major_locator(MaxNLocator(style.AXIS_TICKS, integer=True))
        axes.set_ylabel(words.say("register.figure.requests_axis"))
        axes.grid(visible=True, axis="y")
        axes.grid(visible=False, axis="x")
        legend(figure, axes)
    caption = words.say("register.figure.requests")
    told = "; ".join(f"{month} {int(n)}" for month, n in zip(months, below, strict=True))
    return Drawing("fig-register-requests", figure, caption, f"{caption} {told}.")


def stays(fit: RegisterFit, words: Language) -> Drawing | None:
    """The share still there after each number of days, with the distribution that fits best."""
    curve = fit.survival
    if not len(curve.days):
        return None
    with mpl.rc_context(RC):
        figure, axes = frame(style.CURVE_ROWS)
        axes.step(
            np.concatenate([[0], curve.days]),
            np.concatenate([[1.0], curve.share]),
            where="post",
            color=style.SERIES_COLOURS[1],
            linewidth=style.LINE_WIDTH,
            label=words.say("register.figure.seen"),
        )
        if fit.stay:
            days = np.linspace(0, float(curve.days[-1]), style.CURVE_POINTS)
            family = words.word("register.family", fit.stay[0].family)
            axes.plot(
                days,
                fit.stay[0].survival(days),
                color=style.SERIES_COLOURS[2],
                linestyle="--",
                linewidth=style.LINE_WIDTH,
                label=words.say("register.figure.fitted", family=family),
            )
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        value_axis(axes, words.say("register.figure.stay_axis"), words.number)
        legend(figure, axes)
    caption = words.say("register.figure.stay")
    median = words.say("register.median", days=words.number(curve.median()))
    return Drawing("fig-register-stay", figure, caption, f"{caption} {median}")


def occupancy(fit: RegisterFit, words: Language) -> Drawing | None:
    """How full each house was, with the interval that its months give."""
    shown = [house for house in fit.houses if house.open_days]
    if not shown:
        return None
    with mpl.rc_context(RC):
        figure, axes = frame(len(shown))
        for row, house in enumerate(shown):
            found = house.occupancy
            axes.barh(row, found.mean, style.BAR_HEIGHT, color=style.SERIES_COLOURS[1])
            end = found.mean
            if np.isfinite(found.low):
                end = found.high
                interval(axes, found, row)
            value_text(axes, end, row, words.percent(found.mean, 0))
        axes.set_xlim(0, style.AXIS_HEADROOM)
        rows_axis(axes, [house.name for house in shown])
        value_axis(axes, words.say("axis.occupancy"), lambda value: words.percent(value, 0))
    caption = words.say("register.figure.occupancy")
    told = "; ".join(f"{house.name} {words.percent(house.occupancy.mean, 0)}" for house in shown)
    return Drawing("fig-register-occupancy", figure, caption, f"{caption} {told}.")


def fan(found: Weeks, beds: int, words: Language) -> Drawing:
    """Guests of all houses day by day: the middle course, and bands that hold most of them."""
    total = found.total
    days = np.arange(1, total.shape[1] + 1)
    middle = np.median(total, axis=0)
    with mpl.rc_context(RC):
        figure, axes = frame(style.CURVE_ROWS)
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
        legend(figure, axes)
    caption = words.say("register.weeks.caption")
    last = words.say(
        "register.weeks.last",
        middle=words.number(float(middle[-1])),
        low=words.number(float(band(total, _WEEKS_BANDS[1])[0][-1])),
        high=words.number(float(band(total, _WEEKS_BANDS[1])[1][-1])),
    )
    return Drawing("fig-register-weeks", figure, caption, f"{caption} {last}")
