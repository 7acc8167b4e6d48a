"""What a solved question says: the value in sentences with both uncertainties, and a figure of the tries."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from sim.report import style
from sim.report.figures.change import change_text
from sim.report.figures.drawing import RC
from sim.report.language import Language
from sim.report.rounding import rounded, step_of
from sim.report.sections.provenance import path_name

if TYPE_CHECKING:
    from sim.studies.solve import Solved


def sentences(found: Solved, words: Language) -> list[str]:
    """The value, how sure it is, and where it was looked for."""
    ends_told, step = _ends(found)
    scenario = found.scenario if found.against is None else f"{found.scenario} − {found.against}"
    told = [
        words.say(
            "solve.value",
            name=path_name(found.path, words),
            value=_number(found.value, words, step),
            stands=_number(found.stands, words),
            answer=words.kpi(found.kpi.partition(":")[0]),
            target=_answer(found.target, found, words),
            scenario=scenario,
        )
    ]
    for key, (low, high) in ends_told.items():
        if not math.isnan(low):
            ends = {"low": _number(low, words, step), "high": _number(high, words, step)}
            told.append(words.say(f"solve.{key}", **ends, draws=words.number(found.draws)))
        elif key == "chance" or found.draws:
            told.append(words.say(f"solve.no_{key}"))
    if found.without:
        told.append(
            words.say("solve.without", count=words.number(found.without), draws=words.number(found.draws))
        )
    ends = {"low": _number(found.between[0], words), "high": _number(found.between[1], words)}
    told.append(words.say("solve.searched", **ends, replications=words.number(found.replications)))
    return told


def figure_solve(found: Solved, words: Language) -> Figure:
    """The answer at every value that was tried with its interval, and where it is what was asked."""
    values, means, lows, highs = (list(column) for column in zip(*found.places, strict=True))
    with mpl.rc_context(RC):
        figure = Figure(figsize=(style.WIDTH_INCH, style.WIDTH_INCH / 2), layout="constrained")
        axes = figure.subplots()
        axes.plot(values, means, marker="o", color=style.ACCENT)
        if not any(math.isnan(low) for low in lows):
            axes.fill_between(values, lows, highs, color=style.ACCENT, alpha=style.BAND_ALPHA, linewidth=0)
        axes.axhline(found.target, color=style.SERIES_COLOURS[1], linewidth=1)
        axes.axvline(found.value, color=style.SERIES_COLOURS[1], linewidth=1)
        axes.set_xlabel(path_name(found.path, words))
        axes.set_ylabel(words.kpi(found.kpi.partition(":")[0]))
        axes.xaxis.set_major_formatter(lambda value, _: words.compact(value))
        axes.yaxis.set_major_formatter(lambda value, _: _answer(value, found, words))
    return figure


def _ends(found: Solved) -> tuple[dict[str, tuple[float, float]], float]:
    """Both intervals, that of the assumptions with the value in it, and the step that the wider leaves."""
    low, high = min(found.assumed_low, found.value), max(found.assumed_high, found.value)
    assumed = (math.nan, math.nan) if math.isnan(found.assumed_low) else (low, high)
    ends = {"chance": (found.low, found.high), "assumed": assumed}
    reach = max((high - low) / 2 for low, high in (*ends.values(), (0.0, 0.0)) if not math.isnan(low))
    return ends, step_of(reach)


def _number(value: float, words: Language, step: float = 0.0) -> str:
    """A value of the setting, in the digits that a step leaves; as it was written without one."""
    told = rounded(value, step)
    return words.compact(told if told == int(told) else float(f"{told:.{style.SIGNIFICANT + 1}g}"))


def _answer(value: float, found: Solved, words: Language) -> str:
    if found.against is not None:
        return change_text(value, found.unit, words)
    if found.unit == "eur":
        return words.amount(value)
    return words.percent(value) if found.unit == "share" else words.compact(value)
