"""Figures of costs, payments and places; each function gives None where the results hold nothing to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import matplotlib as mpl

from sim.measure.cost import INCOME_GROUPS
from sim.measure.estimates import Estimate
from sim.report import style
from sim.report.figures.drawing import (
    RC,
    Axis,
    Drawing,
    bars,
    bars_by,
    compared,
    frame,
    interval,
    legend,
    money_axis,
    ordered,
    present,
    rows_axis,
    titles,
    value_text,
)
from sim.report.language import Language
from sim.report.results import Result, RunView
from sim.report.rounding import told_range
from sim.schema import LAWS, WITH_WLZ


def costs_by_payer(run: RunView, words: Language) -> Drawing | None:
    """Euros of the counted window by payer, each bar split by law."""
    return _costs_by(run, "payer", words)


def costs_by_setting(run: RunView, words: Language) -> Drawing | None:
    """Euros of the counted window by setting, each bar split by law; None where the run has none of these."""
    laws = [run.kpis.along("cost", "setting", view="calendar", law=law) for law in LAWS]
    return _costs_by(run, "setting", words) if any(laws) else None


def _costs_by(run: RunView, key: str, words: Language) -> Drawing | None:
    """Bars of one dimension of the cost, split by law, with the interval of the whole bar."""
    whole = {k: e for k, e in run.kpis.along("cost", key, view="calendar").items() if e.mean > 0}
    if not whole:
        return None
    order = sorted(whole, key=lambda k: -whole[k].mean)
    ends = {k: found.high if found.has_interval else found.mean for k, found in whole.items()}
    told = []
    with mpl.rc_context(RC):
        figure, axes = frame(len(order))
        left = dict.fromkeys(order, 0.0)
        for law in LAWS:
            cells = [run.kpis.get("cost", view="calendar", law=law, **{key: k}) for k in order]
            values = [0.0 if c is None else c.mean for c in cells]
            if not any(values):
                continue
            axes.barh(
                range(len(order)),
                values,
                style.BAR_HEIGHT,
                left=[left[k] for k in order],
                color=style.LAW_COLOURS[law],
                hatch=style.LAW_HATCHES[law],
                edgecolor=style.PAPER,
                linewidth=style.THIN_LINE,
                label=words.word("law", law),
            )
            for k, value in zip(order, values, strict=True):
                left[k] += value
                if value:
                    told.append(f"{words.word(key, k)}, {words.word('law', law)}: {words.amount(value)}")
        for row, k in enumerate(order):
            found = whole[k]
            if found.has_interval:
                interval(axes, found, row)
            value_text(axes, ends[k], row, told_range(found, "eur", words)[0])
        axes.set_xlim(0, max(ends.values()) * style.AXIS_HEADROOM)
        rows_axis(axes, [words.word(key, k) for k in order])
        money_axis(axes, "", words)
        legend(figure, axes)
    caption = words.say(f"figure.{key}.caption")
    return Drawing(f"fig-{key}", figure, caption, f"{caption} {'; '.join(told)}.")


def place_of_death(
    result: Result, words: Language, published: Mapping[str, float] | None = None
) -> Drawing | None:
    """Share of deaths by place, one bar a run, published shares as diamonds."""
    found = [run.kpis.along("place_of_death", "setting") for run in result.runs]
    keys = present(found)
    if not keys:
        return None
    labels = [words.word("setting", k) for k in keys]
    series = compared(result, found, keys, words)
    targets = [(published or {}).get(k) for k in keys]
    known = [f"{n} {words.percent(t)}" for n, t in zip(labels, targets, strict=True) if t is not None]
    tick, mark = partial(words.percent, digits=0), words.say("figure.published")
    made = bars("place", Axis("deaths", words.percent, tick), (labels, series), words, targets, mark)
    told = words.say("figure.published_alt", values="; ".join(known)) if known else ""
    return replace(made, alt=f"{made.alt} {told}".rstrip())


PAYMENT_NUMBERS = ("mean", "median", "p90", "p99")


def patient_payments(result: Result, words: Language) -> Drawing | None:
    """What a patient pays in the last year: mean, median, 90th and 99th percentile."""
    labels = words.each("payment", *PAYMENT_NUMBERS)
    found = [[run.kpis.get(f"patient_payment_{n}") for n in PAYMENT_NUMBERS] for run in result.runs]
    if not any(found[0]):
        return None
    series = list(zip(titles(result, words), found, strict=True))
    return bars("payment", Axis("euro_patient", words.euro), (labels, series), words)


def payments_by_kind(result: Result, words: Language) -> Drawing | None:
    """Mean own payment with and without Wlz care and by income group."""
    kinds = (("wlz", WITH_WLZ, "with_wlz"), ("income", INCOME_GROUPS, "income"))
    labels: list[str] = []
    values: list[list[Estimate | None]] = [[] for _ in result.runs]
    for key, codes, word in kinds:
        found = [run.kpis.along("patient_payment_mean", key) for run in result.runs]
        keys = ordered(found, codes)
        labels += [words.word(word, k) for k in keys]
        for several, of_run in zip(values, found, strict=True):
            several += [of_run.get(k) for k in keys]
    if not labels:
        return None
    series = list(zip(titles(result, words), values, strict=True))
    return bars("kind", Axis("euro_patient", words.euro), (labels, series), words)


def days_by_setting(result: Result, words: Language) -> Drawing | None:
    """Days in each setting over the last 365 days of life."""
    show = partial(words.number, digits=style.DAY_DIGITS)
    return bars_by(result, "days_in_setting", "setting", Axis("days", show, words.number), words)


def occupancy_by_site(result: Result, words: Language) -> Drawing | None:
    """Occupancy of each site with places, one bar a run."""
    found = [run.kpis.along("occupancy", "site") for run in result.runs]
    if not found[0]:
        return None
    names = result.base.sites
    keys = ordered(found, list(names))
    shown = [names.get(k, k) for k in keys], compared(result, found, keys, words)
    return bars("occupancy", Axis("occupancy", lambda v: words.percent(v, 0)), shown, words)
